"""The page: well-formed, self-contained, and plots that say what the rows say."""

import re
import xml.etree.ElementTree as ET

import pytest

from glview.bench.charts import Bar, bars, lines, nice_ticks, thinned
from glview.bench.comparing import compare
from glview.bench.page import page, summary
from glview.bench.rows import SHARE, Row
from tests.unit.bench.reports import TRACE, rates, report

ROWS = (
    Row("open: source", "ms", (10.0, 12.0, 11.0)),
    Row("open: sharp", "ms", (100.0, 120.0, 110.0)),
    Row("level 0", "ms", (1.0,), note="1500 x 1100"),
    Row("level 1", "ms", (1.5,)),
    Row("flight, pan: blurry", SHARE, (0.25,)),
    rates("read, 1 thread", (500.0,)),
    Row("frame, pan: median", "ms", (12.0,)),
    Row("window start: sharp", "ms", (500.0,)),
    Row("odd & <new>", "", (3.0,)),
)


def elements(svg: str, name: str) -> list[ET.Element]:
    return list(ET.fromstring(svg).iter(name))


def test_the_page_is_well_formed_and_has_each_row_once() -> None:
    root = ET.fromstring(page(report(*ROWS)))
    cells = [cell.text for row in root.iter("tr") for cell in list(row)[:1]]
    assert [text for text in cells if text in {row.case for row in ROWS}] == [
        row.case for row in ROWS
    ]
    assert [heading.text for heading in root.iter("h2")] == [
        "Opening",
        "Levels",
        "Flights",
        "Reading tiles",
        "Frames over what is there",
        "Starting",
        "More",
        "Machine and image",
    ]


def test_the_page_needs_nothing_else() -> None:
    text = page(report(*ROWS))
    assert not re.search(r"https?:|//|<script|<link|<img|@import|url\(|\bon\w+=", text)


def test_the_page_is_legible_by_day_and_by_night() -> None:
    """Every colour that is used has a value of its own for each."""
    text = page(report(*ROWS))
    used = set(re.findall(r"var\((--\w+)\)", text))
    day, night = (
        dict(re.findall(r"(--\w+): (#\w{6});", part))
        for part in text.partition("body {")[0].split("@media")
    )
    assert used == day.keys() == night.keys()
    for colors in (day, night):
        ground = luminance(colors["--ground"])
        for name in ("--ink", "--faint", "--bar", "--limit", "--before", "--good", "--bad"):
            light, dark = sorted((luminance(colors[name]), ground), reverse=True)
            assert (light + 0.05) / (dark + 0.05) > (3.0 if name == "--bar" else 4.0), name


def luminance(color: str) -> float:
    """Relative, as WCAG 2 defines it."""
    values = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in values]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_the_page_tells_what_changed() -> None:
    before, now = report(ROWS[0]), report(Row("open: source", "ms", (20.0, 22.0, 21.0)))
    root = ET.fromstring(page(now, compare(before, now), before))
    assert "1 slower, 0 faster, 0 within noise." in [p.text for p in root.iter("p")]
    assert [cell.text for cell in root.iter("td") if cell.get("class") == "slower"] == ["slower"]
    assert [line for line in root.iter("line") if line.get("class") == "before"]


def test_the_summary() -> None:
    assert summary(report()) == (
        "DeepZoom, 1,500 x 1,100 pixels, 4 levels; A <fast> one, 2 cores; other work on the"
        " machine meanwhile: 0.00 of 2 cores"
    )


def test_bars_are_as_long_as_their_values() -> None:
    svg = bars("two", "ms", [Bar("a", 10.0, 10.0, 10.0), Bar("b", 20.0, 15.0, 40.0)])
    first, second = (float(rect.attrib["width"]) for rect in elements(svg, "rect"))
    assert second == pytest.approx(2 * first, abs=0.2)
    (span,) = elements(svg, "line")
    assert float(span.attrib["x2"]) - float(span.attrib["x1"]) == pytest.approx(
        2.5 * first, abs=0.2
    )
    assert [text.text for text in elements(svg, "text")] == ["a", "10.0 ms", "b", "20.0 ms"]


def test_a_line_goes_as_high_as_its_values() -> None:
    svg = lines("gaps", "ms", [1.0, 2.0], [10.0, 20.0], shade=[0.0, 1.0], limit=16.0)
    (drawn,) = elements(svg, "polyline")
    (area,) = elements(svg, "polygon")
    (x0, y0), (x1, y1) = (tuple(map(float, p.split(","))) for p in drawn.attrib["points"].split())
    assert x1 > x0
    bottom = max(float(p.split(",")[1]) for p in area.attrib["points"].split())
    assert bottom - y1 == pytest.approx(2 * (bottom - y0), abs=0.2)


def test_bars_of_nothing_can_be_drawn() -> None:
    assert elements(bars("none", "ms", [Bar("a", 0.0, 0.0, 0.0)]), "rect")
    assert elements(lines("none", "ms", [0.0], [0.0]), "polyline")


@pytest.mark.parametrize(
    ("most", "ticks"),
    [
        (10.0, [0.0, 2.0, 4.0, 6.0, 8.0, 10.0]),
        (0.7, [0.0, 0.2, 0.4, 0.6]),
        (55.0, [0.0, 20.0, 40.0]),
    ],
)
def test_ticks_are_round(most: float, ticks: list[float]) -> None:
    assert nice_ticks(most) == ticks


def test_a_long_line_keeps_its_peaks() -> None:
    values = [1.0] * 5000
    values[4321] = 99.0
    found = list(thinned(range(5000), values))
    assert len(found) == 600
    assert (4321.0, 99.0) in found


def test_a_flight_is_drawn() -> None:
    assert "pan: time between frames" in page(report(*rows_of_trace()))


def rows_of_trace() -> tuple[Row, ...]:
    return (Row(f"flight, {TRACE.name}: blurry", SHARE, (0.25,)),)
