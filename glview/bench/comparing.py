"""What has become faster or slower since an earlier report, and whether that is sure (pure)."""

import enum
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from glview.bench.report import Report
from glview.bench.rows import PROCESSOR_MS, SHARE, Row

LEAST: Final = 0.1
"""Smaller changes are none: an idle machine is as much faster or slower from run to run."""
LEAST_SHARE: Final = 0.01
"""The same for shares, which are compared by their difference."""
OF_RANGES: Final = 1.5
"""How far apart repeats must lie, in half ranges.

Where nothing has changed and repeats are off by a tenth (one standard deviation), one case in 200
of three repeats is told of all the same, and one in 5,000 of five; and one that takes half as long
again is found 8 times in 10."""

COUNT: Final = ""
"""The unit of what is the same each time, and is measured once; all else is not sure of one value:
it has no range."""
STEADY: Final = (COUNT, "MiB", PROCESSOR_MS)
"""Units of what other programs hardly change."""
MOST_BUSY: Final = 0.95
"""No share of others counts as more."""


class Verdict(enum.Enum):
    """What became of a case."""

    FASTER = "faster"
    SLOWER = "slower"
    SAME = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One case, then and now.

    ``ratio`` is now's speed as a share of before's, more being better; None where the values are
    shares, whose difference counts. ``tolerance`` is what chance may have done: a factor either
    way, of shares a difference. It is infinite where one side has but one value.
    """

    case: str
    unit: str
    before: float
    now: float
    ratio: float | None
    tolerance: float
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Comparison:
    """All cases that both reports have, and what makes them hard to compare."""

    changes: tuple[Change, ...]
    caveats: tuple[str, ...]

    def count(self, verdict: Verdict) -> int:
        """How many cases had that verdict."""
        return sum(change.verdict is verdict for change in self.changes)

    @property
    def sum(self) -> str:
        """All of it in a line."""
        slower, faster = self.count(Verdict.SLOWER), self.count(Verdict.FASTER)
        same = self.count(Verdict.SAME)
        return f"{slower} slower, {faster} faster, {same} within noise"


def compare(before: Report, now: Report) -> Comparison:
    """Case by case, by name."""
    earlier = {row.case: row for row in before.rows}
    changes = [
        change(was, row, before.others_share(was), now.others_share(row))
        for row in now.rows
        if (was := earlier.get(row.case)) is not None
    ]
    return Comparison(tuple(changes), tuple(_caveats(before, now)))


def change(before: Row, now: Row, busy_before: float = 0.0, busy_now: float = 0.0) -> Change:
    """What became of one case; of the machine such shares were not ours while it was measured.

    A change is sure where it is larger than `LEAST` and the ranges of both runs' repeats come to
    together, times what the machine's other work may have done: who has half of it takes twice as
    long. And no repeat of one run may lie among the other's. Of a single value that is no count
    nothing is sure.
    """
    a, b = before.value, now.value
    alone = now.unit != COUNT and min(len(before.values), len(now.values)) < 2
    if now.unit == SHARE:
        ranges = _half_range(before) + _half_range(now)
        tolerance = LEAST_SHARE + OF_RANGES * ranges + busy_before + busy_now
        worse = b - a if now.less_is_better else a - b
        ratio, sure = None, abs(worse) > tolerance
        better = worse < 0.0
    else:
        ratio = _speed(a, b, less_is_better=now.less_is_better)
        ranges = _relative_range(before) + _relative_range(now)
        tolerance = 1.0 + LEAST + OF_RANGES * ranges
        if now.unit not in STEADY:
            # The one may have had all of its machine nevertheless, and the other what was left.
            tolerance /= 1.0 - min(max(busy_before, busy_now), MOST_BUSY)
        # A change by a factor, whichever way: half as fast is as far as twice as fast.
        sure = max(ratio, 1.0 / ratio) > tolerance if ratio > 0.0 else b != a
        better = ratio > 1.0
    sure = sure and _apart(before, now) and not alone
    tolerance = math.inf if alone else tolerance
    verdict = (Verdict.FASTER if better else Verdict.SLOWER) if sure else Verdict.SAME
    return Change(now.case, now.unit, a, b, ratio, tolerance, verdict)


def _speed(before: float, now: float, *, less_is_better: bool) -> float:
    better, worse = (before, now) if less_is_better else (now, before)
    if better == worse:
        return 1.0
    return better / worse if worse else 0.0


def _half_range(row: Row) -> float:
    return float(np.ptp(row.values)) / 2.0


def _relative_range(row: Row) -> float:
    return _half_range(row) / abs(row.value) if row.value else 0.0


def _apart(a: Row, b: Row) -> bool:
    """Whether all repeats of one are on one side of the other's."""
    return max(a.values) < min(b.values) or max(b.values) < min(a.values)


def _caveats(before: Report, now: Report) -> list[str]:
    found = []
    images = [_described(report.image) for report in (before, now)]
    if images[0] != images[1]:
        found.append(f"another image: {images[0]}, now {images[1]}")
    found += [
        f"another {key}: {before.machine.get(key)}, now {now.machine.get(key)}"
        for key in ("processor", "cores", "renderer")
        if before.machine.get(key) != now.machine.get(key)
    ]
    if before.settings != now.settings:
        found.append("other settings: lengths and sizes of the cases differ")
    missing = {row.case for row in before.rows} - {row.case for row in now.rows}
    if missing:
        found.append(f"not measured now: {', '.join(sorted(missing))}")
    return found


def _described(image: Mapping[str, Any]) -> str:
    """Without its folder, which the same image may be named with or without."""
    if not image:
        return "none"
    return f"{Path(image['name']).name} of {image['width']} x {image['height']} pixels"
