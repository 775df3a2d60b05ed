"""What was seen of a flight, frame by frame, and what it comes to (pure)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from glview.bench.rows import SHARE, Row, percentile


@dataclass(frozen=True, slots=True)
class Trace:
    """One flight.

    Frame by frame: ``gaps_ms`` from the end of the frame before to its own (so long that one
    stood; of the first: the settled picture that the flight began with), ``work_ms`` it took,
    ``missing`` the share of the tiles of its picture that were not there yet, and ``blank`` the
    share of the image in sight where no tile stood, both 0 to 1. ``sharp_ms`` is the time from the
    end of the motion to a picture that lacks nothing.
    """

    name: str
    gaps_ms: tuple[float, ...]
    work_ms: tuple[float, ...]
    missing: tuple[float, ...]
    blank: tuple[float, ...]
    sharp_ms: float

    def as_dict(self) -> dict[str, object]:
        """For JSON, with as many digits as mean something."""
        return {
            "name": self.name,
            "gaps_ms": [round(value, 2) for value in self.gaps_ms],
            "work_ms": [round(value, 2) for value in self.work_ms],
            "missing": [round(value, 3) for value in self.missing],
            "blank": [round(value, 3) for value in self.blank],
            "sharp_ms": round(self.sharp_ms, 2),
        }

    @classmethod
    def from_dict(cls, told: Mapping[str, Any]) -> Self:
        """What `as_dict` gave; KeyError, TypeError or ValueError for anything else."""
        return cls(
            str(told["name"]),
            tuple(map(float, told["gaps_ms"])),
            tuple(map(float, told["work_ms"])),
            tuple(map(float, told["missing"])),
            tuple(map(float, told["blank"])),
            float(told["sharp_ms"]),
        )


def rows_of(flown: Sequence[Trace]) -> Iterator[Row]:
    """The rows of one flight that was flown several times.

    A share counts each picture for as long as it stood, as an eye does.
    """
    name = flown[0].name

    def row(what: str, unit: str, values: Iterator[float], note: str = "") -> Row:
        return Row(f"flight, {name}: {what}", unit, tuple(values), note=note)

    frames = f"{sum(len(trace.gaps_ms) for trace in flown)} frames"
    yield row("gap, median", "ms", (percentile(t.gaps_ms, 50) for t in flown), frames)
    yield row("gap, p99", "ms", (percentile(t.gaps_ms, 99) for t in flown))
    yield row("work, median", "ms", (percentile(t.work_ms, 50) for t in flown))
    yield row("blank", SHARE, (_share(t.blank, t.gaps_ms) for t in flown))
    yield row("blurry", SHARE, (_share(t.missing, t.gaps_ms) for t in flown))
    yield row("sharp after its end", "ms", (t.sharp_ms for t in flown))


def _share(values: Sequence[float], gaps_ms: Sequence[float]) -> float:
    """The mean of a share over the time of a flight.

    A picture stands through the gap that follows it. The settled one that a flight begins with
    lacks nothing, and the last one stands after its end; of a single picture its own.
    """
    if len(values) < 2:
        return float(np.mean(values))
    return float(np.average((0.0, *values[:-1]), weights=gaps_ms))
