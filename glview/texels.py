"""From decoded samples to the atlas's own texels, on the worker's side (pure numpy).

Bands go in groups: a group holds up to three values and their shared validity, because a composite
blends four numbers a pixel at a time. Values are premultiplied by validity (which is alpha where
the image has one), so that every weighted mean of texels is right: what is invalid is 0 with
validity 0, since NaN * 0 is NaN and one of them would poison a blend.

A slot's array has shape (groups, height, width, components): components is 2 (value, validity) for
one-band images and 4 for all others.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glview.image import ImageDescription, Margin, SampleType, Tile

S16_BIAS = 32_768
VALUES_PER_GROUP = 3
MAX_GROUPS = 8
"""The block of uniforms has room for the windows and colours of so many."""
MAX_BANDS = MAX_GROUPS * VALUES_PER_GROUP
"""More cannot be shown."""
_WORDS = {2: np.uint16, 4: np.uint32, 8: np.uint64}
_FULL_FOURTH = np.frombuffer(b"\x00\x00\x00\xff", np.uint32)[0]


@dataclass(frozen=True, slots=True)
class TexelFormat:
    """How the atlas stores an image: sample type, components a texel, groups of bands.

    ``is_opaque`` says that every texel is valid in full, whatever the file holds.
    """

    sample_type: SampleType
    components: int
    groups: int
    is_opaque: bool = False
    offset: float = 0.0
    """`ImageDescription.offset`."""
    offsets: tuple[float, ...] = ()
    """`ImageDescription.offsets`."""

    @property
    def dtype(self) -> np.dtype[np.generic]:
        """dtype of the texels; signed samples are biased into unsigned ones."""
        if self.sample_type is SampleType.S16:
            return np.dtype(np.uint16)
        return self.sample_type.dtype

    @property
    def bytes_per_texel(self) -> int:
        return self.dtype.itemsize * self.components * self.groups

    def normalized(self, value: float, band: int = 0) -> float:
        """What a shader reads for a sample value of a band: 0 to 1 for integers.

        Floats less the offset of the band.
        """
        if self.sample_type is SampleType.U8:
            return value / 255.0
        if self.sample_type is SampleType.U16:
            return value / 65_535.0
        if self.sample_type is SampleType.S16:
            return (value + S16_BIAS) / 65_535.0
        return value - (self.offsets[band] if self.offsets else self.offset)


def texel_format(description: ImageDescription) -> TexelFormat:
    """The atlas format for an image."""
    groups = -(-description.bands // VALUES_PER_GROUP)
    # A float may be no number.
    floats = description.sample_type is SampleType.F32
    opaque = not (description.alpha or floats or description.nodata is not None)
    components = 2 if description.bands == 1 else 4
    return TexelFormat(
        description.sample_type,
        components,
        groups,
        opaque,
        description.offset,
        description.offsets,
    )


def fault_of(tile: Tile, size: tuple[int, int], description: ImageDescription) -> str | None:
    """What is wrong with a tile that should have ``size`` (width, height); None for nothing."""
    pixels, margin = tile.pixels, tile.margin
    if pixels.ndim != 3:
        return f"{pixels.ndim} dimensions instead of height, width and bands"
    rows, columns, depth = pixels.shape
    found = (columns - margin.left - margin.right, rows - margin.top - margin.bottom)
    if found != size:
        return f"{found[0]}x{found[1]} pixels instead of {size[0]}x{size[1]}"
    bands = description.bands + description.alpha
    dtype = description.sample_type.dtype
    if (depth, pixels.dtype.newbyteorder("=")) != (bands, dtype):
        return f"{depth} bands of {pixels.dtype} instead of {bands} of {dtype}"
    return None


def pack(
    tile: Tile,
    description: ImageDescription,
    gutter: int,
    empty: Callable[[tuple[int, ...], np.dtype[Any]], NDArray[Any]] = np.empty,
) -> NDArray[Any]:
    """The slot array of a tile: its texels with ``gutter`` more on each side.

    The tile's own margin fills what it has of the gutter; the rest repeats the outermost texel
    until a neighbour's strip replaces it. ``empty`` makes the array, all of which is written; it is
    not asked where the tile's own room is as large.
    """
    form = texel_format(description)
    pixels, kept = tile.pixels, tile.margin
    plain = (
        description.bands == 3
        and not description.alpha
        and description.nodata is None
        and form.dtype == np.uint8
    )
    ready = plain and tile.texels is not None
    if plain and tile.texels is not None:
        pixels = tile.texels
    if max(kept) > gutter:
        pixels, kept = _cut(pixels, kept, gutter)
    height, width = pixels.shape[:2]
    left, top = gutter - kept.left, gutter - kept.top
    right, bottom = left + width, top + height
    shape = (form.groups, bottom + gutter - kept.bottom, right + gutter - kept.right)
    slot = _roomy(tile, pixels, (*shape, form.components)) if ready else None
    if slot is None:
        slot = empty((*shape, form.components), form.dtype)
    if ready:
        _paste(slot, pixels, left, top)
    else:
        inner = slot[:, top:bottom, left:right]
        if not (plain and _fill_rgb(inner[0], pixels)):
            _fill(inner, pixels, description)
    for x0, y0, x1, y1 in tile.lost:
        # Neither shown nor counted: what stands there is no data.
        slot[:, gutter + y0 : gutter + y1, gutter + x0 : gutter + x1] = 0
    repeat_edges(slot, left, top, right, bottom)
    return slot


def _roomy(
    tile: Tile, texels: NDArray[np.generic], shape: tuple[int, ...]
) -> NDArray[np.generic] | None:
    """The tile's room as a slot array, if all its texels are to be in one of its size.

    Memory that is not in a cache is then written once, and nothing beside it.
    """
    room = tile.room
    if room is None or texels is not tile.texels or room.size != prod(shape):
        return None
    return room.reshape(shape)


def _cut(
    pixels: NDArray[np.generic], margin: Margin, gutter: int
) -> tuple[NDArray[np.generic], Margin]:
    """Pixels without what their margin has more than the gutter takes, and what it has then."""
    kept = Margin(*(min(side, gutter) for side in margin))
    rows, columns = pixels.shape[:2]
    return pixels[
        margin.top - kept.top : rows - (margin.bottom - kept.bottom),
        margin.left - kept.left : columns - (margin.right - kept.right),
    ], kept


def full_validity(dtype: np.dtype[np.generic]) -> float:
    """The value of a whole share: the largest integer, or 1 for floats."""
    return 1.0 if dtype.kind == "f" else float(2 ** (8 * dtype.itemsize) - 1)


def repeat_edges(slot: NDArray[np.generic], x0: int, y0: int, x1: int, y1: int) -> None:
    """Fill a slot array outside the rectangle with the rectangle's outermost texels, in place."""
    texels = _whole_texels(slot)
    # Column by column and in whole rows: see `_paste`.
    for x in range(x0):
        texels[:, y0:y1, x] = texels[:, y0:y1, x0]
    for x in range(x1, slot.shape[2]):
        texels[:, y0:y1, x] = texels[:, y0:y1, x1 - 1]
    row = np.dtype((np.void, slot.strides[1]))
    rows: NDArray[np.void] = np.ndarray(slot.shape[:2], row, slot)
    rows[:, :y0] = rows[:, y0 : y0 + 1]
    rows[:, y1:] = rows[:, y1 - 1 : y1]


