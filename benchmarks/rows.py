"""What a case says: values in turns, their medians, ratios and noise (pure)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median, quantiles


@dataclass(frozen=True, slots=True)
class Row:
    """One measured thing.

    ``values`` of glview and ``bare`` of the bare program, repeat by repeat; ``bare`` is empty where
    there is nothing to compare with. ``less_is_better`` for times and counts.
    """

    case: str
    unit: str
    values: tuple[float, ...]
    bare: tuple[float, ...] = ()
    less_is_better: bool = True
    note: str = ""

    @property
    def value(self) -> float:
        return median(self.values)

    @property
    def bare_value(self) -> float | None:
        return median(self.bare) if self.bare else None

    @property
    def ratio(self) -> float | None:
        """glview's speed as a share of the bare program's, the median over turns."""
        if not self.bare:
            return None
        turns = zip(self.values, self.bare, strict=True)
        return median(b / a if self.less_is_better else a / b for a, b in turns)

    @property
    def noise(self) -> float:
        """The middle half of the repeats, as a share of their median; the worse of the two."""
        return max(_spread(self.values), _spread(self.bare))

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


def percentile(values: Sequence[float], percent: int) -> float:
    """A percentile of at least two values, interpolated."""
    return quantiles(values, n=100, method="inclusive")[percent - 1]


def table(rows: Sequence[Row]) -> str:
    """The rows for a terminal."""
    cells = [("", "glview", "bare", "ratio", "noise", "")]
    for row in rows:
        bare, ratio = row.bare_value, row.ratio
        cells.append(
            (
                row.case,
                f"{_amount(row.value)} {row.unit}".rstrip(),
                "" if bare is None else f"{_amount(bare)} {row.unit}",
                "" if ratio is None else f"{ratio:.2f}",
                f"{row.noise:.0%}" if len(row.values) > 1 else "",
                row.note,
            )
        )
    widths = [max(len(line[column]) for line in cells) for column in range(len(cells[0]))]
    lines = []
    for line in cells:
        first, *numbers, note = line
        middle = (text.rjust(width) for text, width in zip(numbers, widths[1:-1], strict=True))
        lines.append("  ".join((first.ljust(widths[0]), *middle, note)).rstrip())
    return "\n".join(lines) + "\n"


def _amount(value: float) -> str:
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _spread(values: Sequence[float]) -> float:
    if len(values) < 2 or not median(values):
        return 0.0
    low, _, high = quantiles(values, n=4, method="inclusive")
    return (high - low) / median(values)
