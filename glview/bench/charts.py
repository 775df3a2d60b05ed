"""Plots as SVG, by simple code (pure).

Colours are classes, to which the page gives colours for day and night.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

import numpy as np

from glview.bench.rows import amount

WIDTH: Final = 720
_LEFT, _RIGHT, _BAR, _GAP = 210, 96, 18, 8
_PLOT_HEIGHT, _ABOVE, _BELOW, _AXIS = 150, 22, 34, 52
_WORD: Final = 64
_TICKS: Final = 5
_MOST_POINTS: Final = 600
"""Of a line: more than one a pixel is not seen; of those that fall together the highest counts."""

_MOST_DOTS: Final = 120
"""More points than this are a line without dots."""


@dataclass(frozen=True, slots=True)
class Bar:
    """``low`` and ``high`` are the range of the repeats; ``before`` an earlier run's value."""

    label: str
    value: float
    low: float
    high: float
    before: float | None = None


def bars(title: str, unit: str, shown: Sequence[Bar], limit: float | None = None) -> str:
    """Lying bars from zero, with a line where a limit is."""
    most = max([bar.high for bar in shown] + [bar.before or 0.0 for bar in shown] + [limit or 0.0])
    scale = (WIDTH - _LEFT - _RIGHT) / (most or 1.0)
    height = len(shown) * (_BAR + _GAP) + _GAP + (16 if limit is not None else 0)
    parts = []
    for number, bar in enumerate(shown):
        y = _GAP + number * (_BAR + _GAP)
        middle = y + _BAR / 2
        parts.append(_text(_LEFT - 8, middle + 4, bar.label, "label end"))
        parts.append(_rect(_LEFT, y, bar.value * scale, _BAR, "bar"))
        if bar.high > bar.low:
            low, high = _LEFT + bar.low * scale, _LEFT + bar.high * scale
            parts.append(_line(low, middle, high, middle, "range"))
        if bar.before is not None:
            x = _LEFT + bar.before * scale
            parts.append(_line(x, y - 2, x, y + _BAR + 2, "before"))
        end = _LEFT + max(bar.value, bar.high, bar.before or 0.0) * scale
        if limit is not None and end < _LEFT + limit * scale < end + _WORD:
            end = _LEFT + limit * scale
        parts.append(_text(end + 6, middle + 4, f"{amount(bar.value)} {unit}".rstrip(), "label"))
    if limit is not None:
        x = _LEFT + limit * scale
        parts.append(_line(x, 2, x, height - 16, "limit"))
        parts.append(_text(x, height - 4, f"{amount(limit)} {unit}".rstrip(), "small middle"))
    return _svg(title, height, parts)


def lines(
    title: str,
    y_unit: str,
    x_s: Sequence[float],
    values: Sequence[float],
    *,
    shade: Sequence[float] = (),
    limit: float | None = None,
) -> str:
    """A line over seconds, and behind it an area of shares of 1, as high as the plot at 1."""
    end_s = max(x_s) or 1.0
    most = max([*values, (limit or 0.0) * 1.2]) or 1.0
    ticks = nice_ticks(most)
    top = max(most, ticks[-1])
    x0, y0 = _AXIS, _ABOVE + _PLOT_HEIGHT
    across, up = (WIDTH - _AXIS - 12) / end_s, _PLOT_HEIGHT / top
    parts = []
    for tick in ticks:
        y = y0 - tick * up
        parts.append(_line(x0, y, WIDTH - 12, y, "grid"))
        parts.append(_text(x0 - 6, y + 4, amount_of(tick, ticks), "small end"))
    below = nice_ticks(end_s)
    parts += [
        _text(x0 + tick * across, y0 + 16, amount_of(tick, below), "small middle") for tick in below
    ]
    parts.append(_text(WIDTH - 12, y0 + 30, "seconds", "small end"))
    parts.append(_text(_AXIS - 6, 11, y_unit, "small end"))
    if any(shade):
        points = [(x0 + x * across, y0 - y * _PLOT_HEIGHT) for x, y in thinned(x_s, shade)]
        area = [(points[0][0], float(y0)), *points, (points[-1][0], float(y0))]
        parts.append(f'<polygon class="shade" points="{_points(area)}"/>')
    if limit is not None:
        parts.append(_line(x0, y0 - limit * up, WIDTH - 12, y0 - limit * up, "limit"))
    drawn = [(x0 + x * across, y0 - y * up) for x, y in thinned(x_s, values)]
    parts.append(f'<polyline class="line" points="{_points(drawn)}"/>')
    if len(drawn) <= _MOST_DOTS:
        parts += [f'<circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="2"/>' for x, y in drawn]
    return _svg(title, y0 + _BELOW, parts)


def nice_ticks(most: float) -> list[float]:
    """Up to six round numbers from 0 on, up to ``most``: steps of 1, 2 or 5 and noughts."""
    rough = most / _TICKS
    power = 10.0 ** np.floor(np.log10(rough))
    step = next(power * k for k in (1.0, 2.0, 5.0, 10.0) if power * k >= rough * (1.0 - 1e-9))
    return [round(float(step * number), 10) for number in range(int(most / step + 1e-9) + 1)]


def amount_of(tick: float, ticks: Sequence[float]) -> str:
    """A tick's number with as many digits as its step."""
    step = ticks[1] if len(ticks) > 1 else 1.0
    digits = max(-int(np.floor(np.log10(step) + 1e-9)), 0)
    return f"{tick:,.{digits}f}"


def thinned(x_s: Sequence[float], values: Sequence[float]) -> Iterator[tuple[float, float]]:
    """At most `_MOST_POINTS` points: the highest of those that fall together."""
    groups = np.array_split(np.arange(len(x_s)), min(len(x_s), _MOST_POINTS))
    for group in groups:
        best = max(group, key=lambda index: values[index])
        yield float(x_s[best]), float(values[best])


def _svg(title: str, height: float, parts: Sequence[str]) -> str:
    inner = "\n".join(parts)
    return (
        f'<svg viewBox="0 0 {WIDTH} {height:.0f}" role="img" aria-label="{escape(title)}">\n'
        f"{inner}\n</svg>"
    )


def _text(x: float, y: float, text: str, classes: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{classes}">{escape(text)}</text>'


def _rect(x: float, y: float, width: float, height: float, name: str) -> str:
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 0.5):.1f}" height="{height:.1f}"'
        f' class="{name}"/>'
    )


def _line(x0: float, y0: float, x1: float, y1: float, name: str) -> str:
    return f'<line x1="{x0:.1f}" y1="{y0:.1f}" x2="{x1:.1f}" y2="{y1:.1f}" class="{name}"/>'


def _points(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
