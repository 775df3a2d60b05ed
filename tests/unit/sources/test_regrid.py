import threading
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from glview.errors import TileError
from glview.image import SampleType, Tile
from glview.pyramid import IntRect, TileKey
from glview.sources.model import guessed_model
from glview.sources.regrid import RegridSource, fitting_tile_size, regridded
from glview.sources.synthetic import KeyedSource, SyntheticOptions, keyed_texels
from tests.unit.sources.build import whole

RGB = guessed_model(SampleType.U8, 3)


class Counting(KeyedSource):
    """Counts the tiles read, and is slow enough for threads to meet."""

    def __init__(self, width: int, height: int, options: SyntheticOptions) -> None:
        super().__init__(width, height, options)
        self.read: list[TileKey] = []
        self.closed = False

    def read_tile(self, key: TileKey) -> Tile | None:
        self.read.append(key)
        return super().read_tile(key)

    def close(self) -> None:
        self.closed = True


def tiles_of(size: int, **options: object) -> SyntheticOptions:
    return SyntheticOptions(tile_width=size, tile_height=size, **options)  # type: ignore[arg-type]  # checked by the class


@pytest.mark.parametrize(
    ("native", "fitting"),
    [(1, 256), (16, 256), (64, 256), (100, 200), (127, 254), (128, 128), (254, 254), (512, 512),
     (513, 256), (600, 300), (1000, 250), (1024, 256), (2048, 256), (1021, 256), (768, 256)],
)  # fmt: skip
def test_fitting_sizes(native: int, fitting: int) -> None:
    assert fitting_tile_size(native) == fitting
    assert 128 <= fitting <= 512


@pytest.mark.parametrize("native", [16, 100, 600, 1021, 1024])
@pytest.mark.parametrize("overlap", [0, 2])
def test_pixels_stay_where_they_are(native: int, overlap: int) -> None:
    source = regridded(KeyedSource(1300, 700, tiles_of(native, overlap=overlap)))
    for index, level in enumerate(source.description.pyramid.levels):
        size = (level.tile_width, level.tile_height)
        assert size == (fitting_tile_size(native),) * 2
        expected = keyed_texels(index, IntRect(0, 0, level.width, level.height), RGB)
        assert (whole(source, index) == expected).all()


def test_fitting_sources_are_not_wrapped() -> None:
    source = KeyedSource(1300, 700, tiles_of(254, overlap=1))
    assert regridded(source) is source


def test_a_large_tile_is_decoded_once_for_all_its_parts() -> None:
    inner = Counting(1024, 1024, tiles_of(1024))
    source = RegridSource(inner, 256, 256)
    for row in range(4):
        for column in range(4):
            source.read_tile(TileKey(0, column, row))
    assert inner.read == [TileKey(0, 0, 0)]
    assert source.cache_bytes == 1024 * 1024 * 3


def test_a_tile_that_is_split_counts_with_its_texels() -> None:
    class Packed(Counting):
        def read_tile(self, key: TileKey) -> Tile | None:
            self.read.append(key)
            texels = np.full((1024, 1024, 4), 255, np.uint8)
            return Tile(texels[..., :3], texels=texels)

    source = RegridSource(Packed(1024, 1024, tiles_of(1024)), 256, 256)
    source.limit_cache(0)
    source.read_tile(TileKey(0, 0, 0))
    assert source.cache_bytes == source.most_cached_bytes == 1024 * 1024 * 4


def test_threads_that_want_one_tile_decode_it_once() -> None:
    inner = Counting(1024, 1024, tiles_of(1024, delay_s=0.1))
    source = RegridSource(inner, 256, 256)
    barrier = threading.Barrier(6, timeout=10)

    def read(column: int) -> Tile | None:
        barrier.wait()
        return source.read_tile(TileKey(0, column % 4, 0))

    with ThreadPoolExecutor(6) as pool:
        tiles = list(pool.map(read, range(6)))
    assert all(tile is not None for tile in tiles)
    assert inner.read == [TileKey(0, 0, 0)]


def test_the_cache_is_bounded_and_the_oldest_goes_first() -> None:
    inner = Counting(4096, 1024, tiles_of(1024))
    big = 1024 * 1024 * 3
    source = RegridSource(inner, 256, 256, capacity_bytes=2 * big)
    for column in (0, 4, 0, 8, 0, 4):
        source.read_tile(TileKey(0, column, 0))
        assert source.cache_bytes <= 2 * big
    assert [key.column for key in inner.read] == [0, 1, 2, 1]


def test_one_tile_larger_than_the_cache_still_serves_its_parts() -> None:
    inner = Counting(1024, 1024, tiles_of(1024))
    source = RegridSource(inner, 256, 256, capacity_bytes=1)
    source.read_tile(TileKey(0, 0, 0))
    source.read_tile(TileKey(0, 1, 0))
    assert len(inner.read) == 1


