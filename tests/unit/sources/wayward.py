"""Sources that misbehave where they are read, importable by other processes."""

import ctypes
import errno
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import MappingProxyType
from typing import NoReturn

import numpy as np
from numpy.typing import NDArray

from glview.errors import ImageError, TileError
from glview.image import ImageDescription, Margin, SampleType
from glview.pyramid import Level, Pyramid, TileKey
from glview.sources.base import ColorModel, Tile
from glview.sources.synthetic import KeyedSource, SyntheticOptions


class WaywardSource(KeyedSource):
    """A keyed image of 8 x 4 tiles; what a tile does beside being read says its column."""

    def __init__(self, folder: str, opening_s: float = 0.0) -> None:
        super().__init__(2048, 1024, SyntheticOptions(name="wayward"))
        self._folder = Path(folder)
        (self._folder / f"made-{os.getpid()}").touch()
        time.sleep(opening_s)

    @property
    def cache_bytes(self) -> int:
        return 1000

    def read_tile(self, key: TileKey) -> Tile | None:
        if key.level == 0:
            self._misbehave(key)
        return super().read_tile(key)

    def _misbehave(self, key: TileKey) -> None:
        deeds: dict[int, Callable[[], object]] = {
            1: spin,
            2: lambda: time.sleep(1000),
            3: sleep_with_the_lock,
            4: self._sleep_deaf,
            5: lambda: os.kill(os.getpid(), signal.SIGKILL),
            6: self._die_once,
            7: self._meet,
        }
        deed = deeds.get(key.column)
        if deed is not None:
            (self._folder / f"at-{key.column}-{os.getpid()}").touch()
            deed()

    def _sleep_deaf(self) -> None:
        """Neither ends when asked to, nor does what it has started."""
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        program = "import time; time.sleep(1000)"
        started = subprocess.Popen([sys.executable, "-c", program])
        (self._folder / f"started-{started.pid}").touch()
        time.sleep(1000)

    def _die_once(self) -> None:
        if len(list(self._folder.glob("at-6-*"))) == 1:
            os.kill(os.getpid(), signal.SIGKILL)

    def _meet(self) -> None:
        """Wait for another process to be here, too."""
        while len(list(self._folder.glob("at-7-*"))) < 2:
            time.sleep(0.01)


def spin() -> None:
    """Python code that never ends."""
    while True:
        pass


def sleep_with_the_lock() -> None:
    """C code that never ends and holds the interpreter's lock."""
    ctypes.PyDLL(None).sleep(1000)


class OwnTileError(TileError):
    """An error of the source's own, which glview has not heard of."""

    def __init__(self, place: str, *, code: int) -> None:
        super().__init__(f"{place} is out of order")
        self.code = code


class FailingSource(KeyedSource):
    """Each column fails in its own way."""

    def __init__(self) -> None:
        super().__init__(2048, 256, SyntheticOptions(name="failing", absent={TileKey(0, 7, 0)}))

    def read_tile(self, key: TileKey) -> Tile | None:
        if key.column == 1:
            raise TileError("a.dzi: 1_0.jpg: cut short", may_heal=True)
        if key.column == 2:
            raise OwnTileError("shelf 2", code=404)
        if key.column == 3:
            raise ValueError("no such thing")
        if key.column == 4:
            raise ImageError("a.tif", "is broken")
        if key.column == 5:
            error = TileError("with a lock in it")
            error.__dict__["lock"] = sys.stderr
            raise error
        if key.column == 6:
            sys.exit(3)
        if key == TileKey(1, 0, 0):
            raise OSError(errno.ETIMEDOUT, "Connection timed out")
        return super().read_tile(key)


class TalkingSource(KeyedSource):
    """Prints, and reads what is typed."""

    def __init__(self) -> None:
        super().__init__(512, 512)

    def read_tile(self, key: TileKey) -> Tile | None:
        print("reading", tuple(key))
        os.system("echo and so does what it runs")
        assert sys.stdin.read() == ""
        return super().read_tile(key)


class ShapesSource:
    """Tiles whose arrays lie in memory in all sorts of ways; one level, four tiles in a row."""

    def __init__(self) -> None:
        level = Level(2800, 500, 1.0, 1.0, tile_width=700, tile_height=500)
        self.description = ImageDescription(
            name="shapes",
            format="test",
            pyramid=Pyramid(2800, 500, (level,)),
            sample_type=SampleType.U16,
            color_model=ColorModel.RGB,
            bands=3,
            metadata=MappingProxyType({"made by": "hand"}),
        )

    @property
    def cache_bytes(self) -> int:
        return 0

    def read_tile(self, key: TileKey) -> Tile | None:
        pixels = large_pixels()
        ways: list[NDArray[np.generic]] = [
            pixels,
            np.asfortranarray(pixels),
            pixels[:, ::-1].copy()[:, ::-1],
            pixels.astype(">u2"),
        ]
        return Tile(ways[key.column], Margin(0, 1, 2, 3))

    def close(self) -> None:
        pass


def large_pixels() -> NDArray[np.uint16]:
    """Two megabytes, more than a pipe holds."""
    return np.arange(504 * 702 * 3, dtype=np.uint32).astype(np.uint16).reshape(504, 702, 3)


class OpeningSource(KeyedSource):
    """Notes its closing; opens `name` where it is started, and only as often as there are lines."""

    def __init__(self, name: str, *, closed: str = "closed") -> None:
        path = Path(name)
        lines = path.read_text().splitlines()
        if not lines:
            raise ImageError(name, "is empty")
        path.write_text("\n".join(lines[1:]))
        self._closed = path.resolve().parent / closed
        super().__init__(int(lines[0]), 512)

    def read_tile(self, key: TileKey) -> Tile | None:
        if key.column == 1:
            sys.exit(0)
        return super().read_tile(key)

    def close(self) -> None:
        self._closed.touch()


def refuse(*_: object) -> NoReturn:
    """Make nothing."""
    raise ValueError("will not")


def give_a_dict() -> dict[str, int]:
    """What is no source."""
    return {}
