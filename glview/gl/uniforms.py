"""The uniform block of shaders/view.glsl, computed in float64 and rounded once (pure)."""

import math
import struct

from glview.display import CHECKER_PX, Display
from glview.frame import Frame
from glview.lod import LevelRange, box_texels
from glview.pyramid import MAX_LEVELS, Level, Pyramid
from glview.texels import MAX_GROUPS, VALUES_PER_GROUP, TexelFormat
from glview.viewport import Viewport

FAR = 1e7
"""Edges further from the eye than this many level pixels are as good as infinitely far."""
_LEAST, _MOST = 2.0**-126, 3.4e38
"""The smallest float32 that GPUs do not take for 0, and the largest."""
_LEAST_EXPONENT, _FAR_EXPONENT = -126, 100

# std140: every member is a multiple of 16 bytes, so that the layout is the plain one.
_HEAD = struct.Struct("=4f 4i 4f 4f 4f 4f 4f")
_LIGHT = struct.Struct(f"={4 * (MAX_GROUPS + MAX_GROUPS + 3 * MAX_GROUPS)}f")
_LEVEL = struct.Struct("=4i 4f 4f 4f 4f 4f 4f")
BLOCK_BYTES = _HEAD.size + _LIGHT.size + MAX_LEVELS * _LEVEL.size


def view_block(frame: Frame, *, is_layered: bool) -> bytes:
    """The block for one frame, `BLOCK_BYTES` long. ``is_layered`` as in `glview.gl.makeup`.

    Packed from Python numbers: assigning to the fields of a numpy record took 0.3 ms a frame, this
    takes a third of it.
    """
    view, pyramid = frame.viewport, frame.scene.pyramid
    parts = [_head(frame, is_layered=is_layered), _light(frame.display, frame.scene.texels)]
    turn = view.matrix
    parts += [
        _level(level, span, view, turn, pyramid)
        for level, span in zip(pyramid.levels, frame.scene.ranges, strict=True)
    ]
    return b"".join(parts).ljust(BLOCK_BYTES, b"\0")


def _head(frame: Frame, *, is_layered: bool) -> bytes:
    view, display, pyramid = frame.viewport, frame.display, frame.scene.pyramid
    a, b, c, d = view.matrix
    foot = 1.0 / view.scale
    eye_x, eye_y = math.floor(view.centre_x), math.floor(view.centre_y)
    return _HEAD.pack(
        # target
        view.width,
        view.height,
        frame.now_s,
        display.fade_s,
        # choice
        frame.base_level,
        frame.scene.gutter,
        frame.instances.base_count,
        is_layered,
        # background
        *display.background,
        _kept(1.0 / display.gamma),
        # checker
        *(display.background if display.checker is None else display.checker),
        CHECKER_PX,
        # i_image
        -eye_x,
        -eye_y,
        pyramid.width - eye_x,
        pyramid.height - eye_y,
        # i_from_s
        a * foot,
        c * foot,
        b * foot,
        d * foot,
        # i_rest
        view.centre_x - eye_x,
        view.centre_y - eye_y,
        foot,
        foot,
    )


def _light(display: Display, texels: TexelFormat) -> bytes:
    low = [0.0] * (4 * MAX_GROUPS)
    gain = [0.0] * (4 * MAX_GROUPS)
    color = [0.0] * (12 * MAX_GROUPS)
    ends = [
        (texels.normalized(window.low, band), texels.normalized(window.high, band))
        for band, window in enumerate(display.windows)
    ]
    for first in range(0, len(ends), VALUES_PER_GROUP):
        group = ends[first : first + VALUES_PER_GROUP]
        at = 4 * (first // VALUES_PER_GROUP)
        shift = _shift_of(group)
        low[at + 3] = math.ldexp(1.0, shift) if shift >= _LEAST_EXPONENT else 0.0
        for component, window in enumerate(group):
            black, white = (math.ldexp(end, shift) for end in window)
            low[at + component] = black
            width = max(white - black, 1.0 / _MOST)
            gain[at + component] = _kept(1.0 / width)
    for band, rgb in enumerate(display.lights):
        color[4 * band : 4 * band + 3] = rgb
    return _LIGHT.pack(*low, *gain, *color)


def _shift_of(ends: list[tuple[float, float]]) -> int:
    """The power of two that windows are scaled with: 0 but for the largest and smallest floats.

    1 / (white - black) of those is no number that a GPU calculates with, or no number at all.
    """
    largest = max(abs(end) for window in ends for end in window)
    exponent = math.frexp(largest)[1]
    if exponent > _FAR_EXPONENT:
        return _FAR_EXPONENT // 2 - exponent
    return min(-exponent, _FAR_EXPONENT) if exponent < -_FAR_EXPONENT // 2 else 0


def _kept(value: float) -> float:
    """A positive number as a float32 that a GPU does not take for 0."""
    return min(max(value, _LEAST), _MOST)


def _level(
    level: Level,
    span: LevelRange,
    view: Viewport,
    turn: tuple[float, float, float, float],
    pyramid: Pyramid,
) -> bytes:
    a, b, c, d = turn
    d_x, d_y = level.downsample_x, level.downsample_y
    # In level pixels, from here on.
    left, top = -level.offset_x / d_x, -level.offset_y / d_y
    centre_x, centre_y = view.centre_x / d_x + left, view.centre_y / d_y + top
    eye_x, eye_y = math.floor(centre_x), math.floor(centre_y)
    z_x, z_y = view.scale * d_x, view.scale * d_y
    return _LEVEL.pack(
        # eye
        eye_x,
        eye_y,
        0,
        0,
        # rest
        centre_x - eye_x,
        centre_y - eye_y,
        1.0 / z_x,
        1.0 / z_y,
        # image
        max(left - eye_x, -FAR),
        max(top - eye_y, -FAR),
        min(pyramid.width / d_x + left - eye_x, FAR),
        min(pyramid.height / d_y + top - eye_y, FAR),
        # s_from_l
        a * z_x,
        b * z_y,
        c * z_x,
        d * z_y,
        # l_from_s
        a / z_x,
        c / z_x,
        b / z_y,
        d / z_y,
        # lod
        box_texels(z_x),
        box_texels(z_y),
        span.z_none,
        span.z_full,
        # z
        math.sqrt(z_x * z_y),
        0.0,
        0.0,
        0.0,
    )