def _whole_texels(slot: NDArray[np.generic]) -> NDArray[np.generic]:
    """The slot as (groups, height, width) of whole texels, where numpy has a number as large.

    Texels are then copied in one piece each, twice as fast. Of 16 bytes it stays what it is.
    """
    word = _WORDS.get(slot.shape[3] * slot.dtype.itemsize)
    return slot if word is None else slot.view(word)[..., 0]


def _paste(slot: NDArray[np.generic], texels: NDArray[np.generic], left: int, top: int) -> None:
    """Put texels (height, width, 4 bytes) into a slot of one group, at whose end they may lie.

    In whole rows: numpy lets other threads run while it copies more than 500 elements, and waits
    for its turn again, which takes longer than copying does (two threads: a tenth of the tiles).
    """
    height, width = texels.shape[:2]
    pitch = slot.strides[1]
    row = np.dtype((np.void, 4 * width))
    rows: NDArray[np.void] = np.ndarray((height,), row, slot, top * pitch + 4 * left, (pitch,))
    rows[:] = np.ndarray((height,), row, np.ascontiguousarray(texels))


def _fill_rgb(out: NDArray[np.generic], pixels: NDArray[np.generic]) -> bool:
    """RGB and a full validity into ``out`` of the same size; False where it does not lie so.

    Four bytes are read at a time, of which the last is the next pixel's and is replaced: one
    pass, in a quarter of the time of three bands and a validity.
    """
    height, width = pixels.shape[:2]
    if not pixels.flags.c_contiguous:
        return False
    # Behind the last pixel there may be no memory. (numpy checks that nothing is read from there.)
    rows = height - 1
    words = out.view(np.uint32)[..., 0]
    rgbr = np.ndarray((rows, width), np.uint32, pixels, strides=(3 * width, 3))
    np.bitwise_or(rgbr, _FULL_FOURTH, out=words[:rows])
    out[rows, :, :3] = pixels[rows]
    out[rows, :, 3] = 255
    return True


