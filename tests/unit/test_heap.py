"""What malloc keeps of an image's memory goes back to the system with the image."""

import subprocess
import sys
import threading

import numpy as np
from numpy.typing import NDArray

from glview.frame import Target
from glview.options import ViewerOptions
from glview.pyramid import TileKey
from glview.sources.base import Tile
from glview.sources.synthetic import KeyedSource
from glview.viewer import Viewer
from tests.footprint import footprint
from tests.unit.recorder import RecordingRenderer, until

HOLES_MIB = 96
PIECE_BYTES = 50_000
PIECES = (HOLES_MIB << 20) // PIECE_BYTES


class Wasteful(KeyedSource):
    """Its first tile takes a lot, and what stays of that lies behind all that does not."""

    def __init__(self) -> None:
        super().__init__(64, 64)
        self.kept: list[NDArray[np.uint8]] = []

    def read_tile(self, key: TileKey) -> Tile | None:
        if not self.kept:
            taken = [np.ones(PIECE_BYTES, np.uint8) for _ in range(PIECES)]
            self.kept.append(taken[-1])
        return super().read_tile(key)


def test_memory_that_a_worker_needed_is_given_back_with_the_image() -> None:
    source = Wasteful()
    viewer = Viewer(ViewerOptions(workers=1, fade_s=0.0))
    viewer.attach(RecordingRenderer())
    before_mib = footprint().memory_mib
    viewer.show(source)
    until(lambda: not viewer.draw(Target(0, 64, 64), 1.0) and viewer.settled)
    assert source.kept
    viewer.show(KeyedSource(64, 64))
    until(lambda: "glview close" not in {thread.name for thread in threading.enumerate()})
    grown_mib = footprint().memory_mib - before_mib
    viewer.close()
    assert grown_mib < HOLES_MIB / 4


PROGRAM = f"""
import contextlib, io, sys, threading
from glview.cli import main
from tests.footprint import footprint

with contextlib.suppress(SystemExit), contextlib.redirect_stdout(io.StringIO()):
    sys.argv = ["glview", "--version"]
    main()

def decode():
    taken = [b"1" * {PIECE_BYTES} for _ in range({PIECES} // 2)]

# glibc learns from what is freed how much it may keep.
b"1" * (30 << 20)
before_mib = footprint().memory_mib
worker = threading.Thread(target=decode)
worker.start()
worker.join()
print(footprint().memory_mib - before_mib)
"""


def test_in_the_program_threads_keep_little_of_what_they_have_freed() -> None:
    command = [sys.executable, "-c", PROGRAM]
    ended = subprocess.run(command, capture_output=True, text=True, check=True)
    assert float(ended.stdout) < HOLES_MIB / 6
