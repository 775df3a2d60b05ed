"""The files opened last, and how files are called."""

import os
import threading
from pathlib import Path

import pytest

from glview.canvases import recent
from glview.sources.file_types import SUFFIXES, dialog_filters


def test_a_file_that_is_opened_again_comes_to_the_head() -> None:
    assert recent.with_file(("/a", "/b", "/c"), "/b") == ("/b", "/a", "/c")


def test_the_last_ten_are_kept_by_their_full_paths() -> None:
    kept = recent.with_file([f"/{n}" for n in range(10)], "x.png")
    assert kept == (os.path.abspath("x.png"), *(f"/{n}" for n in range(9)))


@pytest.mark.parametrize("path", ["/a b/c#d?e%20.png", "/ä/日本.dzi", os.fsdecode(b"/\xff.png")])
def test_any_path_is_kept(path: str) -> None:
    (text,) = recent.kept([path])
    assert text.isascii()
    assert recent.paths_of([text, "http://host/x.png", "nonsense", ""]) == [path]


def test_a_folder_is_told_where_names_are_alike() -> None:
    assert recent.labels(["/a/x.png", "/b/y.png", "/c/x.png"]) == [
        "x.png - /a",
        "y.png",
        "x.png - /c",
    ]


def test_files_that_are_gone_are_found(tmp_path: Path) -> None:
    there, away = tmp_path / "there", tmp_path / "away"
    there.touch()
    assert recent.gone([str(there), str(away)], 10.0) == {str(away)}


def test_a_drive_that_does_not_answer_is_not_waited_for() -> None:
    answered = threading.Event()
    assert recent.gone(["/dead/x.png"], 0.01, lambda _: answered.wait(1.0)) == frozenset()
    answered.set()


def test_dialogs_know_what_can_be_read() -> None:
    images, *kinds, everything = dialog_filters()
    assert images.startswith("Images (*.dzi *.DZI *.xml ")
    assert "TIFF (*.tif *.TIF *.tiff *.TIFF" in ";;".join(kinds)
    assert everything == "All files (*)"
    assert all(f"*{suffix} " in f"{images[:-1]} " for suffix in SUFFIXES)
