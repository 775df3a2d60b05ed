"""Where the levels of slides lie."""

from glview.pyramid import IntRect
from glview.sources.slide_levels import Region, slide_levels, slide_pyramid

SIZES = ((1003, 805), (250, 201), (62, 50))
DOWNSAMPLES = (1.0, 4.008487562189055, 16.138709677419357)


def test_levels_are_placed_by_the_whole_number_that_fits_their_size() -> None:
    levels = slide_levels(SIZES, DOWNSAMPLES, None, (256, 240))
    assert [item.level.downsample_x for item in levels] == [1.0, 4.0, 16.0]
    assert [(item.level.width, item.level.height) for item in levels] == list(SIZES)
    assert [item.level.offset_x for item in levels] == [0.0, 0.0, 0.0]
    assert (levels[0].level.tile_width, levels[0].level.tile_height) == (256, 240)


def test_a_level_of_another_step_lies_as_openslide_says() -> None:
    levels = slide_levels(((1000, 1000), (300, 300)), (1.0, 10.0 / 3.0), None, (256, 256))
    assert levels[1].level.downsample_x == 10.0 / 3.0


def test_a_part_of_a_slide_begins_at_a_whole_pixel_of_each_level() -> None:
    part = IntRect(101, 202, 501, 402)
    levels = slide_levels(((1000, 800), (250, 200)), (1.0, 4.0), part, (256, 256))
    coarse = levels[1].level
    assert (coarse.offset_x, coarse.offset_y) == (-1.0, -2.0)
    assert (coarse.width, coarse.height) == (101, 51)
    assert (levels[1].l_x0, levels[1].l_y0) == (25, 50)
    assert levels[1].region(IntRect(0, 0, 10, 5)) == Region(1, 100, 200, 10, 5)


def test_what_openslide_blends_is_asked_for_with_a_border() -> None:
    levels = slide_levels(SIZES, DOWNSAMPLES, None, (100, 100))
    assert levels[1].region(IntRect(0, 0, 100, 100)) == Region(1, 0, 0, 100, 100)
    assert levels[1].region(IntRect(100, 0, 200, 100)) == Region(1, 397, 0, 102, 100, 1, 0)


def test_levels_that_are_no_coarser_are_left_out() -> None:
    levels = slide_levels(((100, 100), (100, 100), (50, 50)), (1.0, 1.0, 2.0), None, (256, 256))
    assert [item.number for item in levels] == [0, 2]


def test_halvings_are_means_and_other_steps_unknown() -> None:
    halved = slide_levels(((100, 100), (50, 50)), (1.0, 2.0), None, (256, 256))
    assert slide_pyramid(halved, (100, 100)).reduction.name == "MEAN"
    quartered = slide_levels(((100, 100), (25, 25)), (1.0, 4.0), None, (256, 256))
    assert slide_pyramid(quartered, (100, 100)).reduction.name == "UNKNOWN"
