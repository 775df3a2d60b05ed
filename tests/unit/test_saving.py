"""Saving on another thread: told of, interrupted, and never left behind."""

import threading
from pathlib import Path

import pytest
import pyvips

from glview.saving import save


def test_an_interruption_does_not_wait_for_the_end(tmp_path: Path) -> None:
    image = pyvips.Image.gaussnoise(3000, 3000).gaussblur(20, precision="float").cast("uchar")
    ends: list[str] = []

    def write() -> None:
        image.pngsave(str(tmp_path / "a.png"), compression=9)
        ends.append("written")

    def interrupt(fraction: float) -> None:
        assert 0.0 < fraction < 0.5
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        save(image, write, interrupt)
    assert ends == []


def test_what_the_writer_raises_comes_through_and_no_thread_stays() -> None:
    def fail() -> None:
        raise OSError("no room")

    threads = threading.active_count()
    with pytest.raises(OSError, match="no room"):
        save(pyvips.Image.black(10, 10), fail)
    assert threading.active_count() == threads
