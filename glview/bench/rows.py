"""What a case says: values in turns, their medians, ratios and noise (pure)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np

SHARE = "share"
"""The unit of shares of 1, of which zero is a good value: they are compared by difference."""

PROCESSOR_MS = "CPU ms"
"""The unit of processor time, of all processors together."""


@dataclass(frozen=True, slots=True)
class Row:
    """One measured thing.

    ``values`` of glview and ``bare`` of the bare program, repeat by repeat; ``bare`` is empty where
    there is nothing to compare with. ``less_is_better`` for times and counts. ``others_cores``: how
    many cores other programs kept busy while it was measured; None where that is not known.
    """

    case: str
    unit: str
    values: tuple[float, ...]
    bare: tuple[float, ...] = ()
    less_is_better: bool = True
    note: str = ""
    others_cores: float | None = None

    @property
    def value(self) -> float:
        """The median of the repeats."""
        return percentile(self.values, 50)

    @property
    def bare_value(self) -> float | None:
        """The bare program's median."""
        return percentile(self.bare, 50) if self.bare else None

    @property
    def ratio(self) -> float | None:
        """glview's speed as a share of the bare program's, the median over turns."""
        if not self.bare:
            return None
        turns = zip(self.values, self.bare, strict=True)
        return percentile([b / a if self.less_is_better else a / b for a, b in turns], 50)

    @property
    def noise(self) -> float:
        """The middle half of the repeats, as a share of their median; the worse of the two."""
        return max(_spread(self.values), _spread(self.bare))

    @classmethod
    def from_dict(cls, told: Mapping[str, Any]) -> Self:
        """What `as_dict` gave; KeyError, TypeError or ValueError for anything else."""
        return cls(
            str(told["case"]),
            str(told["unit"]),
            _numbers(told["values"]),
            _numbers(told["bare_values"]),
            less_is_better=bool(told["less_is_better"]),
            note=str(told["note"]),
            others_cores=None if (others := told["other_work_cores"]) is None else float(others),
        )

    def as_dict(self) -> dict[str, object]:
        """For JSON."""
        return {
            "case": self.case,
            "unit": self.unit,
            "median": self.value,
            "bare_median": self.bare_value,
            "ratio": self.ratio,
            "noise": self.noise,
            "values": list(self.values),
            "bare_values": list(self.bare),
            "less_is_better": self.less_is_better,
            "note": self.note,
            "other_work_cores": self.others_cores,
        }


@dataclass(slots=True)
class Turns:
    """Results of two programs that took turns."""

    ours: list[tuple[float, ...]] = field(default_factory=list)
    bare: list[tuple[float, ...]] = field(default_factory=list)

    def column(self, index: int) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """One of the measured quantities: glview's values and the bare program's."""
        return tuple(v[index] for v in self.ours), tuple(v[index] for v in self.bare)


def in_turns(
    ours: Callable[[], tuple[float, ...]], bare: Callable[[], tuple[float, ...]], repeats: int
) -> Turns:
    """Run both ``repeats`` times in turns, after one unmeasured run of each."""
    ours()
    bare()
    turns = Turns()
    for _ in range(repeats):
        turns.ours.append(ours())
        turns.bare.append(bare())
    return turns


def in_rounds(jobs: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, list[float]]:
    """What each job says, round by round.

    So the repeats of one lie apart in time, and their range shows what the machine does meanwhile;
    repeats in a row are alike, whatever the next run says.
    """
    values: dict[str, list[float]] = {name: [] for name in jobs}
    for _ in range(rounds):
        for name, job in jobs.items():
            values[name].append(job())
    return values


def percentile(values: Sequence[float], percent: float) -> float:
    """A percentile of at least one value, interpolated."""
    return float(np.percentile(values, percent))


def pooled_p99(repeats: Iterable[Sequence[float]]) -> float:
    """What one in a hundred exceeds of all repeats together: of a few dozen it is the worst."""
    return percentile([value for repeat in repeats for value in repeat], 99)


def amount(value: float) -> str:
    """A number with the digits that mean something."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def with_unit(value: float, unit: str) -> str:
    """A number as a person reads it."""
    return f"{value:.1%}" if unit == SHARE else f"{amount(value)} {unit}".rstrip()


def counted(number: float, word: str) -> str:
    """A number of things, in words."""
    return f"{number:.0f} {word}{'' if round(number) == 1 else 's'}"


def _numbers(values: Sequence[Any]) -> tuple[float, ...]:
    return tuple(float(value) for value in values)


def _spread(values: Sequence[float]) -> float:
    middle = percentile(values, 50) if len(values) > 1 else 0.0
    if not middle:
        return 0.0
    low, high = np.percentile(values, (25, 75))
    return float((high - low) / middle)
