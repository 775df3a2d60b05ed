"""A report as one page of HTML that needs nothing else, no scripts, fonts or pictures (pure)."""

from collections.abc import Iterator, Sequence
from html import escape
from itertools import accumulate

from glview.bench.charts import Bar, bars, lines
from glview.bench.comparing import Comparison, Verdict
from glview.bench.report import Report
from glview.bench.rows import SHARE, Row, with_unit
from glview.bench.tables import figures
from glview.bench.traces import Trace
from glview.bench.verdict import FRAME_MS

_STYLE = """
:root { color-scheme: light dark; --ground: #fbfbfa; --ink: #1c1d1f; --faint: #6a6d72;
  --rule: #d9dadc; --bar: #3d74b8; --range: #12294a; --limit: #b8472d; --shade: #e9b44c;
  --before: #7d3fa0; --good: #2c7a3f; --bad: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --ground: #17181a; --ink: #e8e8e6; --faint: #a0a3a8;
  --rule: #3a3c40; --bar: #6ea3e0; --range: #dceaff; --limit: #f08a6c; --shade: #7d5f1f;
  --before: #d59cf0; --good: #7fcf92; --bad: #ff8a80; } }
body { background: var(--ground); color: var(--ink); font: 15px/1.5 system-ui, sans-serif;
  max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; margin-bottom: 0; overflow-wrap: anywhere; }
h2 { font-size: 1.15rem; margin: 2.2rem 0 .4rem; }
h3 { font-size: 1rem; margin: 1.2rem 0 0; font-weight: 600; }
p.faint, td.note, caption { color: var(--faint); }
.verdict { border-left: 4px solid var(--bar); padding: .1rem 1rem; margin: 1.2rem 0; }
.verdict p:last-child { font-weight: 600; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .18rem .8rem .18rem 0; border-bottom: 1px solid var(--rule);
  vertical-align: top; }
th.number, td.number { text-align: right; white-space: nowrap; }
.faster { color: var(--good); } .slower { color: var(--bad); }
svg { display: block; width: 100%; height: auto; margin: .3rem 0;
  font: 12px system-ui, sans-serif; }
svg text { fill: var(--ink); } svg .small { fill: var(--faint); font-size: 11px; }
svg .end { text-anchor: end; } svg .middle { text-anchor: middle; }
svg .bar { fill: var(--bar); } svg .shade { fill: var(--shade); fill-opacity: .6; }
svg .dot { fill: var(--bar); }
svg .range { stroke: var(--range); stroke-width: 2; }
svg .grid { stroke: var(--rule); stroke-width: 1; }
svg .limit { stroke: var(--limit); stroke-width: 1.5; stroke-dasharray: 4 3; }
svg .before { stroke: var(--before); stroke-width: 3; }
svg .line { fill: none; stroke: var(--bar); stroke-width: 1.3; stroke-linejoin: round; }
"""
_FLIGHTS = """The line: time from frame to frame. The area behind it: the share of the picture's
tiles that were not there yet, up to the top where all were missing. The dashes: a frame of
60 Hz."""
_LEGEND = "Bars are medians, thin lines the range of the repeats."
_EARLIER = " An upright mark is the earlier run's median."
_SECTIONS = (
    ("open", "Opening", "From the file to the first picture and to the sharp one."),
    ("level", "Levels", "One tile of each level, on one thread."),
    ("jump", "Jumps", "To places at 1:1 whose tiles were not read yet."),
    ("arrival", "Arrivals", "At such places by a motion: from its end on."),
    ("flight", "Flights", _FLIGHTS),
    ("memory", "Memory", ""),
    ("decode", "Decoding beside bare codecs", ""),
    ("read load", "Reading tiles", "Of the finest level; the last two: as a viewer reads them."),
    ("upload", "Uploads", "Into the atlas."),
    ("frame", "Frames over what is there", "Each waited for. The dashes: a frame of 60 Hz."),
    ("fine", "A fine screen", "The same pan with twice as many pixels each way."),
    ("resident", "Few and many resident tiles", "Python's part of a frame that shows as many."),
    ("scale", "Images of any size", "Painted as they are looked at."),
    ("window", "Frames in windows", "Beside a bare pass, and beside an empty canvas."),
    ("beside", "Frames beside other work", ""),
    ("start", "Starting", "Each in a process of its own."),
)  # fmt: skip
"""The first words of the rows' names, the heading, and a word of explanation."""


def page(report: Report, comparison: Comparison | None = None, before: Report | None = None) -> str:
    """The whole page; well-formed as XML, too."""
    name = escape(str(report.image.get("name", "")) or "glview bench")
    parts = [
        "<!DOCTYPE html>",
        '<html lang="en">',
        "<head>",
        '<meta charset="utf-8"/>',
        '<meta name="viewport" content="width=device-width, initial-scale=1"/>',
        f"<title>glview bench: {name}</title>",
        f"<style>{_STYLE}</style>",
        "</head>",
        f"<body><h1>{name}</h1>",
        f'<p class="faint">{escape(summary(report))}</p>',
        '<div class="verdict">',
        *(f"<p>{escape(line)}</p>" for line in report.verdict),
        "</div>",
        f'<p class="faint">{escape(_LEGEND + _EARLIER * (before is not None))}</p>',
        *(_compared(comparison) if comparison is not None else ()),
        *_sections(report, before),
        *_facts(report),
        "</body></html>\n",
    ]
    return "\n".join(parts)


