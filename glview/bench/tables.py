"""Rows and what became of them since, as tables for a terminal (pure)."""

import math
from collections.abc import Sequence

from glview.bench.comparing import Change, Comparison
from glview.bench.rows import Row, with_unit


def table(rows: Sequence[Row]) -> str:
    """The rows; the columns of a bare program only where there is one."""
    beside = any(row.bare for row in rows)
    cells = [("", "glview", *(("bare", "ratio") if beside else ()), "noise", "")]
    for row in rows:
        bare, ratio = row.bare_value, row.ratio
        compared = (
            "" if bare is None else with_unit(bare, row.unit),
            "" if ratio is None else f"{ratio:.2f}",
        )
        cells.append(
            (
                row.case,
                with_unit(row.value, row.unit),
                *(compared if beside else ()),
                f"{row.noise:.0%}" if len(row.values) > 1 else "",
                row.note,
            )
        )
    return _aligned(cells)


def comparison_table(comparison: Comparison) -> str:
    """What was and what is, with the verdict of each case; then the sum and what to mind."""
    cells = [("", "before", "now", "speed", "sure from", "")]
    cells += [
        (change.case, *figures(change), change.verdict.value) for change in comparison.changes
    ]
    return _aligned(cells) + "".join(f"\n{line}" for line in (comparison.sum, *comparison.caveats))


def figures(change: Change) -> tuple[str, str, str, str]:
    """Before, now, the ratio of speeds, and from where on it is sure, either way; if it can be."""
    before = with_unit(change.before, change.unit)
    now = with_unit(change.now, change.unit)
    if change.ratio is None:
        ratio, least = "", f"±{change.tolerance:.1%}"
    else:
        ratio, least = f"{change.ratio:.2f}", f"x {change.tolerance:.2f}"
    return before, now, ratio, least if math.isfinite(change.tolerance) else ""


def _aligned(cells: Sequence[tuple[str, ...]]) -> str:
    widths = [max(len(line[column]) for line in cells) for column in range(len(cells[0]))]
    lines = []
    for line in cells:
        first, *numbers, note = line
        middle = (text.rjust(width) for text, width in zip(numbers, widths[1:-1], strict=True))
        lines.append("  ".join((first.ljust(widths[0]), *middle, note)).rstrip())
    return "\n".join(lines) + "\n"
