"""Channels that are stored apart, as the bands of one image."""

import numpy as np
import pytest

from glview.errors import TileError, UnsupportedImageError
from glview.image import Channel, ColorModel, ImageDescription, SampleType, Tile
from glview.pyramid import Level, Pyramid, TileKey
from glview.sources.merged import MergedSource

KEY = TileKey(0, 0, 0)


class Flat:
    """One channel of one value; a tile with a fault, or none at all."""

    def __init__(
        self,
        value: int,
        *,
        size: int = 64,
        sample_type: SampleType = SampleType.U16,
        fault: TileError | None = None,
    ) -> None:
        self._value, self._fault = value, fault
        level = Level(size, size, 1.0, 1.0, tile_width=64, tile_height=64)
        self.description = ImageDescription(
            name="flat",
            format="test",
            pyramid=Pyramid(size, size, (level,)),
            sample_type=sample_type,
            color_model=ColorModel.GREY,
            bands=1,
        )
        self.cache_bytes = 0

    def read_tile(self, key: TileKey) -> Tile | None:
        del key
        if self._value < 0:
            return None
        return Tile(np.full((64, 64, 1), self._value, np.uint16), fault=self._fault)

    def close(self) -> None:
        """Nothing is open."""


def corner(source: MergedSource) -> list[int]:
    tile = source.read_tile(KEY)
    assert tile is not None
    return [int(value) for value in tile.pixels[0, 0]]


def merged(*sources: Flat) -> MergedSource:
    return MergedSource(sources, tuple(Channel(str(n)) for n in range(len(sources))))


def test_bands_are_in_the_order_of_the_channels() -> None:
    source = merged(Flat(7), Flat(1), Flat(9))
    assert corner(source) == [7, 1, 9]
    assert [channel.name for channel in source.description.channels] == ["0", "1", "2"]


def test_a_channel_without_a_tile_is_0_there() -> None:
    assert corner(merged(Flat(7), Flat(-1), Flat(9))) == [7, 0, 9]


def test_where_no_channel_has_a_tile_there_is_none() -> None:
    assert merged(Flat(-1), Flat(-1)).read_tile(KEY) is None


def test_a_hole_of_any_channel_is_marked() -> None:
    fault = TileError("torn")
    tile = merged(Flat(7), Flat(1, fault=fault), Flat(9)).read_tile(KEY)
    assert tile is not None
    assert tile.fault is fault


@pytest.mark.parametrize("place", [1, 2])
@pytest.mark.parametrize("other", [Flat(1, size=32), Flat(1, sample_type=SampleType.U8)])
def test_channels_that_differ_are_refused(place: int, other: Flat) -> None:
    channels = [Flat(7), Flat(1), Flat(9)]
    channels[place] = other
    with pytest.raises(UnsupportedImageError, match="its channels differ"):
        merged(*channels)
