"""What an image's samples are, at full resolution: of a pixel, or of a block of them."""

import logging
import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from glview.errors import TileError
from glview.image import ImageDescription, Tile
from glview.pixel_block import PixelBlock
from glview.pyramid import IntRect, TileKey
from glview.sources.base import TileSource
from glview.sources.regrid import LARGEST_PX
from glview.texels import fault_of

log = logging.getLogger("glview")

FAILED_FOR_S = 1.0
"""A tile that could not be read is not read again for each pixel that the pointer crosses."""
_DIGITS = 1e-12
"""How exactly values are told, as a share of them: as many digits as a readout has."""


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


def pixel_at(description: ImageDescription, x: float, y: float) -> tuple[int, int] | None:
    """Column and row of the finest level's pixel at an image position; None beside the image."""
    level = description.pyramid.levels[0]
    column = math.floor((x - level.offset_x) / level.downsample_x)
    row = math.floor((y - level.offset_y) / level.downsample_y)
    return (column, row) if 0 <= column < level.width and 0 <= row < level.height else None


def source_to_probe(opened: TileSource, shown: TileSource) -> TileSource:
    """What to read single pixels of: the file's own tiles, unless these are large.

    Of small ones that are shown as one, what cannot be read has a value that is not the file's.
    """
    level = opened.description.pyramid.levels[0]
    return opened if max(level.tile_width, level.tile_height) <= LARGEST_PX else shown


class _Block(NamedTuple):
    """A rectangle of the finest level's pixels, and what is to be made of it."""

    rect: IntRect
    then: Callable[[PixelBlock], Any]


