"""What stands on the picture to read it by: scale bar, navigator, readout, pixel grid.

One code for every window and for pictures made without one. No GL, no toolkit.
"""
