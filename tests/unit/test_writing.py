"""Pictures written in threads: what came of them, and what is told where nobody is there."""

import logging
import threading
import time
from pathlib import Path

import numpy as np
import pytest
import pyvips
from numpy.typing import NDArray

from glview.canvases.writing import Outcome, Writing

PIXELS = np.arange(36, dtype=np.uint8).reshape(3, 4, 3)


def test_what_came_of_a_picture_is_told_once(tmp_path: Path) -> None:
    woken = threading.Semaphore(0)
    writing = Writing(woken.release)
    writing.begin(PIXELS, str(tmp_path / "a.png"))
    assert woken.acquire(timeout=5.0)
    assert writing.take() == (Outcome(f"{tmp_path}/a.png"),)
    assert writing.take() == ()
    assert np.array_equal(pyvips.Image.new_from_file(str(tmp_path / "a.png")).numpy(), PIXELS)
    writing.begin(PIXELS, str(tmp_path / "none" / "a.png"))
    assert woken.acquire(timeout=5.0)
    (outcome,) = writing.take()
    assert outcome.fault == f"{tmp_path}/none/a.png: no such file or directory"


@pytest.mark.parametrize("full", [False, True])
def test_a_window_that_closes_waits_a_moment_and_late_faults_are_logged(
    caplog: pytest.LogCaptureFixture, full: bool
) -> None:
    may_end, woken = threading.Event(), threading.Event()

    def write(_path: Path, _pixels: NDArray[np.uint8]) -> None:
        may_end.wait(5.0)
        if full:
            raise OSError(28, "No space left on device")

    writing = Writing(woken.set, write)
    writing.begin(PIXELS, "a.png")
    (thread,) = (one for one in threading.enumerate() if one.name == "glview save")
    began = time.monotonic()
    writing.close(0.1)
    assert 0.1 <= time.monotonic() - began < 2.0
    may_end.set()
    thread.join(5.0)
    told = ["the view is not saved: a.png: no space left on device"] if full else []
    assert [record.getMessage() for record in caplog.records] == told
    assert not woken.is_set()


def test_a_window_that_closes_waits_for_what_is_nearly_done(tmp_path: Path) -> None:
    writing = Writing(lambda: None)
    writing.begin(PIXELS, str(tmp_path / "a.png"))
    writing.close(5.0)
    assert (tmp_path / "a.png").exists()


def test_a_fault_that_was_not_taken_is_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    woken = threading.Event()
    writing = Writing(woken.set)
    writing.begin(PIXELS, str(tmp_path / "none" / "a.png"))
    assert woken.wait(5.0)
    writing.close()
    (record,) = caplog.records
    assert record.levelno == logging.ERROR
    assert record.getMessage().endswith("none/a.png: no such file or directory")
