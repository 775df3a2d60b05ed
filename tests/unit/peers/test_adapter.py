"""Adapters are read as they are written, and what is wrong with one is told."""

from pathlib import Path

import pytest

from benchmarks.peers.adapter import Click, Fit, Key, Step, read_adapter
from glview.errors import GlviewError

TEXT = """
name = "some viewer"
command = ["{python}", "{dzi}", "{unknown}"]
background = ["#0a0B0c"]
needs = ["{peers}/library"]
picture = [0, 20, 1600, 900]

[gestures]
reset = [{ key = "ctrl+r" }]
zoom2 = [{ button = 4, n = 3 }]
native = [{ key = "plus", factor = 2.0 }, { pause = 0.3 }, { key = "1" }]
"""
PLACES = {"python": "/bin/sh", "dzi": "/a.dzi", "tif": "/a.tif", "peers": "/peers"}
VIEWERS = Path(__file__).parents[3] / "benchmarks" / "peers" / "viewers"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "viewer.toml"


def test_an_adapter_is_read(path: Path) -> None:
    path.write_text(TEXT)
    adapter = read_adapter(path, PLACES)
    assert adapter.command == ("/bin/sh", "/a.dzi", "{unknown}")
    assert adapter.needs == ("/bin/sh", "/peers/library", "/a.dzi")
    assert adapter.missing() == "/peers/library"
    assert adapter.background == (0x0A0B0C,)
    assert (adapter.picture, adapter.viewport) == ((0, 20, 1600, 900), (0, 20, 1600, 900))
    assert adapter.gestures["reset"] == (Step(Key("ctrl+r")),)
    assert adapter.gestures["zoom2"] == (Step(Click(4), count=3),)
    assert adapter.gestures["native"][1] == Step(None, every_s=0.3)


def test_strokes_to_native_are_as_many_as_the_image_takes(path: Path) -> None:
    path.write_text(TEXT)
    plus = read_adapter(path, PLACES).gestures["native"][0]
    assert [plus.strokes(scale) for scale in (1 / 32, 1 / 24, 1.0, 3.0)] == [5, 5, 0, 0]


def test_a_whole_image_stands_in_the_middle_or_at_a_whole_level(path: Path) -> None:
    path.write_text(TEXT)
    assert read_adapter(path, PLACES).fit(30_000, 18_000) == Fit(50.0, 20.0, 0.05)
    path.write_text("whole_levels = true" + TEXT)
    assert read_adapter(path, PLACES).fit(30_000, 18_000) == Fit(0, 20, 1 / 32)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("name = ", "no TOML"),
        ("name = 'x'", "it has no command"),
        (TEXT + "jump = []", "no gesture jump is known"),
        ("colour = 1\n" + TEXT, "no key colour is known"),
        (
            TEXT.replace("reset", "zoom16"),
            "gestures must have zoom2, native, and reset or zoom_out",
        ),
        (
            TEXT.replace('{ key = "1" }', '{ key = "1", button = 2 }'),
            "a step of a gesture is one of",
        ),
        (TEXT.replace('{ key = "1" }', '{ key = "1", wait = 2 }'), "no wait is known in a gesture"),
        (TEXT.replace("#0a0B0c", "black"), "'black' is no colour such as #202020"),
    ],
)
def test_what_is_wrong_is_told(path: Path, text: str, fault: str) -> None:
    path.write_text(text)
    with pytest.raises(GlviewError) as told:
        read_adapter(path, PLACES)
    assert str(told.value).startswith(f"{path}: {fault}")


def test_a_file_that_is_not_there_is_told(path: Path) -> None:
    with pytest.raises(GlviewError, match="no such file or directory"):
        read_adapter(path, PLACES)


@pytest.mark.parametrize("path", sorted(VIEWERS.glob("*.toml")), ids=lambda path: path.stem)
def test_every_viewer_that_comes_along_can_be_read(path: Path) -> None:
    adapter = read_adapter(path, PLACES)
    assert adapter.name
    x, y, width, height = adapter.viewport
    assert (x >= 0, y >= 0, x + width <= 1600, y + height <= 1000) == (True, True, True, True)
