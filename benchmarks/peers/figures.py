"""What a run has found, and the table of it with the goals for glview (pure)."""

import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

QUIET_CORES = 0.25
"""Where other programs had more, a repeat counts only if there is no better one."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One repeat of a scenario with one viewer; figures are None where it did not answer."""

    viewer: str
    scenario: str
    figures: Mapping[str, float | None]

    @property
    def quiet(self) -> bool:
        """Whether no other program had a notable part of the machine."""
        return (self.figures.get("others_cores") or 0.0) <= QUIET_CORES

    def as_dict(self) -> dict[str, Any]:
        """For JSON, with as many digits as mean something."""
        figures = {
            name: None if value is None else float(f"{value:.6g}")
            for name, value in self.figures.items()
        }
        return {"viewer": self.viewer, "scenario": self.scenario, **figures, "quiet": self.quiet}


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the table: a figure of a scenario, and what glview wants of it.

    ``goal`` is the bound, which less is better than unless ``more``; None where nothing is wanted.
    ``why`` stands behind it. ``factor`` turns the figure into what is told.
    """

    scenario: str
    figure: str
    label: str
    goal: float | None = None
    more: bool = False
    why: str = ""
    factor: float = 1.0

    def missed(self, value: float) -> bool:
        """Whether a value misses the goal, as it is told; where the goal is 0, by however little.

        Looks are 5 ms apart, and 40.2 is no more than 40.
        """
        if self.goal is None:
            return False
        value = _rounded(value) if self.goal else value
        return value < self.goal if self.more else value > self.goal

    @property
    def bound(self) -> str:
        """The goal in words."""
        if self.goal is None:
            return ""
        return f"{'≥' if self.more else '≤'} {self.goal:g}{self.why and f' ({self.why})'}"


_MOTION = "motion 200 + 60"
LINES = (
    Line("start", "first_ms", "start: first picture, ms", 400),
    Line("start", "sharp_ms", "start: sharp, ms", 500),
    Line("start", "memory_mib", "memory after start, PSS MiB", 150),
    Line("idle", "processor_share", "idle: processor, %", 0.5, factor=100.0),
    Line("zoom2", "first_ms", "zoom x2: first answer, ms", 30),
    Line("zoom2", "settled_ms", "zoom x2: final after the last stroke, ms", 260, why=_MOTION),
    Line("zoom16", "first_ms", "zoom x16: first answer, ms", 30),
    Line("zoom16", "settled_ms", "zoom x16: final after the last stroke, ms", 260, why=_MOTION),
    Line("zoom16", "frames", "zoom x16: frames on the way"),
    Line("pan", "frames_s", "pan, 1,560 px/s: frames/s", 59, more=True),
    Line("pan", "gap_p95_ms", "pan: gap p95, ms", 25),
    Line("pan", "gap_most_ms", "pan: longest gap, ms", 35),
    Line("pan", "blank", "pan: blank, %", 0.0, factor=100.0),
    Line("pan", "blurred", "pan: blurry, %", 1.0, factor=100.0),
    Line("pan", "processor_s", "pan: processor seconds of 5", 6),
    Line("pan", "processor_after_s", "pan: processor seconds after it"),
    Line("fastpan", "frames_s", "fast pan, 5,130 px/s: frames/s", 57, more=True),
    Line("fastpan", "gap_most_ms", "fast pan: longest gap, ms", 40),
    Line("fastpan", "blank", "fast pan: blank, %", 0.0, factor=100.0),
    Line("fastpan", "blurred", "fast pan: blurry, %", 2.0, factor=100.0),
    Line("drag", "lag_p50_ms", "drag: behind the pointer, p50, ms", 12),
    Line("drag", "lag_p95_ms", "drag: behind the pointer, p95, ms", 20),
    Line("fling", "frames_s", "fling, 20 notches: frames/s", 30, more=True),
    Line("fling", "settled_ms", "fling: final after the last notch, ms", 260, why=_MOTION),
    Line("memory", "peak_mib", "memory at most, PSS MiB", 662, why="256 + 256 + 150"),
)
"""The goals are what glview wants in its own windows on two cores without a graphics card."""
NO_ANSWER = "none"
MISSED = "!"
NOISY = "~"


def table(measured: Iterable[Measured], viewers: Sequence[str]) -> str:
    """Medians as a table in Markdown, aligned for a terminal as well.

    Where repeats have no figure, it is told how many have. `MISSED` marks what is beyond the goal,
    or mostly without a figure; `NOISY` a median of repeats of which none was quiet.
    """
    found = list(measured)
    cells = [["", *viewers, "goal"]]
    for line in LINES:
        of_viewers = [
            _cell(line, [m for m in found if (m.viewer, m.scenario) == (name, line.scenario)])
            for name in viewers
        ]
        if any(of_viewers):
            cells.append([line.label, *of_viewers, line.bound])
    widths = [max(len(row[column]) for row in cells) for column in range(len(cells[0]))]
    rows = [
        "| "
        + " | ".join(
            (row[0].ljust(widths[0]), *_right(row[1:-1], widths[1:-1]), row[-1].ljust(widths[-1]))
        )
        + " |"
        for row in cells
    ]
    rule = ["-" * width for width in widths]
    rule[1:-1] = ["-" * (width - 1) + ":" for width in widths[1:-1]]
    rows.insert(1, "| " + " | ".join(rule) + " |")
    return "\n".join(rows) + "\n"


def _right(cells: Sequence[str], widths: Sequence[int]) -> Iterable[str]:
    return (cell.rjust(width) for cell, width in zip(cells, widths, strict=True))


def _cell(line: Line, repeats: Sequence[Measured]) -> str:
    repeats = [repeat for repeat in repeats if line.figure in repeat.figures]
    quiet = [repeat for repeat in repeats if repeat.quiet]
    told = [repeat.figures[line.figure] for repeat in quiet or repeats]
    if not told:
        return ""
    values = [value * line.factor for value in told if value is not None]
    if values:
        value = statistics.median(values)
        counted = f" ({len(values)} of {len(told)})" if len(values) < len(told) else ""
        cell, missed = _number(value) + counted, line.missed(value)
    else:
        cell, missed = NO_ANSWER, False
    silent = line.goal is not None and 2 * len(values) < len(told)
    marks = (MISSED if missed or silent else "") + ("" if quiet else NOISY)
    return f"{cell}{marks and ' '}{marks}"


def _rounded(value: float) -> float:
    return round(value) if abs(value) >= 10 else round(value, 1)


def _number(value: float) -> str:
    """As it is told: nothing is called 0 that is not."""
    told = _rounded(value)
    return f"{told:,}" if told or value <= 0.0 else "<0.1"
