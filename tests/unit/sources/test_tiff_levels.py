import pytest

from glview.sources.tiff_levels import chosen_levels, reduction_ratio
from glview.sources.tiff_structure import Directory, Tag, TiffStructure
from tests.unit.sources.build import tiff_page as page


def levels(*pages: Directory, number: int | None = None) -> list[tuple[int, float]]:
    """Page number and downsample of each level chosen."""
    chosen = chosen_levels(TiffStructure("<", False, pages), number)
    return [(item.page, item.level.downsample_x) for item in chosen]


def test_floor_rounded_levels_lie_at_exact_powers_of_two() -> None:
    pages = [page(1003, 1005), page(501, 502), page(250, 251), page(125, 125)]
    assert levels(*pages) == [(0, 1.0), (1, 2.0), (2, 4.0), (3, 8.0)]


def test_ceil_rounded_levels_lie_at_exact_powers_of_two() -> None:
    pages = [page(1003, 1005), page(502, 503), page(251, 252), page(126, 126)]
    assert levels(*pages) == [(0, 1.0), (1, 2.0), (2, 4.0), (3, 8.0)]


def test_steps_of_four_and_three() -> None:
    slide = [page(46000, 32914), page(11500, 8228), page(2875, 2057)]
    assert levels(*slide) == [(0, 1.0), (1, 4.0), (2, 16.0)]
    assert levels(page(900, 600), page(300, 200), page(100, 66)) == [(0, 1.0), (1, 3.0), (2, 9.0)]


def test_thumbnails_labels_and_macros_are_no_levels() -> None:
    slide = [
        page(46000, 32914),
        page(1024, 732, tile=0),
        page(11500, 8228),
        page(387, 463, tile=0, NEW_SUBFILE_TYPE=1),
        page(1280, 431, tile=0, NEW_SUBFILE_TYPE=9),
    ]
    assert levels(*slide) == [(0, 1.0), (2, 4.0)]
    assert levels(page(4600, 3290), page(1024, 732), page(1000, 1000)) == [(0, 1.0)]


def test_a_mask_or_other_samples_are_no_levels() -> None:
    mask = page(500, 400, NEW_SUBFILE_TYPE=5)
    grey = page(500, 400, SAMPLES=1, BITS=(8,))
    assert levels(page(1000, 800), mask, grey, page(500, 400)) == [(0, 1.0), (3, 2.0)]


def test_a_level_that_leaves_the_usual_unsaid_is_one() -> None:
    # As a program writes that adds levels to another's page.
    said = page(1000, 800, SAMPLE_FORMAT=(1, 1, 1))
    assert levels(said, page(500, 400)) == [(0, 1.0), (1, 2.0)]
    assert levels(said, page(500, 400, SAMPLE_FORMAT=(2, 2, 2))) == [(0, 1.0)]


def test_pages_in_any_order_and_of_one_size() -> None:
    assert levels(page(1000, 800), page(250, 200), page(500, 400)) == [(0, 1.0), (2, 2.0), (1, 4.0)]
    assert levels(page(1000, 800), page(1000, 800), page(1000, 800)) == [(0, 1.0)]


def test_each_of_several_pages_has_its_own_reductions() -> None:
    full, half, quarter = page(1000, 800), page(500, 400, NEW_SUBFILE_TYPE=1), page(250, 200)
    by_size = [full, full, full, half, half, half, quarter, quarter, quarter]
    assert levels(*by_size, number=1) == [(1, 1.0), (4, 2.0), (7, 4.0)]
    each = [full, half, quarter, full, half, quarter]
    assert levels(*each) == [(0, 1.0), (1, 2.0), (2, 4.0)]
    assert levels(*each, number=3) == [(3, 1.0), (4, 2.0), (5, 4.0)]


def test_a_page_without_reductions_has_not_those_of_another() -> None:
    full, half = page(1000, 800), page(500, 400, NEW_SUBFILE_TYPE=1)
    assert levels(full, full, half) == [(0, 1.0)]
    assert levels(full, full, half, number=1) == [(1, 1.0), (2, 2.0)]
    assert levels(full, half, full, number=2) == [(2, 1.0)]


def test_the_full_image_may_come_after_its_reduction() -> None:
    small = page(500, 400, NEW_SUBFILE_TYPE=1)
    assert levels(small, page(1000, 800)) == [(1, 1.0)]


def test_an_image_in_strips_has_no_levels_here() -> None:
    assert levels(page(1000, 800, tile=0), page(500, 400)) == []


def test_sub_directories_are_the_levels_where_there_are_any() -> None:
    full = page(1000, 800)
    subs = (page(500, 400), page(250, 200))
    full = Directory({}, {**full.values, Tag.SUB_IFDS: (8, 9)}, subs)
    chosen = chosen_levels(TiffStructure("<", False, (full, page(500, 400))))
    assert [(item.page, item.sub_page, item.addressable) for item in chosen] == [
        (0, None, True),
        (0, 0, True),
        (0, 1, True),
    ]


@pytest.mark.parametrize(
    ("full", "size", "after", "ratio"),
    [
        ((1003, 1005), (125, 125), 4, 8),
        ((1003, 1005), (126, 126), 4, 8),
        ((100, 100), (30, 30), 1, None),
        ((7, 5), (1, 1), 4, 8),
        ((3000, 1), (1500, 1), 1, 2),
        ((1000, 1000), (500, 250), 1, None),
        ((1003, 1005), (501, 502), 2, None),
    ],
)
def test_ratios(
    full: tuple[int, int], size: tuple[int, int], after: int, ratio: int | None
) -> None:
    assert reduction_ratio(page(*full), page(*size), after) == ratio