def test_a_lower_limit_lets_tiles_go_at_once_but_for_the_last() -> None:
    big = 1024 * 1024 * 3
    source = RegridSource(Counting(4096, 1024, tiles_of(1024)), 256, 256)
    assert source.most_cached_bytes == 32 << 20
    for column in (0, 4, 8):
        source.read_tile(TileKey(0, column, 0))
    assert source.cache_bytes == 3 * big
    source.limit_cache(6 * big)
    assert (source.cache_bytes, source.most_cached_bytes) == (2 * big, 2 * big)
    source.limit_cache(0)
    assert (source.cache_bytes, source.most_cached_bytes) == (big, big // 3 * 4)


def test_grouped_tiles_are_not_kept() -> None:
    source = RegridSource(KeyedSource(256, 256, tiles_of(64)), 256, 256)
    assert source.read_tile(TileKey(0, 0, 0)) is not None
    assert source.cache_bytes == 0


def test_absent_and_failing_parts() -> None:
    options = tiles_of(
        128,
        absent={TileKey(0, 0, 0), TileKey(0, 2, 0), TileKey(0, 3, 0)},
        failing={TileKey(0, 1, 0), TileKey(0, 4, 0), TileKey(0, 5, 0)},
    )
    source = RegridSource(KeyedSource(128 * 7, 128, options), 256, 128)
    with pytest.raises(TileError, match="tile"):
        source.read_tile(TileKey(0, 0, 0))
    assert source.read_tile(TileKey(0, 1, 0)) is None
    with pytest.raises(TileError):
        source.read_tile(TileKey(0, 2, 0))
    assert source.read_tile(TileKey(0, 3, 0)) is not None


def test_a_failing_part_beside_a_sound_one_is_a_grey_hole() -> None:
    options = tiles_of(64, failing={TileKey(0, 0, 0)})
    tile = RegridSource(KeyedSource(128, 64, options), 128, 64).read_tile(TileKey(0, 0, 0))
    assert tile is not None
    assert (tile.pixels[:, :64] == 128).all()
    assert (tile.pixels[:, 64:] == keyed_texels(0, IntRect(64, 0, 128, 64), RGB)).all()


def test_a_failing_large_tile_fails_for_all_who_wait_and_may_be_tried_again() -> None:
    inner = Counting(1024, 1024, tiles_of(1024, delay_s=0.05, failing={TileKey(0, 0, 0)}))
    source = RegridSource(inner, 256, 256)
    with ThreadPoolExecutor(3) as pool:
        futures = [pool.submit(source.read_tile, TileKey(0, column, 0)) for column in range(3)]
        time.sleep(0)
        assert all(isinstance(future.exception(), TileError) for future in futures)
    seen = len(inner.read)
    with pytest.raises(TileError):
        source.read_tile(TileKey(0, 0, 0))
    assert len(inner.read) == seen + 1


class Failing(Counting):
    """None of its tiles can be read."""

    may_heal = False

    def read_tile(self, key: TileKey) -> Tile | None:
        self.read.append(key)
        raise TileError(f"tile {key}: broken", may_heal=self.may_heal)


def test_a_broken_large_tile_is_decoded_once_for_all_its_parts() -> None:
    """One of 8,000 pixels that took 0.2 s to fail did so a thousand times for an overview."""
    inner = Failing(1024, 1024, tiles_of(1024))
    source = RegridSource(inner, 256, 256)
    for row in range(4):
        for column in range(4):
            with pytest.raises(TileError, match="broken"):
                source.read_tile(TileKey(0, column, row))
    assert inner.read == [TileKey(0, 0, 0)]


def test_who_asks_again_has_a_broken_large_tile_read_again() -> None:
    inner = Failing(1024, 1024, tiles_of(1024))
    source = RegridSource(inner, 256, 256)
    for _ in range(2):
        for column in range(4):
            with pytest.raises(TileError, match="broken"):
                source.read_tile(TileKey(0, column, 0))
    assert inner.read == [TileKey(0, 0, 0)] * 2


def test_a_large_tile_that_may_heal_is_read_for_each_of_its_parts() -> None:
    inner = Failing(1024, 1024, tiles_of(1024))
    inner.may_heal = True
    source = RegridSource(inner, 256, 256)
    for column in range(4):
        with pytest.raises(TileError, match="broken"):
            source.read_tile(TileKey(0, column, 0))
    assert len(inner.read) == 4


def test_close_frees_the_cache_and_closes_the_source() -> None:
    inner = Counting(1024, 1024, tiles_of(1024))
    source = RegridSource(inner, 256, 256)
    source.read_tile(TileKey(0, 0, 0))
    source.close()
    assert source.cache_bytes == 0
    assert inner.closed


def test_floats_have_nan_holes() -> None:
    options = SyntheticOptions(
        64, 64, model=guessed_model(SampleType.F32, 1), absent={TileKey(0, 1, 0)}
    )
    tile = RegridSource(KeyedSource(128, 64, options), 128, 64).read_tile(TileKey(0, 0, 0))
    assert tile is not None
    assert np.isnan(tile.pixels[:, 64:]).all()
    assert np.isfinite(tile.pixels[:, :64]).all()
