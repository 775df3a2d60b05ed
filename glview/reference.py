"""The picture's definition: a small float64 renderer in numpy, to compare GPU frames with.

All levels are given whole. A screen pixel at image point i takes, from each level that takes part,
the area average of a box ``clamp(1/z, 1, 3)`` level pixels wide (per axis, in the level's own axes)
around i; magnified that box is bilinear interpolation. Beyond its edge a level is its last texel
repeated. Levels with a weight below 1 are blended over the next coarser one, as premultiplied data;
windows, transfer, gamma, colours and a colour map or table follow, then the outline's coverage and
the background, which may be a checkerboard.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from glview.colormaps import ENTRIES, table
from glview.display import CHECKER_PX, Display, Magnification
from glview.image import ImageDescription, Tile
from glview.lod import box_texels, choose, level_ranges
from glview.pyramid import Level, Reduction
from glview.texels import TexelFormat, full_validity, pack, texel_format
from glview.viewport import Viewport

Array = NDArray[np.float64]


def render(
    description: ImageDescription,
    levels: Sequence[NDArray[np.generic]],
    view: Viewport,
    display: Display,
) -> Array:
    """The picture, shape (height, width, 3), 0 to 1.

    ``levels`` hold each level's samples, shape (height, width, bands and alpha).
    """
    pyramid = description.pyramid
    ranges = level_ranges(pyramid, blend=display.blend)
    choice = choose(pyramid, ranges, view.scale)
    i_x, i_y = _image_points(view)
    data: Array | None = None
    for index in choice.levels:
        level = pyramid.levels[index]
        weight = ranges[index].weight(view.scale * level.downsample)
        texels = _premultiplied(levels[index], description)
        sample = _sample(
            texels, level, view, i_x, i_y, _is_nearest(description, level, view, display)
        )
        data = sample if data is None else sample * weight + data * (1.0 - weight)
    assert data is not None
    light = _light(data, description, display)
    cover = _coverage(description, view, i_x, i_y)
    share = (data[..., -1] * cover)[..., None]
    return np.clip(light, 0, 1) * share + _background(view, display) * (1 - share)


def area_average(image: Array, view: Viewport) -> Array:
    """The true area average of each screen pixel over full-resolution pixels taken as squares.

    For upright views inside the image; ``image`` has shape (height, width, bands). By integration:
    the mean over a box is the difference of the integral image, itself piecewise bilinear.
    """
    if view.rotation or view.flip:
        raise ValueError("upright views only")

    def bounds(size: int, centre: float) -> tuple[Array, Array]:
        low = np.asarray(centre + (np.arange(size) - size / 2) / view.scale, np.float64)
        return low, low + 1 / view.scale

    result = image.astype(np.float64)
    for axis, (size, centre) in enumerate(
        ((view.height, view.centre_y), (view.width, view.centre_x))
    ):
        total = np.concatenate(
            [np.zeros_like(result.take([0], axis)), np.cumsum(result, axis)], axis
        )
        low, high = bounds(size, centre)
        result = (_between(total, high, axis) - _between(total, low, axis)) * view.scale
    return result


def _between(total: Array, at: Array, axis: int) -> Array:
    """Linear interpolation of ``total`` along an axis."""
    whole = np.clip(np.floor(at).astype(int), 0, total.shape[axis] - 2)
    shape = [1] * total.ndim
    shape[axis] = -1
    rest = (at - whole).reshape(shape)
    before, after = total.take(whole, axis), total.take(whole + 1, axis)
    return np.asarray(before + (after - before) * rest, np.float64)


def _image_points(view: Viewport) -> tuple[Array, Array]:
    """Image coordinates of every pixel's middle, shapes (height, width)."""
    a, b, c, d = view.matrix
    dx = np.asarray(np.arange(view.width) + 0.5 - view.width / 2, np.float64)[None, :] / view.scale
    dy = (
        np.asarray(np.arange(view.height) + 0.5 - view.height / 2, np.float64)[:, None] / view.scale
    )
    return view.centre_x + a * dx + c * dy, view.centre_y + b * dx + d * dy


