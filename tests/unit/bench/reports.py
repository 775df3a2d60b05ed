"""Reports of fixed numbers."""

from collections.abc import Sequence

from glview.bench.report import Report
from glview.bench.rows import Row
from glview.bench.traces import Trace

TRACE = Trace("pan", (20.0, 30.0, 50.0), (10.0, 20.0, 40.0), (0.0, 0.5, 0.25), (0.0,) * 3, 7.0)


def report(*rows: Row, others_cores: float | None = 0.0, width: int = 1500) -> Report:
    """Of a machine of two cores."""
    return Report(
        rows,
        {"processor": "A <fast> one", "cores": 2, "packages": {"numpy": "2.0", "simplejpeg": None}},
        {"repeats": 3},
        others_cores,
        {"name": "a&b.dzi", "format": "DeepZoom", "width": width, "height": 1100, "levels": 4},
        (TRACE,),
        ("What holds it back: drawing.",),
        12.5,
    )


def rates(case: str, values: Sequence[float]) -> Row:
    """Of which more is better."""
    return Row(case, "tiles/s", tuple(values), less_is_better=False)
