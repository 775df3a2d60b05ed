"""Embedded ICC profiles as tables, made by the littleCMS in libvips."""

import logging

import numpy as np
import pyvips

from glview.image import ColorTable
from glview.sources.vips_pixels import VipsError, fault_of

_log = logging.getLogger(__name__)

NODES = 33
"""An axis. Of random colours in Display P3, Adobe RGB and ProPhoto a mean of 0.01 to 0.02 dE2000
off littleCMS itself, 1.0 at most, in 8 ms (17 nodes: 0.08 to 0.18, 3.6)."""
SAME = 1.5 / 255.0
"""A table that changes no sample by more is that of sRGB, whose profiles differ in their digits."""
_FULL = 65_535
_COLOR_SPACE = slice(16, 20)
"""Where a profile says of what its data is (ICC.1:2022, table 17)."""


def profile_of(image: pyvips.Image) -> bytes | None:
    """The profile that a `pyvips.Image` says its RGB is in."""
    if "icc-profile-data" not in image.get_fields() or image.bands < 3:
        return None
    return bytes(image.get("icc-profile-data"))


def color_table(profile: bytes | None, name: str) -> ColorTable | None:
    """What a profile makes of RGB; None without one, for sRGB's, and for those of other data.

    Relative colorimetric with black point compensation, as browsers have it. Broken ones count as
    sRGB; ``name``, the image's, is for the log. Takes some 10 ms; on any thread.
    """
    if profile is None or profile[_COLOR_SPACE] != b"RGB ":
        return None
    nodes = np.linspace(0, _FULL, NODES).round().astype(np.uint16)
    grid = np.stack(np.meshgrid(nodes, nodes, nodes, indexing="ij"), axis=-1)
    image = pyvips.Image.new_from_memory(grid.tobytes(), NODES * NODES, NODES, 3, "ushort").copy(
        interpretation="rgb16"
    )
    image.set_type(pyvips.GValue.blob_type, "icc-profile-data", profile)
    try:
        shown = image.icc_transform(
            "srgb",
            embedded=True,
            depth=16,
            intent="relative",
            black_point_compensation=True,
        )
        found = np.frombuffer(shown.write_to_memory(), np.uint16).reshape(grid.shape)
    except VipsError as error:
        _log.warning("%s: its colour profile is not used: %s", name, fault_of(error))
        return None
    if np.abs(found.astype(np.int32) - grid).max() <= SAME * _FULL:
        return None
    return ColorTable((found / _FULL).astype(np.float32))