def _premultiplied(samples: NDArray[np.generic], description: ImageDescription) -> Array:
    """Normalised values of all bands, premultiplied, then validity: (height, width, bands + 1)."""
    form = texel_format(description)
    slot = pack(Tile(samples), description, 0).astype(np.float64)
    bands = [slot[band // 3, ..., band % 3] for band in range(description.bands)]
    return np.stack([*bands, slot[0, ..., -1]], axis=-1) / full_validity(form.dtype)


def _is_nearest(
    description: ImageDescription, level: Level, view: Viewport, display: Display
) -> bool:
    if description.pyramid.reduction is Reduction.NEAREST:
        return True
    magnified = view.scale * level.downsample > 1.0
    return magnified and display.magnification is Magnification.NEAREST


def _sample(
    texels: Array, level: Level, view: Viewport, i_x: Array, i_y: Array, nearest: bool
) -> Array:
    """A level's data at image points, filtered with the box of its scale."""
    l_x = (i_x - level.offset_x) / level.downsample_x
    l_y = (i_y - level.offset_y) / level.downsample_y
    rows, columns = texels.shape[:2]
    if nearest:
        row = np.clip(np.floor(l_y).astype(int), 0, rows - 1)
        column = np.clip(np.floor(l_x).astype(int), 0, columns - 1)
        return np.asarray(texels[row, column])
    at_x, weights_x = _taps(l_x, box_texels(view.scale * level.downsample_x))
    at_y, weights_y = _taps(l_y, box_texels(view.scale * level.downsample_y))
    result = np.zeros((*i_x.shape, texels.shape[2]))
    for y, weight_y in zip(at_y, weights_y, strict=True):
        for x, weight_x in zip(at_x, weights_x, strict=True):
            picked = texels[np.clip(y, 0, rows - 1), np.clip(x, 0, columns - 1)]
            result += picked * (weight_x * weight_y)[..., None]
    return result


def _taps(middle: Array, width: float) -> tuple[list[NDArray[np.int_]], list[Array]]:
    """The texels that a box meets along one axis, and the share of the box in each."""
    low, high = middle - width / 2, middle + width / 2
    first = np.floor(low).astype(int)
    places = [first + step for step in range(int(np.ceil(width)) + 1)]
    shares = [
        np.clip(np.minimum(high, place + 1) - np.maximum(low, place), 0, None) / width
        for place in places
    ]
    return places, shares


def _light(data: Array, description: ImageDescription, display: Display) -> Array:
    """Colour before coverage: windows, transfer, gamma and colours of all bands, or a map."""
    form: TexelFormat = texel_format(description)
    validity = data[..., -1:]
    values = np.divide(
        data[..., :-1], validity, out=np.zeros_like(data[..., :-1]), where=validity > 0
    )
    windows = display.windows
    low = np.array([form.normalized(window.low, band) for band, window in enumerate(windows)])
    high = np.array([form.normalized(window.high, band) for band, window in enumerate(windows)])
    shares = np.clip((values - low) / (high - low), 0, 1)
    shares = np.vectorize(display.transfer.of)(shares) ** (1 / display.gamma)
    light = np.asarray(shares @ np.array(display.lights))
    table_of = display.table
    if display.mapped is None:
        return light if table_of is None else np.asarray(table_of.of(light))
    entries = np.arange(ENTRIES) / (ENTRIES - 1)
    colors = table(display.mapped) / 255.0
    mapped = [np.interp(light[..., 0], entries, colors[:, component]) for component in range(3)]
    found = np.stack(mapped, axis=-1)
    return found if table_of is None else np.asarray(table_of.of(found))


def _background(view: Viewport, display: Display) -> Array:
    """What is behind the image, shape (height, width, 3)."""
    y, x = np.mgrid[: view.height, : view.width] // CHECKER_PX
    other = display.background if display.checker is None else display.checker
    odd = ((x + y) % 2 == 1)[..., None]
    return np.where(odd, np.asarray(other, np.float64), np.asarray(display.background, np.float64))


def _coverage(description: ImageDescription, view: Viewport, i_x: Array, i_y: Array) -> Array:
    """Share of each screen pixel that lies on the image."""
    half = 0.5 / view.scale
    pyramid = description.pyramid
    inside_x = np.minimum(i_x + half, pyramid.width) - np.maximum(i_x - half, 0)
    inside_y = np.minimum(i_y + half, pyramid.height) - np.maximum(i_y - half, 0)
    return np.clip(inside_x / (2 * half), 0, 1) * np.clip(inside_y / (2 * half), 0, 1)
