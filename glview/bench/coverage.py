"""How much of the image in sight no tile stands for in a frame (pure numpy)."""

import numpy as np
from numpy.typing import NDArray

from glview.frame import NO_LEVEL, Flag, Frame

_ACROSS, _DOWN = 48, 30
"""Points that are looked at, in the middles of so many equal parts of the target."""

Floats = NDArray[np.float64]


def blank_share(frame: Frame | None) -> float:
    """Of the points of the target that lie inside the image, 0 to 1; of no frame all of it.

    A tile that is still appearing covers its place as far as it has. That tiles lie where they
    should, and that something is in them, is not looked at: only which of them are drawn.
    """
    if frame is None:
        return 1.0
    i_x, i_y = _points(frame)
    if not len(i_x):
        return 0.0
    records = frame.instances.records
    # Tiles of a level that fades in lie over such as count already.
    records = records[records["weighed_as"] == NO_LEVEL]
    x0, y0, x1, y1 = _places(frame, records)
    across = (i_x[:, None] >= x0) & (i_x[:, None] < x1)
    down = (i_y[:, None] >= y0) & (i_y[:, None] < y1)
    covered = np.where(across & down, _appeared(frame, records), 0.0).max(axis=1, initial=0.0)
    return float(1.0 - covered.mean())


def _points(frame: Frame) -> tuple[Floats, Floats]:
    """Image positions of the points inside the image."""
    view, pyramid = frame.viewport, frame.scene.pyramid
    s_x, s_y = np.meshgrid(
        ((np.arange(_ACROSS) + 0.5) / _ACROSS - 0.5) * view.width,
        ((np.arange(_DOWN) + 0.5) / _DOWN - 0.5) * view.height,
    )
    a, b, c, d = view.matrix
    i_x = view.centre_x + (a * s_x + c * s_y) / view.scale
    i_y = view.centre_y + (b * s_x + d * s_y) / view.scale
    inside = (i_x >= 0.0) & (i_x < pyramid.width) & (i_y >= 0.0) & (i_y < pyramid.height)
    return i_x[inside], i_y[inside]


def _places(frame: Frame, records: NDArray[np.void]) -> tuple[Floats, ...]:
    """Left, top, right and bottom of each record in the image; those at its edges reach on."""
    levels, of = frame.scene.pyramid.levels, records["level"]
    steps = np.array([(level.downsample_x, level.downsample_y) for level in levels])[of]
    offsets = np.array([(level.offset_x, level.offset_y) for level in levels])[of]
    begins = records["l_rect"][:, :2] * steps + offsets
    ends = records["l_rect"][:, 2:] * steps + offsets
    flags = records["flags"]
    return (
        np.where(flags & Flag.FIRST_COLUMN, -np.inf, begins[:, 0]),
        np.where(flags & Flag.FIRST_ROW, -np.inf, begins[:, 1]),
        np.where(flags & Flag.LAST_COLUMN, np.inf, ends[:, 0]),
        np.where(flags & Flag.LAST_ROW, np.inf, ends[:, 1]),
    )


def _appeared(frame: Frame, records: NDArray[np.void]) -> Floats:
    """How far each has faded in, 0 to 1, as shaders/lod.glsl has it."""
    fade_s = frame.display.fade_s
    if fade_s <= 0.0:
        return np.ones(len(records))
    shares: Floats = np.clip((frame.now_s - records["birth_s"]) / fade_s, 0.0, 1.0)
    return shares
