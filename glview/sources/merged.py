"""Channels that are stored apart, as the bands of one image."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from glview.errors import UnsupportedImageError
from glview.image import Channel
from glview.pyramid import TileKey
from glview.sources.base import (
    ColorModel,
    ImageDescription,
    SampleType,
    Tile,
    TileSource,
    limit_cache,
    most_cached,
)

DIFFERENT = "its channels differ in size or in the type of their samples"
_FREE = {SampleType.U8: -1.0, SampleType.U16: -1.0, SampleType.S16: -32_769.0}
"""What no sample of a type is, and float32 holds as it holds all samples of it."""


def completed(told: Sequence[Channel], own: Sequence[Channel]) -> tuple[Channel, ...]:
    """What is told of channels, and where nothing is, what their own sources tell."""
    if len(told) != len(own):
        return tuple(told)
    return tuple(
        Channel(
            one.name or other.name,
            other.color if one.color is None else one.color,
            other.window if one.window is None else one.window,
            other.limits if one.limits is None else one.limits,
            other.extent if one.extent is None else one.extent,
            one.beside_rgb or other.beside_rgb,
            one.off or other.off,
        )
        for one, other in zip(told, own, strict=True)
    )


class MergedSource:
    """The tiles of several sources, one over the other; it owns them. As thread-safe as they are.

    UnsupportedImageError where they are not alike in all but their samples. A tile is a hole where
    that of any channel is one, since its bands have one validity.
    """

    def __init__(self, sources: Sequence[TileSource], channels: tuple[Channel, ...]) -> None:
        first = sources[0].description
        for source in sources[1:]:
            other = source.description
            if (other.pyramid, other.sample_type) != (first.pyramid, first.sample_type):
                raise UnsupportedImageError(first.name, DIFFERENT)
        self._sources = tuple(sources)
        own = [channel for source in sources for channel in _channels(source.description)]
        offsets = tuple(o for source in sources for o in source.description.band_offsets)
        nodatas = tuple(s.description.nodata for s in sources for _ in range(s.description.bands))
        differ = len(set(nodatas)) > 1
        sample_type, nodata = first.sample_type, first.nodata
        if differ and sample_type in _FREE:
            sample_type, nodata = SampleType.F32, _FREE[sample_type]
            own = [_within(channel, first.sample_type) for channel in own]
        elif differ:
            nodata = next(value for value in nodatas if value is not None)
        self._description = replace(
            first,
            sample_type=sample_type,
            nodata=nodata,
            nodatas=nodatas if differ else (),
            color_model=ColorModel.CHANNELS,
            bands=sum(source.description.bands for source in sources),
            alpha=False,
            sparse=any(source.description.sparse for source in sources),
            channels=completed(channels, own),
            color_table=None,
            is_profiled=False,
            lost=tuple(dict.fromkeys(part for each in sources for part in each.description.lost)),
            offset=max(offsets, key=abs),
            offsets=offsets if len(set(offsets)) > 1 else (),
        )

    @property
    def description(self) -> ImageDescription:
        return self._description

    @property
    def cache_bytes(self) -> int:
        return sum(source.cache_bytes for source in self._sources)

    @property
    def most_cached_bytes(self) -> int:
        return sum(map(most_cached, self._sources))

    def limit_cache(self, limit_bytes: int) -> None:
        for source in self._sources:
            limit_cache(source, limit_bytes // len(self._sources))

    def read_tile(self, key: TileKey) -> Tile | None:
        """One tile of all channels; None where none has anything, 0 where only some have."""
        tiles = [source.read_tile(key) for source in self._sources]
        there = next((tile for tile in tiles if tile is not None), None)
        if there is None:
            return None
        bands: list[NDArray[np.generic]] = []
        for tile, source in zip(tiles, self._sources, strict=True):
            depth = source.description.bands
            if tile is None:
                shape, dtype = (*there.pixels.shape[:2], depth), self._description.sample_type.dtype
                bands.append(np.full(shape, -source.description.offset, dtype))
            else:
                bands.append(self._marked(tile.pixels[..., :depth], source.description))
        fault = next((tile.fault for tile in tiles if tile is not None and tile.fault), None)
        lost = tuple(part for tile in tiles if tile is not None for part in tile.lost)
        return Tile(np.concatenate(bands, axis=2), there.margin, fault, lost=lost)

    def _marked(self, pixels: NDArray[np.generic], told: ImageDescription) -> NDArray[np.generic]:
        """A channel's samples with no-data as all channels have it, and nothing else like it."""
        own, nodata = told.tile_nodata, self._description.tile_nodata
        if own == nodata or nodata is None:
            return pixels
        held = np.float32(nodata)
        marked = np.array(pixels, np.float32)
        # Towards 0, and from 0 to the least that is not.
        apart = np.nextafter(held, np.float32(0.0 if held else 1.0))
        marked[pixels == held] = apart
        if own is not None:
            marked[pixels == np.float32(own)] = held
        return marked

    def close(self) -> None:
        for source in self._sources:
            source.close()


def _channels(told: ImageDescription) -> tuple[Channel, ...]:
    """One for each band, whether the source tells of any or not."""
    return told.channels or (Channel(),) * told.bands


def _within(channel: Channel, sample_type: SampleType) -> Channel:
    """With the limits of a type that its samples have no more."""
    limits = np.iinfo(np.dtype(sample_type.value))
    return replace(channel, limits=channel.limits or (float(limits.min), float(limits.max)))
