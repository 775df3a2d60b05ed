"""Windows that suit the values of an image (pure).

Values come as slot arrays, as `glview.texels` packs tiles: (groups, height, width, components).
"""

from collections.abc import Collection, Iterable
from collections.abc import Set as AbstractSet
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glview.display import Window, full_windows
from glview.image import Channel, ImageDescription, SampleType
from glview.options import WindowRule
from glview.pyramid import TileKey
from glview.texels import S16_BIAS, VALUES_PER_GROUP, TexelFormat, full_validity, texel_format
from glview.thinning import MOST_VALUES, inner
from glview.zscale import zscale

LOW_SHARE = 0.001
"""So many of the values may be darker than black: dead pixels, and the rim of a mosaic."""
HIGH_SHARE = 0.002
"""So many may be brighter than white. Stars and labelled cells of interest take 0.3 to 5 % of a
picture and must not go under; hot pixels and dust take less than this."""
LEAST_WHITE = 0.1
"""Floats with a colour profile are colours of 0 to 1 where the brightest are at least so bright."""
_END_OF_FLOATS, _MEAN_OF_END = 3.39e38, 1e30


def wants_survey(description: ImageDescription, rule: WindowRule = WindowRule.PERCENTILES) -> bool:
    """Whether suitable windows are to be found out: the file tells none, of more than 8 bits.

    Where a profile says what the colours of 16 bits look like, their full range does. A rule that
    somebody asks for is for all images.
    """
    if rule is WindowRule.ZSCALE:
        return True
    if _is_profiled(description) and description.sample_type is SampleType.U16:
        return False
    told = description.channels
    complete = len(told) == description.bands and all(channel.window for channel in told)
    return description.sample_type is not SampleType.U8 and not complete


def _is_profiled(description: ImageDescription) -> bool:
    return description.is_profiled or description.color_table is not None


