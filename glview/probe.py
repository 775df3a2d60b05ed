"""What an image's samples are at a place, at full resolution."""

import logging
import math
import threading
from collections.abc import Callable
from dataclasses import dataclass

from glview.image import Tile
from glview.pyramid import TileKey
from glview.sources.base import TileSource

log = logging.getLogger("glview")


@dataclass(frozen=True, slots=True)
class Sample:
    """One pixel of the finest level there is.

    ``x`` and ``y`` are image pixels (whole numbers where that level has full resolution, else the
    middle of its pixel); ``values`` are its samples as the file delivers them, alpha last where
    there is one. Empty where the image has nothing there or cannot be read.
    """

    x: float
    y: float
    values: tuple[float, ...]


class Probe:
    """Reads single pixels in a thread of its own, which begins with the first question.

    Of several questions the last counts. ``wake`` is called from that thread when there is an
    answer; all else is for one owner thread.
    """

    def __init__(self, source: TileSource, wake: Callable[[], None]) -> None:
        self._source = source
        self._wake = wake
        self._change = threading.Condition()
        self._asked: tuple[int, int] | None = None
        self._answer: Sample | None = None
        self._closing = False
        self._thread: threading.Thread | None = None
        # Worker only: the tile that was read last, for a pointer moves by small steps.
        self._tile: tuple[TileKey, Tile | None] | None = None

    def ask(self, x: float, y: float) -> bool:
        """Ask for the pixel at an image position; False outside the image."""
        level = self._source.description.pyramid.levels[0]
        l_x = math.floor((x - level.offset_x) / level.downsample_x)
        l_y = math.floor((y - level.offset_y) / level.downsample_y)
        if not (0 <= l_x < level.width and 0 <= l_y < level.height):
            return False
        with self._change:
            self._asked = (l_x, l_y)
            self._change.notify()
            if self._thread is None and not self._closing:
                name = f"glview {self._source.description.name} probe"
                self._thread = threading.Thread(target=self._work, name=name, daemon=True)
                self._thread.start()
        return True

    def take(self) -> Sample | None:
        """The answer to the last question, once."""
        with self._change:
            answer, self._answer = self._answer, None
        return answer

    def close(self, timeout_s: float) -> bool:
        """End the thread; False if it is stuck in the source and was abandoned."""
        with self._change:
            self._closing = True
            self._change.notify()
        if self._thread is None:
            return True
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _work(self) -> None:
        while (asked := self._next()) is not None:
            sample = self._read(*asked)
            with self._change:
                if self._asked is not None:
                    continue  # the pointer has moved on
                self._answer = sample
            self._wake()

    def _next(self) -> tuple[int, int] | None:
        with self._change:
            while self._asked is None and not self._closing:
                self._change.wait()
            asked, self._asked = self._asked, None
            return None if self._closing else asked

    def _read(self, l_x: int, l_y: int) -> Sample:
        level = self._source.description.pyramid.levels[0]
        key = TileKey(0, l_x // level.tile_width, l_y // level.tile_height)
        middle = 0.5 if level.downsample != 1.0 else 0.0
        x = (l_x + middle) * level.downsample_x + level.offset_x
        y = (l_y + middle) * level.downsample_y + level.offset_y
        try:
            if self._tile is None or self._tile[0] != key:
                self._tile = (key, self._source.read_tile(key))
        except Exception:
            # The loader tells of unreadable tiles; here there is just no value.
            log.debug("tile %s: no sample", tuple(key), exc_info=True)
            return Sample(x, y, ())
        tile = self._tile[1]
        if tile is None:
            return Sample(x, y, ())
        row = l_y % level.tile_height + tile.margin.top
        column = l_x % level.tile_width + tile.margin.left
        return Sample(x, y, tuple(tile.pixels[row, column].tolist()))
