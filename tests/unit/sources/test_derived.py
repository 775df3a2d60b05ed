import time
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glview.errors import TileError
from glview.image import SampleType
from glview.pyramid import IntRect, Level, Pyramid, Reduction, TileKey
from glview.sources.base import forget_holes
from glview.sources.derived import DerivedSource, filled
from glview.sources.halving import halve
from glview.sources.model import PixelModel, guessed_model
from glview.sources.opaque import with_alpha
from glview.sources.regrid import RegridSource
from glview.sources.synthetic import FunctionSource, KeyedSource, SyntheticOptions, keyed_texels
from tests.unit.sources.build import Mending, picture, whole

RGB = guessed_model(SampleType.U8, 3)


def gapped(
    width: int,
    height: int,
    steps: tuple[int, ...] = (1,),
    *,
    absent: Collection[TileKey] = (),
    failing: Collection[TileKey] = (),
    model: PixelModel = RGB,
    reduction: Reduction = Reduction.MEAN,
) -> FunctionSource:
    """Levels at ``steps``, all cut from one picture; tiles of 128."""
    image = picture(width, height, model.depth).astype(model.sample_type.dtype)
    images = [image[::step, ::step] for step in steps]
    levels = tuple(
        Level(part.shape[1], part.shape[0], step, step, tile_width=128, tile_height=128)
        for part, step in zip(images, steps, strict=True)
    )

    def paint(level: int, rect: IntRect) -> np.ndarray:
        return images[level][rect.y0 : rect.y1, rect.x0 : rect.x1]

    options = SyntheticOptions(128, 128, model=model, absent=absent, failing=failing)
    return FunctionSource(Pyramid(width, height, levels, reduction), paint, options)


def test_levels_are_added_until_the_coarsest_has_eight_pixels() -> None:
    source = filled(gapped(500, 150))
    levels = source.description.pyramid.levels
    assert [(v.width, v.height) for v in levels] == [
        (500, 150), (250, 75), (125, 38), (63, 19), (32, 10), (16, 5), (8, 3),
    ]  # fmt: skip
    assert [v.downsample_x for v in levels] == [1, 2, 4, 8, 16, 32, 64]


def test_a_gap_of_four_gets_one_level_between() -> None:
    source = filled(gapped(3000, 2000, (1, 4)))
    levels = source.description.pyramid.levels
    assert [v.downsample_x for v in levels][:4] == [1, 2, 4, 8]
    assert [(v.width, v.height) for v in levels][:3] == [(3000, 2000), (1500, 1000), (750, 500)]
    # The native level is read, not derived.
    assert (whole(source, 2) == picture(3000, 2000)[::4, ::4]).all()