def summary(report: Report) -> str:
    """Image, machine and noise in a line."""
    image, machine = report.image, report.machine
    told = []
    if image:
        told.append(
            f"{image['format']}, {image['width']:,} x {image['height']:,} pixels,"
            f" {image['levels']} levels"
        )
    told.append(f"{machine.get('processor')}, {machine.get('cores')} cores")
    if machine.get("renderer"):
        told.append(str(machine["renderer"]))
    told.append(others(report))
    return "; ".join(told)


def others(report: Report) -> str:
    """The noise, in words."""
    busy = report.others_cores
    told = "unknown" if busy is None else f"{busy:.2f} of {report.machine.get('cores')} cores"
    return f"other work on the machine meanwhile: {told}"


def _sections(report: Report, before: Report | None) -> Iterator[str]:
    left = list(report.rows)
    for starts, heading, words in _SECTIONS:
        rows = [row for row in left if _start(row) in starts.split()]
        if not rows:
            continue
        left = [row for row in left if row not in rows]
        yield f"<h2>{heading}</h2>"
        if words:
            yield f'<p class="faint">{escape(words)}</p>'
        if starts == "flight" and report.traces:
            for trace in report.traces:
                yield from _flight(trace)
        else:
            yield from _plots(rows, before, FRAME_MS if starts in {"frame", "fine"} else None)
        yield from _table(rows)
    if left:
        yield "<h2>More</h2>"
        yield from _table(left)


def _start(row: Row) -> str:
    """The first word of its name; the start of a window is a start."""
    first, *rest = row.case.replace(":", " ").replace(",", " ").split()
    return "start" if rest[:1] == ["start"] else first


def _flight(trace: Trace) -> Iterator[str]:
    x_s = [at_ms / 1e3 for at_ms in accumulate(trace.gaps_ms)]
    title = f"{trace.name}: time between frames"
    yield f"<h3>{escape(trace.name)}</h3>"
    yield lines(title, "ms", x_s, trace.gaps_ms, shade=trace.missing, limit=FRAME_MS)


def _plots(rows: Sequence[Row], before: Report | None, limit: float | None) -> Iterator[str]:
    """One of the rows of each unit; counts and shares are in the table only."""
    for unit in dict.fromkeys(row.unit for row in rows if row.unit not in {"", SHARE}):
        shown = []
        for row in rows:
            if row.unit != unit:
                continue
            earlier = before.row(row.case) if before is not None else None
            value = None if earlier is None else earlier.value
            rest = row.case.removeprefix(_start(row)).lstrip(",: ")
            label = row.case if rest.isdigit() else rest or row.case
            shown.append(Bar(label, row.value, min(row.values), max(row.values), value))
        if len(shown) > 1 or any(bar.before is not None for bar in shown):
            yield bars(
                ", ".join(bar.label for bar in shown), unit, shown, limit if unit == "ms" else None
            )


def _table(rows: Sequence[Row]) -> Iterator[str]:
    yield '<div class="wide"><table><tr><th>case</th><th class="number">median</th>'
    yield '<th class="number">noise</th><th></th></tr>'
    for row in rows:
        noise = f"{row.noise:.0%}" if len(row.values) > 1 else ""
        yield (
            f"<tr><td>{escape(row.case)}</td>"
            f'<td class="number">{escape(with_unit(row.value, row.unit))}</td>'
            f'<td class="number">{noise}</td><td class="note">{escape(row.note)}</td></tr>'
        )
    yield "</table></div>"


def _compared(comparison: Comparison) -> Iterator[str]:
    yield "<h2>Since the earlier run</h2>"
    yield f"<p>{escape(comparison.sum)}.</p>"
    for caveat in comparison.caveats:
        yield f'<p class="faint">{escape(caveat)}</p>'
    yield '<div class="wide"><table><tr><th>case</th>'
    yield from (
        f'<th class="number">{word}</th>' for word in ("before", "now", "speed", "sure from")
    )
    yield "<th></th></tr>"
    order = {Verdict.SLOWER: 0, Verdict.FASTER: 1, Verdict.SAME: 2}
    for change in sorted(comparison.changes, key=lambda change: order[change.verdict]):
        cells = "".join(f'<td class="number">{escape(cell)}</td>' for cell in figures(change))
        word = change.verdict.value
        told = f'<td class="{word or "same"}">{word}</td>'
        yield f"<tr><td>{escape(change.case)}</td>{cells}{told}</tr>"
    yield "</table></div>"


def _facts(report: Report) -> Iterator[str]:
    yield "<h2>Machine and image</h2>"
    yield '<div class="wide"><table>'
    facts = {f"image, {key}": value for key, value in report.image.items()}
    for key, value in report.machine.items():
        if isinstance(value, dict):
            facts[key] = ", ".join(f"{name} {held}" for name, held in value.items() if held)
        else:
            facts[key] = value
    facts["settings"] = ", ".join(f"{key} {value}" for key, value in report.settings.items())
    facts["took"] = f"{report.seconds:.0f} s"
    for key, value in facts.items():
        yield f"<tr><th>{escape(key)}</th><td>{escape(str(value))}</td></tr>"
    yield "</table></div>"
