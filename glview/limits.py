"""What pictures may be asked for, by programs and on the command line (pure)."""

MAX_SIDE_PX = 65_536
"""Of a picture; it is made in pieces where the GPU's targets are smaller."""
MIN_ZOOM, MAX_ZOOM = 1e-6, 1024.0
MIN_PIXEL_RATIO, MAX_PIXEL_RATIO = 0.25, 8.0