def _fill(
    out: NDArray[np.generic], pixels: NDArray[np.generic], description: ImageDescription
) -> None:
    """Premultiplied values and validity of ``pixels`` (height, width, bands) into ``out``."""
    bands = description.bands
    values = pixels[..., :bands]
    if description.sample_type is SampleType.S16:
        biased = values.astype(np.int32) + S16_BIAS
        valid = _valid(values, description)
        values = biased.astype(np.uint16)
    else:
        valid = _valid(values, description)
    one = full_validity(out.dtype)
    validity = out[..., -1]
    if description.alpha:
        alpha = pixels[..., bands]
        if description.sample_type is SampleType.S16:
            alpha = (np.maximum(alpha, 0).astype(np.uint32) * 65_535 // 32_767).astype(np.uint16)
        elif description.sample_type is SampleType.F32:
            alpha = np.clip(np.where(np.isfinite(alpha), alpha, 0), 0, 1)
        if valid is not None:
            alpha = np.where(valid, alpha, 0)
        values = _premultiplied(values, alpha, one)
        validity[:] = alpha
    elif valid is not None:
        values = np.where(valid[..., None], values, 0)
        validity[:] = np.where(valid, one, 0)
    else:
        validity[:] = one
    for band in range(bands):
        group, component = divmod(band, VALUES_PER_GROUP)
        out[group, ..., component] = values[..., band]
    # What the last group has no band for.
    out[group, ..., component + 1 : -1] = 0


def _valid(values: NDArray[np.generic], description: ImageDescription) -> NDArray[np.bool_] | None:
    """Where a pixel holds data, shape (height, width), or None where all do.

    A NaN or infinity in any band spoils the pixel, since the bands share one validity; the no-data
    value means nothing only where all bands have it.
    """
    if description.sample_type is SampleType.F32:
        valid = np.isfinite(values).all(axis=-1)
    elif description.nodata is None:
        return None
    else:
        valid = np.ones(values.shape[:2], np.bool_)
    if description.nodata is not None:
        valid &= (values != description.tile_nodata).any(axis=-1)
    return None if valid.all() else valid


def _premultiplied(
    values: NDArray[np.generic], alpha: NDArray[np.generic], one: float
) -> NDArray[np.generic]:
    """values * alpha / one, rounded to nearest for integers."""
    if values.dtype == np.float32:
        clean = np.where(alpha[..., None].astype(bool), values, 0)
        return np.asarray(clean * alpha[..., None], np.float32)
    full = int(one)
    if (alpha == full).all():
        return values
    wide = values.astype(np.uint32) * alpha[..., None].astype(np.uint32)
    return ((wide + full // 2) // full).astype(values.dtype)
