"""Promise: what must not be seen behind something else is not, and depth is paid for only there."""

import numpy as np
import pytest

from glview.frame import INSTANCE, NO_LEVEL, InstanceTable
from glview.gl.makeup import Makeup, makeup_of

Drawn = tuple[int, int]
"""The level of a tile, and the one whose weight it has."""
PLAIN = NO_LEVEL


def table(base: list[Drawn], partial: list[Drawn]) -> InstanceTable:
    records = np.zeros(len(base) + len(partial), INSTANCE)
    for record, (level, weighed_as) in zip(records, [*base, *partial], strict=True):
        record["level"], record["weighed_as"] = level, weighed_as
    return InstanceTable(records, len(base))


@pytest.mark.parametrize(
    ("base", "partial", "expected"),
    [
        pytest.param([], [], Makeup(None, None, False), id="nothing"),
        pytest.param([(2, PLAIN)] * 3, [], Makeup(2, None, False), id="one level"),
        pytest.param([(2, PLAIN)] * 3, [(1, 1)] * 9, Makeup(2, 1, False), id="cross-fade"),
        pytest.param([(2, PLAIN), (3, PLAIN)], [], Makeup(2, None, True), id="coarser behind"),
        pytest.param([(1, PLAIN), (2, PLAIN)], [], Makeup(1, None, True), id="finer before"),
        pytest.param([(2, PLAIN)], [(2, PLAIN)], Makeup(2, 2, True), id="one that appears"),
        pytest.param([(2, PLAIN)], [(0, 1), (1, 1)], Makeup(2, 0, True), id="finer in a fade"),
        pytest.param([(2, PLAIN)], [(0, 0), (1, 1)], Makeup(2, 0, True), id="two fades"),
    ],
)
def test_depth_is_for_tiles_that_lie_over_each_other(
    base: list[Drawn], partial: list[Drawn], expected: Makeup
) -> None:
    assert makeup_of(table(base, partial)) == expected