class Probe:
    """Reads pixels in a thread of its own, which begins with the first question.

    ``description`` says what of the samples that ``source`` delivers is the file's. Of several
    questions of a kind the last counts. ``wake`` is called from that thread when there is an
    answer; all else is for one owner thread.
    """

    def __init__(
        self, source: TileSource, description: ImageDescription, wake: Callable[[], None]
    ) -> None:
        self._source = source
        self._described = description
        self._depth = description.bands + description.alpha
        self._wake = wake
        self._change = threading.Condition()
        self._asked: tuple[int, int] | None = None
        self._asked_block: _Block | None = None
        self._answer: Sample | None = None
        self._made: Any = None
        self._closing = False
        self._thread: threading.Thread | None = None
        # Worker only: the tile that was read last, for a pointer moves by small steps.
        self._tile: tuple[TileKey, Tile | None] | None = None
        self._forget_at_s = math.inf

    def ask(self, x: float, y: float) -> bool:
        """Ask for the pixel at an image position; False outside the image."""
        pixel = pixel_at(self._described, x, y)
        if pixel is None:
            return False
        with self._change:
            self._asked, self._answer = pixel, None
            self._begin()
        return True

    def take(self) -> Sample | None:
        """The answer to the last question, once."""
        with self._change:
            answer, self._answer = self._answer, None
        return answer

    def ask_block(self, rect: IntRect, then: Callable[[PixelBlock], Any]) -> None:
        """Ask for the pixels of the finest level in a rectangle that lies within it.

        ``then`` is called with them on the probe's thread; what it gives is for `take_block`.
        """
        with self._change:
            self._asked_block, self._made = _Block(rect, then), None
            self._begin()

    def take_block(self) -> Any:
        """What was made of the block that was asked for last, once; None until then."""
        with self._change:
            made, self._made = self._made, None
        return made

    def _begin(self) -> None:
        self._change.notify()
        if self._thread is None and not self._closing:
            name = f"glview {self._described.name} probe"
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
            self._answer_pixel()
            with self._change:
                block, self._asked_block = self._asked_block, None
            if block is not None:
                self._answer_block(block)

    def _wait(self) -> bool:
        """Until there is a question; False when it is time to end."""
        with self._change:
            while self._asked is None and self._asked_block is None and not self._closing:
                self._change.wait()
            return not self._closing

    def _answer_pixel(self) -> None:
        """Answer for the pixel, if one is asked for."""
        with self._change:
            asked, self._asked = self._asked, None
        if asked is None:
            return
        self._tell(self._read(*asked))

    def _tell(self, sample: Sample) -> None:
        with self._change:
            if self._asked is not None:
                return  # the pointer has moved on
            self._answer = sample
        self._wake()

    def _answer_block(self, asked: _Block) -> None:
        rect, level = asked.rect, self._source.description.pyramid.levels[0]
        shape = (rect.height, rect.width)
        otherwise = told_otherwise(self._described)
        dtype = np.dtype(np.float64) if otherwise else self._described.sample_type.dtype
        samples = np.zeros((*shape, self._depth), dtype)
        present = np.zeros(shape, np.bool_)
        for row in range(rect.y0 // level.tile_height, -(-rect.y1 // level.tile_height)):
            for column in range(rect.x0 // level.tile_width, -(-rect.x1 // level.tile_width)):
                self._answer_pixel()  # it waits for no more than a tile
                with self._change:
                    if self._asked_block is not None or self._closing:
                        return  # the view has moved on
                self._fill(rect, TileKey(0, column, row), samples, present)
        if otherwise:
            samples[present] = own_values(samples[present], self._described)
        self._hand_over(asked.then(PixelBlock(rect.x0, rect.y0, samples, present)))

    def _hand_over(self, made: Any) -> None:
        with self._change:
            if self._asked_block is not None:
                return  # by now another one is wanted
            self._made = made
        self._wake()

    def _fill(
        self, rect: IntRect, key: TileKey, samples: NDArray[np.generic], present: NDArray[np.bool_]
    ) -> None:
        """Copy what a tile has of a rectangle."""
        part = self._source.description.pyramid.levels[0].l_tile_rect(key.column, key.row)
        x0, x1 = max(part.x0, rect.x0), min(part.x1, rect.x1)
        y0, y1 = max(part.y0, rect.y0), min(part.y1, rect.y1)
        tile = self._tile_at(key)
        if tile is None:
            return
        left, top = tile.margin.left - part.x0, tile.margin.top - part.y0
        place = (slice(y0 - rect.y0, y1 - rect.y0), slice(x0 - rect.x0, x1 - rect.x0))
        samples[place] = tile.pixels[y0 + top : y1 + top, x0 + left : x1 + left, : self._depth]
        present[place] = True

    def _tile_at(self, key: TileKey) -> Tile | None:
        """A tile of the source's; None where there is nothing, or it cannot be read."""
        if self._tile is None or self._tile[0] != key or time.monotonic() >= self._forget_at_s:
            self._forget_at_s = math.inf
            try:
                self._tile = (key, self._read_tile(key))
            except Exception:
                # The loader tells of unreadable tiles; here there is just no value.
                log.debug("tile %s: no sample", tuple(key), exc_info=True)
                self._tile = (key, None)
                self._forget_at_s = time.monotonic() + FAILED_FOR_S
        return self._tile[1]

    def _read_tile(self, key: TileKey) -> Tile | None:
        tile = self._source.read_tile(key)
        if tile is not None:
            description = self._source.description
            rect = description.pyramid.levels[0].l_tile_rect(key.column, key.row)
            fault = fault_of(tile, (rect.width, rect.height), description)
            if fault is not None:
                raise TileError(fault)
        return tile

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
        samples = tile.pixels[row, column, : self._depth]
        if told_otherwise(self._described):
            samples = own_values(samples, self._described)
        return Sample(x, y, tuple(samples.tolist()))


def told_otherwise(description: ImageDescription) -> bool:
    """Whether tiles have other values than the file (`own_values`)."""
    return bool(description.offset or description.nodatas)


def own_values(samples: NDArray[np.generic], description: ImageDescription) -> NDArray[np.float64]:
    """The file's own values of floats (..., bands) that tiles have less an offset, or marked.

    No-data is what the file has for it. Values so far from the offset that float32 has lost their
    last digits are rounded to those it has.
    """
    held = samples.astype(np.float32)
    own = held.astype(np.float64) + description.band_offsets
    with np.errstate(invalid="ignore"):
        lost = np.spacing(np.abs(held)).astype(np.float64)
        rough = lost > _DIGITS * np.abs(own)
    step = 10.0 ** np.floor(np.log10(lost[rough]))
    own[rough] = np.rint(own[rough] / step) * step
    if description.nodata is not None:
        empty = held == np.float32(description.tile_nodata)
        own[empty] = description.nodata
        for band, nodata in enumerate(description.nodatas):
            if nodata is not None:
                own[..., band][empty[..., band]] = nodata
    return own