@pytest.mark.parametrize("steps", [(1, 2, 4, 8), (1, 3, 9), (1, 2, 6)])
def test_complete_pyramids_are_not_wrapped(steps: tuple[int, ...]) -> None:
    source = gapped(48, 32, steps)
    assert filled(source) is source


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 200_000),
    st.integers(1, 200_000),
    st.lists(st.sampled_from([2, 3, 4, 5, 8, 16, 100]), max_size=4),
)
def test_neighbours_are_at_most_three_apart_and_the_coarsest_fits(
    width: int, height: int, ratios: list[int]
) -> None:
    step, levels = 1, [Level(width, height, 1, 1)]
    for ratio in ratios:
        step *= ratio
        levels.append(Level(max(1, width // step), max(1, height // step), step, step))
    pyramid = Pyramid(width, height, tuple(levels))
    source = filled(FunctionSource(pyramid, lambda _level, _rect: np.zeros((1, 1, 3), np.uint8)))
    got = source.description.pyramid.levels
    assert all(b.downsample <= 3 * a.downsample for a, b in pairwise(got))
    assert max(got[-1].width, got[-1].height) <= 8
    assert [v for v in got if v in levels] == levels


def test_derived_texels_are_means_of_means_across_tiles() -> None:
    image = picture(2101, 1203)
    source = filled(gapped(2101, 1203))
    assert (whole(source, 1) == halve(image)).all()
    assert (whole(source, 2) == halve(halve(image))).all()


def test_labels_are_never_mixed() -> None:
    image = picture(701, 403)
    source = filled(gapped(701, 403, reduction=Reduction.NEAREST))
    assert (whole(source, 1) == image[::2, ::2]).all()
    assert (whole(source, 3) == image[::8, ::8]).all()


def test_levels_tell_whether_they_are_derived() -> None:
    source = filled(gapped(120, 80, (1, 4)))
    levels = source.description.pyramid.levels
    assert [v.downsample_x for v in levels] == [1, 2, 4, 8, 16]
    assert [v.derived for v in levels] == [False, True, False, True, True]


def test_overlap_of_the_source_does_not_shift_anything() -> None:
    options = SyntheticOptions(128, 128, overlap=2)
    keyed = KeyedSource(1500, 700, options)
    one_level = Pyramid(1500, 700, keyed.description.pyramid.levels[:1])
    source = filled(
        FunctionSource(one_level, lambda level, rect: keyed_texels(level, rect, RGB), options)
    )
    expected = halve(keyed_texels(0, IntRect(0, 0, 1500, 700), RGB))
    assert (whole(source, 1) == expected).all()


def test_absent_parts_are_transparent_where_the_image_is_sparse() -> None:
    absent = {TileKey(0, 1, 0), *(TileKey(0, c, r) for c in (4, 5) for r in (0, 1))}
    source = filled(with_alpha(gapped(1400, 300, absent=absent)))
    assert source.description.alpha
    tile = source.read_tile(TileKey(1, 0, 0))
    assert tile is not None
    assert tile.pixels.shape == (128, 128, 4)
    assert (tile.pixels[:64, 64:, 3] == 0).all()
    assert (tile.pixels[:, :64, 3] == 255).all()
    assert source.read_tile(TileKey(1, 2, 0)) is None
    native = source.read_tile(TileKey(0, 0, 0))
    assert native is not None
    assert (native.pixels[:, :, 3] == 255).all()
    assert source.read_tile(TileKey(0, 1, 0)) is None


def test_absent_parts_of_floats_are_nan() -> None:
    model = guessed_model(SampleType.F32, 1)
    source = filled(with_alpha(gapped(1400, 300, absent={TileKey(0, 1, 0)}, model=model)))
    assert not source.description.alpha
    tile = source.read_tile(TileKey(1, 0, 0))
    assert tile is not None
    assert np.isnan(tile.pixels[:64, 64:]).all()
    assert np.isfinite(tile.pixels[:, :64]).all()


def test_an_unreadable_part_is_a_hole_and_only_all_of_them_an_error() -> None:
    failing = {TileKey(0, 1, 0), *(TileKey(0, c, r) for c in (4, 5) for r in (0, 1))}
    source = filled(gapped(1400, 300, failing=failing))
    tile = source.read_tile(TileKey(1, 0, 0))
    assert tile is not None
    assert (tile.pixels[:64, 64:] == 128).all()
    assert (tile.pixels[:, :64] == halve(picture(1400, 300)[:256, :128])).all()
    with pytest.raises(TileError, match="fails as asked"):
        source.read_tile(TileKey(1, 2, 0))


def test_what_is_lost_is_told_with_all_that_is_made_of_it() -> None:
    source = DerivedSource(Mending(may_heal=False))
    for level, lost in ((1, (64, 0, 128, 64)), (2, (32, 0, 64, 32)), (7, (1, 0, 2, 1))):
        tile = source.read_tile(TileKey(level, 0, 0))
        assert tile is not None
        assert tile.lost == (IntRect(*lost),)
    source.close()


def test_what_is_made_of_a_lost_pixel_and_a_good_one_is_lost() -> None:
    failing = {TileKey(0, 1, 0)}
    source = filled(gapped(1400, 300, failing=failing))
    tile = source.read_tile(TileKey(1, 0, 0))
    assert tile is not None
    (lost,) = tile.lost
    assert (lost.x0, lost.x1) == (64, 128)
    source.close()


def test_what_was_made_without_a_part_that_may_heal_is_made_anew() -> None:
    mending = Mending(may_heal=True)
    source = filled(mending)
    coarse = TileKey(3, 0, 0)
    tile = source.read_tile(coarse)
    assert tile is not None
    assert str(tile.fault) == "broken"
    reads = mending.reads
    mending.broken = False
    tile = source.read_tile(coarse)
    assert tile is not None
    assert tile.fault is None
    expected = halve(halve(halve(keyed_texels(0, IntRect(0, 0, 1024, 1024), RGB))))
    assert (tile.pixels == expected).all()
    # Of each level only what lacked the part.
    assert mending.reads == reads + 4


def test_what_was_made_without_a_broken_part_is_kept_until_that_is_to_be_read_again() -> None:
    mending = Mending(may_heal=False)
    source = filled(mending)
    coarse = TileKey(3, 0, 0)
    source.read_tile(coarse)
    reads, mending.broken = mending.reads, False
    tile = source.read_tile(coarse)
    assert tile is not None
    assert tile.fault is not None
    assert mending.reads == reads
    before = source.cache_bytes
    forget_holes(source)
    assert source.cache_bytes == before - 3 * 128 * 128 * 3
    tile = source.read_tile(coarse)
    assert tile is not None
    assert tile.fault is None


def test_memory_stays_bounded_while_an_overview_is_made() -> None:
    # 89 MB of level 0 and 27 MB of means pass through; a sixteenth of that would not fit twice.
    one_level = Pyramid(7680, 3840, (Level(7680, 3840, 1, 1),))
    derived = DerivedSource(
        FunctionSource(one_level, lambda level, rect: keyed_texels(level, rect, RGB))
    )
    for level in (3, 2, 1):
        whole(derived, level)
    assert 0 < derived.cache_bytes <= 16 << 20
    derived.close()
    assert derived.cache_bytes == 0


def test_a_lower_limit_applies_at_once_and_to_the_source_below() -> None:
    one_level = Pyramid(4096, 2048, (Level(4096, 2048, 1, 1, 0, 0, 1024, 1024),))
    below = RegridSource(
        FunctionSource(one_level, lambda level, rect: keyed_texels(level, rect, RGB)), 256, 256
    )
    derived = DerivedSource(below)
    assert derived.most_cached_bytes == (16 << 20) + (32 << 20)
    whole(derived, 1)
    assert derived.cache_bytes - below.cache_bytes > 4 << 20
    derived.limit_cache(21 << 20)
    assert derived.cache_bytes - below.cache_bytes <= 3 << 20
    assert below.most_cached_bytes == 6 << 20
    assert below.cache_bytes <= 6 << 20
    assert derived.most_cached_bytes == 9 << 20


def test_a_tile_under_way_ends_when_the_source_is_closed() -> None:
    one_level = Pyramid(2**20, 2**20, (Level(2**20, 2**20, 1, 1),))
    options = SyntheticOptions(delay_s=0.001)
    source = filled(
        FunctionSource(one_level, lambda level, rect: keyed_texels(level, rect, RGB), options)
    )
    coarsest = TileKey(len(source.description.pyramid.levels) - 1, 0, 0)
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(source.read_tile, coarsest)
        time.sleep(0.2)
        assert not future.done()
        source.close()
        assert isinstance(future.exception(timeout=5), TileError)
