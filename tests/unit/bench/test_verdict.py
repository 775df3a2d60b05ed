"""What holds it back, found by comparing the stages."""

from dataclasses import replace

import pytest

from glview.bench import names
from glview.bench.rows import Row
from glview.bench.verdict import Stages, Worst, holder, stages_of, verdict
from tests.unit.bench.reports import rates

FAST = Stages("pan", 5.0, 0.5, 40.0, 2000.0, 8000.0, 40.0)


@pytest.mark.parametrize(
    ("stages", "found"),
    [
        (FAST, "nothing"),
        (replace(FAST, frame_ms=40.0), "drawing"),
        (replace(FAST, frame_ms=40.0, python_ms=30.0), "Python"),
        (replace(FAST, load_rate=100.0, sharp_ms=430.0), "decode"),
        (replace(FAST, upload_rate=100.0, sharp_ms=430.0), "upload"),
        (replace(FAST, sharp_ms=430.0), "drawing"),  # frames meanwhile
        (replace(FAST, frame_ms=20.0, load_rate=100.0, sharp_ms=430.0), "decode"),
        (replace(FAST, frame_ms=90.0, load_rate=300.0, sharp_ms=200.0), "drawing"),
    ],
)
def test_the_stage_that_misses_by_most(stages: Stages, found: str) -> None:
    assert holder(stages) == found


def test_the_words_when_all_is_well() -> None:
    stages = replace(FAST, blurry=Worst(0.0, "pan"), gap_ms=Worst(18.0, "wheel"))
    moving, places, flights, last = verdict(stages)
    assert moving == (
        "Moving over what is there: a frame of pan takes 5.0 ms, in time for 60 a second."
    )
    assert places == (
        "New places: a screen of 40 tiles is sharp after 40 ms: 20 for decoding on 1 thread, 5 for"
        " uploads, 15 for frames meanwhile and waiting. Nobody waits."
    )
    assert flights == (
        "In flight at worst 0.0% of the picture was not sharp yet (pan), and one gap between frames"
        " in a hundred was longer than 18 ms (wheel)."
    )
    assert last == "Nothing holds it back."


def test_the_words_for_a_software_renderer() -> None:
    slow = replace(FAST, frame_ms=50.0, renderer="llvmpipe (LLVM 15)", blank=Worst(0.1, "pan"))
    told = verdict(slow)
    assert told[0] == (
        "Moving over what is there: a frame of pan takes 50.0 ms, 20 a second; 49.5 of them are"
        " OpenGL's, in software: a graphics card would take that off the processor."
    )
    assert told[2] == "In flight 10.0% of the picture was blank (pan)."
    assert told[-1] == "What holds it back: drawing."


def test_the_stages_are_found_among_the_rows() -> None:
    rows = [
        Row("frame, pan: median", "ms", (10.0,)),
        Row("frame, pan: outside OpenGL", "ms", (0.5,)),
        Row("frame, turn: median", "ms", (30.0,)),
        Row("frame, turn: outside OpenGL", "ms", (2.0,)),
        rates(names.LOAD, (1000.0,)),
        rates("upload", (5000.0,)),
        Row("jump: sharp", "ms", (80.0,)),
        Row("flight, pan: gap, p99", "ms", (33.0,)),
        Row("flight, zoom: gap, p99", "ms", (44.0,)),
        Row("flight, pan: blurry", "share", (0.25,)),
    ]
    found = stages_of(rows, tiles=35.0, renderer="a card", workers=4)
    assert found == Stages(
        "turn",
        30.0,
        2.0,
        35.0,
        1000.0,
        5000.0,
        80.0,
        blurry=Worst(0.25, "pan"),
        gap_ms=Worst(44.0, "zoom"),
        renderer="a card",
        workers=4,
    )
    assert stages_of(rows[:4], tiles=35.0) is None
