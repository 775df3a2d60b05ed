"""What an image's samples are, at full resolution: of a pixel, or of a block of them."""

import logging
import math
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from glview.image import Tile
from glview.pixel_block import PixelBlock
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


class _Question(NamedTuple):
    """A rectangle of the finest level's pixels; a single one is asked for as a `Sample`."""

    column0: int
    row0: int
    column1: int
    row1: int


class Probe:
    """Reads pixels in a thread of its own, which begins with the first question.

    Of several questions of a kind the last counts. ``wake`` is called from that thread when there
    is an answer; all else is for one owner thread.
    """

    def __init__(self, source: TileSource, wake: Callable[[], None]) -> None:
        self._source = source
        self._wake = wake
        self._change = threading.Condition()
        self._asked: tuple[int, int] | None = None
        self._asked_block: _Question | None = None
        self._answer: Sample | None = None
        self._block: PixelBlock | None = None
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
            self._begin()
        return True

    def take(self) -> Sample | None:
        """The answer to the last question, once."""
        with self._change:
            answer, self._answer = self._answer, None
        return answer

    def ask_block(self, column0: int, row0: int, column1: int, row1: int) -> None:
        """Ask for the pixels of the finest level in a rectangle that lies within it."""
        with self._change:
            self._asked_block = _Question(column0, row0, column1, row1)
            self._begin()

    def take_block(self) -> PixelBlock | None:
        """The block that was asked for last, once."""
        with self._change:
            block, self._block = self._block, None
        return block

    def _begin(self) -> None:
        self._change.notify()
        if self._thread is None and not self._closing:
            name = f"glview {self._source.description.name} probe"
            self._thread = threading.Thread(target=self._work, name=name, daemon=True)
            self._thread.start()

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
        while self._wait():
            # The pixel first: it is one tile at most.
            with self._change:
                asked, self._asked = self._asked, None
                block, self._asked_block = self._asked_block, None
            if asked is not None:
                self._answer_pixel(*asked)
            if block is not None:
                self._answer_block(block)

    def _wait(self) -> bool:
        """Until there is a question; False when it is time to end."""
        with self._change:
            while self._asked is None and self._asked_block is None and not self._closing:
                self._change.wait()
            return not self._closing

    def _answer_pixel(self, l_x: int, l_y: int) -> None:
        sample = self._read(l_x, l_y)
        with self._change:
            if self._asked is not None:
                return  # the pointer has moved on
            self._answer = sample
        self._wake()

    def _answer_block(self, asked: _Question) -> None:
        description = self._source.description
        bands = description.bands + description.alpha
        shape = (asked.row1 - asked.row0, asked.column1 - asked.column0)
        samples = np.zeros((*shape, bands), description.sample_type.dtype)
        present = np.zeros(shape, np.bool_)
        level = description.pyramid.levels[0]
        for row in range(asked.row0 // level.tile_height, -(-asked.row1 // level.tile_height)):
            for column in range(
                asked.column0 // level.tile_width, -(-asked.column1 // level.tile_width)
            ):
                with self._change:
                    if self._asked_block is not None or self._closing:
                        return  # the view has moved on
                self._fill(asked, TileKey(0, column, row), samples, present)
        with self._change:
            self._block = PixelBlock(asked.column0, asked.row0, samples, present)
        self._wake()

    def _fill(
        self,
        asked: _Question,
        key: TileKey,
        samples: NDArray[np.generic],
        present: NDArray[np.bool_],
    ) -> None:
        """Copy what a tile has of the block."""
        level = self._source.description.pyramid.levels[0]
        left, top, right, bottom = level.l_tile_rect(key.column, key.row)
        x0, x1 = max(left, asked.column0), min(right, asked.column1)
        y0, y1 = max(top, asked.row0), min(bottom, asked.row1)
        tile = self._tile_at(key)
        if tile is None:
            return
        rows = slice(y0 - top + tile.margin.top, y1 - top + tile.margin.top)
        columns = slice(x0 - left + tile.margin.left, x1 - left + tile.margin.left)
        place = (
            slice(y0 - asked.row0, y1 - asked.row0),
            slice(x0 - asked.column0, x1 - asked.column0),
        )
        samples[place] = tile.pixels[rows, columns]
        present[place] = True

    def _tile_at(self, key: TileKey) -> Tile | None:
        """A tile of the source's; None where there is nothing, or it cannot be read."""
        if self._tile is None or self._tile[0] != key:
            try:
                self._tile = (key, self._source.read_tile(key))
            except Exception:
                # The loader tells of unreadable tiles; here there is just no value.
                log.debug("tile %s: no sample", tuple(key), exc_info=True)
                return None
        return self._tile[1]

    def _read(self, l_x: int, l_y: int) -> Sample:
        level = self._source.description.pyramid.levels[0]
        key = TileKey(0, l_x // level.tile_width, l_y // level.tile_height)
        middle = 0.5 if level.downsample != 1.0 else 0.0
        x = (l_x + middle) * level.downsample_x + level.offset_x
        y = (l_y + middle) * level.downsample_y + level.offset_y
        tile = self._tile_at(key)
        if tile is None:
            return Sample(x, y, ())
        row = l_y % level.tile_height + tile.margin.top
        column = l_x % level.tile_width + tile.margin.left
        return Sample(x, y, tuple(tile.pixels[row, column].tolist()))
