"""Colour tables of the sample image: tints by height or tree, darkened and lightened by light.

A table is indexed by ``code * 256 + light`` (both 0 to 255; light 128 leaves the tint alone).
"""

import numpy as np
import pyvips
from numpy.typing import NDArray

SEA_LEVEL = 96.0
"""Height code of the shore; the abyss is 40."""
CODES = 150.0
"""Height codes for each unit of height."""

_GROUND = (
    (34, (8, 22, 54)),
    (48, (10, 34, 74)),
    (63, (16, 62, 104)),
    (76, (26, 100, 134)),
    (86, (58, 150, 164)),
    (92, (116, 194, 188)),
    (95.6, (190, 226, 208)),
    (96, (240, 228, 190)),
    (98.5, (232, 214, 164)),
    (101, (188, 194, 120)),
    (112, (146, 174, 98)),
    (128, (132, 154, 86)),
    (146, (176, 164, 96)),
    (164, (192, 148, 88)),
    (184, (160, 112, 78)),
    (202, (134, 112, 104)),
    (216, (168, 162, 164)),
    (226, (238, 242, 248)),
    (255, (255, 255, 255)),
)
_TREES = (
    (0, (26, 66, 54)),
    (70, (34, 84, 52)),
    (140, (58, 104, 50)),
    (205, (96, 128, 54)),
    (244, (140, 148, 60)),
    (251, (206, 136, 50)),
    (255, (190, 78, 44)),
)
_INK = (34, 26, 48)
_SEA_INK = (6, 16, 48)
_GLARE = (255, 250, 232)

_CONTOURS_PER_UNIT = 80.0
_INDEX_EVERY = 5


def ground_table() -> pyvips.Image:
    """RGB for each height code and light."""
    inks = np.where(np.arange(256)[:, None] < SEA_LEVEL, _SEA_INK, _INK)
    return _table(_GROUND, inks)


def tree_table() -> pyvips.Image:
    """RGB for each tree's colour code and light."""
    return _table(_TREES, np.tile(np.array([(12, 26, 40)]), (256, 1)))


def line_table() -> pyvips.Image:
    """Levels over 16-bit height whose steps are the lines to draw: bigger step, darker line.

    On land contours of equal interval, every fifth strong; at sea lines that stand ever
    farther apart from the shore, as engravers drew them.
    """
    code = np.arange(65536) / 256.0
    land = (code - SEA_LEVEL) / CODES
    depth = (SEA_LEVEL - code) / CODES
    contour = np.floor(np.clip(land, 0, None) * _CONTOURS_PER_UNIT).astype(int)
    line = np.floor((np.clip(depth, 0, None) / 0.0016) ** 0.62).astype(int)
    on_land = (contour % 2) * 64 + (contour // _INDEX_EVERY % 2) * 110
    at_sea = (line % 2) * 46
    levels = np.where(code >= SEA_LEVEL, 20 + on_land, 255 - at_sea)
    return pyvips.Image.new_from_array(levels.astype(np.uint8)[None, :])


def wave_table() -> pyvips.Image:
    """How strongly waves show over 16-bit height: not on land, calm near the shore."""
    code = np.arange(65536) / 256.0
    depth = (SEA_LEVEL - code) / CODES
    gain = np.where(depth > 0, 0.25 + 0.75 * np.clip(depth / 0.07, 0, 1), 0)
    return pyvips.Image.new_from_array(gain.astype(np.float32)[None, :])


def light_table() -> pyvips.Image:
    """Light, -110 to 110, over a slope of 32768 + 64 for each unit: steep slopes keep detail."""
    slope = (np.arange(65536) - 32768) / 64.0
    light = 110 * np.tanh(slope / 130)
    return pyvips.Image.new_from_array(light.astype(np.float32)[None, :])


def _table(
    stops: tuple[tuple[float, tuple[int, int, int]], ...], inks: NDArray[np.int_]
) -> pyvips.Image:
    at = [stop for stop, _ in stops]
    tints = np.stack(
        [np.interp(np.arange(256), at, [rgb[band] for _, rgb in stops]) for band in range(3)], 1
    )
    light = (np.arange(256) - 128) / 128.0
    shadow = np.clip(-light, 0, 1)[None, :, None]
    glare = np.clip(light, 0, 1)[None, :, None] ** 1.15
    tint = tints[:, None, :]
    dark = tint + (inks[:, None, :] - tint) * shadow * 0.96
    rgb = dark + (np.array(_GLARE) - dark) * glare * 0.85
    return pyvips.Image.new_from_array(
        np.rint(rgb).clip(0, 255).astype(np.uint8).reshape(1, 65536, 3)
    )
