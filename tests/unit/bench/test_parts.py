"""The parts of a run."""

import time
from collections.abc import Iterator

from glview.bench.parts import Told, measured
from glview.bench.rows import Row

ROW = Row("a", "ms", (1.0,))


def test_the_share_that_is_done_grows_by_what_each_part_takes() -> None:
    shares: list[float] = []
    told = Told(shares.append, {"short": (1.0, 2), "long": (3.0, 1)})
    assert len(measured("short", [ROW, ROW, ROW], told)) == 3
    told.share("long", 0.5)
    told.part("long")
    assert shares == [0.125, 0.25, 0.25, 0.25, 0.625, 1.0]


def test_a_row_knows_what_other_programs_did_while_its_part_was_measured() -> None:
    def part() -> Iterator[Row]:
        time.sleep(0.3)
        yield ROW

    (row,) = measured("one", part(), Told(None, {"one": (1.0, 1)}))
    assert row.others_cores is not None
    assert row.others_cores >= 0.0
