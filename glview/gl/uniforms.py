"""The uniform block of shaders/view.glsl, filled in float64 and rounded once (pure numpy)."""

import math

import numpy as np

from glview.frame import Frame
from glview.lod import box_texels
from glview.texels import VALUES_PER_GROUP

MAX_LEVELS = 40
MAX_GROUPS = 8
FAR = 1e7
"""Edges further from the eye than this many level pixels are as good as infinitely far."""

LEVEL = np.dtype(
    [
        ("eye", np.int32, 4),
        ("rest", np.float32, 4),
        ("image", np.float32, 4),
        ("s_from_l", np.float32, 4),
        ("l_from_s", np.float32, 4),
        ("lod", np.float32, 4),
        ("z", np.float32, 4),
    ]
)
VIEW = np.dtype(
    [
        ("target", np.float32, 4),
        ("choice", np.int32, 4),
        ("background", np.float32, 4),
        ("i_image", np.float32, 4),
        ("i_from_s", np.float32, 4),
        ("i_rest", np.float32, 4),
        ("low", np.float32, (MAX_GROUPS, 4)),
        ("gain", np.float32, (MAX_GROUPS, 4)),
        ("color", np.float32, (3 * MAX_GROUPS, 4)),
        ("levels", LEVEL, MAX_LEVELS),
    ]
)
"""std140: every member is a multiple of 16 bytes, so that the layout is the plain one."""


def view_block(frame: Frame) -> np.ndarray[tuple[int], np.dtype[np.void]]:
    """The block for one frame, shape (1,) of `VIEW`."""
    out = np.zeros(1, VIEW)
    block = out[0]
    view, display, pyramid = frame.viewport, frame.display, frame.scene.pyramid
    block["target"] = (view.width, view.height, frame.now_s, display.fade_s)
    block["choice"] = (frame.base_level, frame.scene.gutter, 0, frame.scene.texels.groups)
    block["background"] = (*display.background, 1.0 / display.gamma)

    a, b, c, d = view.matrix
    foot = 1.0 / view.scale
    eye_x, eye_y = math.floor(view.centre_x), math.floor(view.centre_y)
    block["i_image"] = np.clip(
        (-eye_x, -eye_y, pyramid.width - eye_x, pyramid.height - eye_y), -1e30, 1e30
    )
    block["i_from_s"] = (a * foot, c * foot, b * foot, d * foot)
    block["i_rest"] = (view.centre_x - eye_x, view.centre_y - eye_y, foot, foot)

    texels = frame.scene.texels
    for band, (window, color) in enumerate(zip(display.windows, display.colors, strict=True)):
        group, component = divmod(band, VALUES_PER_GROUP)
        low, high = texels.normalized(window.low), texels.normalized(window.high)
        block["low"][group, component] = low
        block["gain"][group, component] = 1.0 / (high - low)
        block["color"][band, :3] = color

    levels = block["levels"]
    for index, (level, span) in enumerate(zip(pyramid.levels, frame.scene.ranges, strict=True)):
        d_x, d_y = level.downsample_x, level.downsample_y
        # In level pixels, from here on.
        centre_x = (view.centre_x - level.offset_x) / d_x
        centre_y = (view.centre_y - level.offset_y) / d_y
        l_eye_x, l_eye_y = math.floor(centre_x), math.floor(centre_y)
        z_x, z_y = view.scale * d_x, view.scale * d_y
        at = levels[index]
        at["eye"] = (l_eye_x, l_eye_y, 0, 0)
        at["rest"] = (centre_x - l_eye_x, centre_y - l_eye_y, 1.0 / z_x, 1.0 / z_y)
        at["image"] = (
            max(-level.offset_x / d_x - l_eye_x, -FAR),
            max(-level.offset_y / d_y - l_eye_y, -FAR),
            min((pyramid.width - level.offset_x) / d_x - l_eye_x, FAR),
            min((pyramid.height - level.offset_y) / d_y - l_eye_y, FAR),
        )
        at["s_from_l"] = (a * z_x, b * z_y, c * z_x, d * z_y)
        at["l_from_s"] = (a / z_x, c / z_x, b / z_y, d / z_y)
        at["lod"] = (box_texels(z_x), box_texels(z_y), span.z_none, span.z_full)
        at["z"] = (math.sqrt(z_x * z_y), 0.0, 0.0, 0.0)
    return out