def values_of(slots: Iterable[NDArray[Any]], form: TexelFormat, bands: int) -> NDArray[np.floating]:
    """All valid values in the file's own units, shape (bands, count).

    float32, or float64 where that tells no value from its neighbours (`TexelFormat.offset`).

    Where an image has alpha, those count that are there at least half as much as any other.
    """
    one = full_validity(form.dtype)
    slots = tuple(slots)
    most = max((float(slot[0, ..., -1].max(initial=0)) for slot in slots), default=0.0)
    if most <= 0.0:
        return np.zeros((bands, 0), np.float32)
    found: list[NDArray[np.float32]] = []
    for slot in slots:
        validity = slot[0, ..., -1].ravel().astype(np.float32)
        valid = validity * 2.0 >= most
        shares = validity[valid] / np.float32(one)
        picked = [
            slot[band // VALUES_PER_GROUP, ..., band % VALUES_PER_GROUP].ravel()[valid]
            for band in range(bands)
        ]
        found.append(np.stack(picked).astype(np.float32) / shares)
    values = np.concatenate(found, axis=1)
    if form.offset:
        offsets = np.array(form.offsets or (form.offset,))[:, None]
        own: NDArray[np.float64] = values.astype(np.float64) + offsets
        return own
    return values - np.float32(S16_BIAS) if form.sample_type is SampleType.S16 else values


def suitable_windows(
    values: NDArray[np.floating],
    description: ImageDescription,
    rule: WindowRule = WindowRule.PERCENTILES,
) -> tuple[Window, ...]:
    """A window for each band, of ``values`` as `values_of` gives them: by a rule.

    Red, green and blue have one for all, or white would become another colour.
    """
    full, rgb = full_windows(description), description.rgb_bands
    colors = (_window(values[: len(rgb)].ravel(), full[0], rule),) * len(rgb) if rgb else ()
    others = zip(values[len(rgb) :], full[len(rgb) :], strict=True)
    return (*colors, *(_window(band, own, rule) for band, own in others))


def with_told(
    windows: tuple[Window, ...],
    description: ImageDescription,
    rule: WindowRule = WindowRule.PERCENTILES,
) -> tuple[Window, ...]:
    """The windows that the file tells, and these where it tells none, or somebody asks for them.

    An extent that it tells counts where any of what these show lies in it.
    """
    if rule is WindowRule.ZSCALE:
        return windows
    if _is_profiled(description) and description.sample_type is SampleType.F32:
        # Colours of 0 to 1 are what a profile is about; greys of a detector have got one, too.
        count = len(description.rgb_bands) or len(windows)
        colors = windows[:count]
        meant = all(window.low >= 0.0 and LEAST_WHITE <= window.high <= 1.0 for window in colors)
        return (*full_windows(description)[:count], *windows[count:]) if meant else windows
    if len(description.channels) != len(windows):
        return windows
    return tuple(
        _told(found, channel) for found, channel in zip(windows, description.channels, strict=True)
    )


def _told(found: Window, channel: Channel) -> Window:
    if channel.window is not None:
        return Window(*channel.window)
    if channel.extent is None:
        return found
    low, high = channel.extent
    return Window(low, high) if low < found.high and found.low < high else found


def _window(values: NDArray[np.floating], full: Window, rule: WindowRule) -> Window:
    values = _data_of(values)
    if not values.size:
        return full
    low, high = zscale(values) if rule is WindowRule.ZSCALE else _percentiles(values)
    if low == high:
        # Nearly all is of one value: what is not is all there is to be seen.
        low, high = float(values.min()), float(values.max())
    if low < high:
        return Window(low, high)
    return Window(min(full.low, low), max(full.high, high))


def _percentiles(values: NDArray[np.floating]) -> tuple[float, float]:
    last = values.size - 1
    low_at, high_at = int(LOW_SHARE * last), last - int(HIGH_SHARE * last)
    sorted_there = np.partition(values, (low_at, high_at))
    return float(sorted_there[low_at]), float(sorted_there[high_at])


def _data_of(values: NDArray[np.floating]) -> NDArray[np.floating]:
    """Without the ends of all floats, which stand for nothing in many files that do not say so.

    And then without the means of them and of data, which are in coarser levels.
    """
    size = np.abs(values)
    if size.max(initial=0.0) < _END_OF_FLOATS:
        return values
    usual = values[size < _MEAN_OF_END]
    return usual if usual.size or bool((size >= _END_OF_FLOATS).all()) else values


class Survey:
    """Gathers what becomes of some tiles, and then knows windows for all of the image."""

    def __init__(
        self,
        description: ImageDescription,
        keys: Collection[TileKey],
        gutter: int,
        rule: WindowRule = WindowRule.PERCENTILES,
    ) -> None:
        self._description = description
        self._rule = rule
        self._form = texel_format(description)
        self._gutter = gutter
        self._open = set(keys)
        self.found_any = False
        """Whether `windows`, which tells it, was made of any value."""
        self._slots: list[NDArray[Any]] = []
        levels = description.pyramid.levels
        texels = sum(
            rect.width * rect.height
            for key in keys
            for rect in [levels[key.level].l_tile_rect(key.column, key.row)]
        )
        self._every = 1
        while texels > MOST_VALUES * self._every**2:
            self._every += 1

    @property
    def awaited(self) -> AbstractSet[TileKey]:
        """The tiles that are not known yet."""
        return self._open

    def hear(self, key: TileKey, texels: NDArray[Any] | None) -> bool:
        """Of a tile: its slot array, or None where there is nothing, or nothing to be read.

        True if that was the last one.
        """
        if key not in self._open:
            return False
        self._open.discard(key)
        if texels is not None:
            self._slots.append(inner(texels, self._gutter, self._every).copy())
        return not self._open

    def windows(self) -> tuple[Window, ...]:
        """By all that is known so far; of what the file tells nothing is found out."""
        values = values_of(self._slots, self._form, self._description.bands)
        self.found_any = bool(values.size)
        found = suitable_windows(values, self._description, self._rule)
        return with_told(found, self._description, self._rule)
