"""Channels that are stored apart, as the bands of one image."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from numpy.typing import NDArray

from glview.errors import TileError, UnsupportedImageError
from glview.image import Channel, ColorModel, ImageDescription, SampleType, Tile
from glview.probe import own_values
from glview.pyramid import Level, Pyramid, TileKey
from glview.sources.base import TileSource
from glview.sources.merged import MergedSource
from glview.sources.opening import open_image
from glview.texels import fault_of, pack

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


def apart(
    *channels: tuple[list[float], float | None], sample_type: SampleType = SampleType.U8
) -> MergedSource:
    """Channels of one row of samples each, with a no-data value of its own."""
    return MergedSource(
        [
            ArrayChannel(np.array([row], sample_type.dtype)[..., None], nodata)
            for row, nodata in channels
        ],
        (Channel(),) * len(channels),
    )


class ArrayChannel(Flat):
    def __init__(self, pixels: NDArray[Any], nodata: float | None) -> None:
        super().__init__(0)
        height, width = pixels.shape[:2]
        level = Level(width, height, 1.0, 1.0, tile_width=width, tile_height=height)
        self._pixels = pixels
        self.description = replace(
            self.description,
            pyramid=Pyramid(width, height, (level,)),
            sample_type=SampleType(pixels.dtype.name),
            nodata=nodata,
        )

    def read_tile(self, key: TileKey) -> Tile | None:
        del key
        return Tile(self._pixels)


def shown(source: TileSource) -> tuple[list[list[float]], list[float]]:
    """The texels of the bands, and whether they count."""
    tile = source.read_tile(KEY)
    assert tile is not None
    level = source.description.pyramid.levels[0]
    assert fault_of(tile, (level.width, level.height), source.description) is None
    slot = pack(tile, source.description, 0)
    return slot[0, 0, :, : source.description.bands].T.tolist(), slot[0, 0, :, -1].tolist()


def test_where_each_channel_has_its_own_nodata_there_is_nothing() -> None:
    """And a sample that is no-data of another is one."""
    source = apart(([0, 0, 255, 7], 0), ([255, 0, 255, 9], 255))
    bands, counts = shown(source)
    assert counts == [0, 1, 1, 1]
    assert [bands[0][2:], bands[1][1]] == [[255, 7], 0]


@pytest.mark.parametrize("sample_type", [SampleType.U8, SampleType.U16, SampleType.S16])
def test_whole_numbers_with_nodata_of_one_channel_are_all_kept(sample_type: SampleType) -> None:
    """The channel without any always counts."""
    source = apart(([5, 5, 7], 5), ([5, 0, 5], None), sample_type=sample_type)
    mark = source.description.nodata
    assert shown(source) == ([[mark, mark, 7], [5, 0, 5]], [1, 1, 1])


def test_nodata_of_a_later_channel_alone_contributes_nothing() -> None:
    source = apart(([5, 7], None), ([255, 255], 255))
    mark = source.description.nodata
    assert mark == -1
    assert shown(source) == ([[5, 7], [mark, mark]], [1, 1])


def test_channels_that_are_alike_stay_what_they_are() -> None:
    source = apart(([0, 1], 0), ([0, 0], 0))
    assert source.description.sample_type is SampleType.U8
    assert (source.description.nodata, source.description.nodatas) == (0, ())
    assert shown(source)[1] == [0, 255]


def test_floats_that_are_nodata_of_another_channel_are_samples() -> None:
    source = apart(([0, 5], 0), ([0, 0], None), sample_type=SampleType.F32)
    bands, counts = shown(source)
    assert counts == [1, 1]
    assert bands[1] == pytest.approx([0, 0])


def test_floats_of_a_later_channel_alone_have_their_nodata() -> None:
    source = apart(([1, 5], None), ([1, 0], 1), sample_type=SampleType.F32)
    assert source.description.nodata == 1
    assert shown(source)[1] == [1, 1]


def test_a_sample_under_the_pointer_is_the_nodata_of_its_own_channel() -> None:
    source = apart(([0, 3], 0), ([255, 4], 255))
    tile = source.read_tile(KEY)
    assert tile is not None
    assert own_values(tile.pixels[0], source.description).tolist() == [[0, 255], [3, 4]]


def test_bytes_keep_the_limits_of_their_type() -> None:
    channels = apart(([0], 0), ([255], 255)).description.channels
    assert [channel.limits for channel in channels] == [(0, 255)] * 2


@pytest.mark.parametrize("tile", [None, (16, 16)])
def test_pages_of_a_tiff_have_each_its_nodata(tmp_path: Path, tile: tuple[int, int] | None) -> None:
    first = np.zeros((16, 16), np.uint8)
    second = np.full((16, 16), 255, np.uint8)
    second[0, :2] = [0, 7]
    first[0, 2] = 255
    path = tmp_path / "a.ome.tif"
    tifffile.imwrite(path, np.stack([first, second]), tile=tile, metadata={"axes": "CYX"},
                   extratags=[(42113, 2, 4, "000", False)])  # fmt: skip
    held = path.read_bytes()
    with tifffile.TiffFile(path) as read:
        pages: Any = read.pages
        at = pages[1].tags[42113].valueoffset
    path.write_bytes(held[:at] + b"255\0" + held[at + 4 :])
    source = open_image(path)
    assert list(source.description.nodatas) == [0, 255]
    assert shown(source)[1][:4] == [1, 1, 1, 0]
    source.close()
