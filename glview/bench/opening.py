"""From a name to a picture: the source, the first picture, the sharp one; each level's tiles."""

import contextlib
import time
from collections.abc import Iterator

from glview.bench.rows import Row
from glview.bench.screen import Screen
from glview.bench.settings import Settings
from glview.bench.subject import Subject
from glview.errors import TileError
from glview.options import ViewerOptions
from glview.pyramid import TileKey
from glview.sources.base import TileSource

MOST_STORED = 64.0
"""A tile made of more stored ones than this is not read here: that may take minutes."""

MOST_MS = 5000.0
"""After this long an image is not opened once more."""


def cases(subject: Subject, settings: Settings, options: ViewerOptions) -> Iterator[Row]:
    """In a current context, of the file as the system has it in memory."""
    source_ms: list[float] = []
    first_ms: list[float] = []
    sharp_ms: list[float] = []
    for _ in range(settings.repeats):
        if sum(sharp_ms) > MOST_MS:
            break
        start = time.perf_counter()
        source = subject.open()
        source_ms.append(_since_ms(start))
        screen = Screen(source, options, settings.width, settings.height)
        screen.begin()
        first_ms.append(_since_ms(start))
        screen.sharpen()
        sharp_ms.append(_since_ms(start))
        screen.close()
    yield Row("open: source", "ms", tuple(source_ms))
    yield Row("open: first picture", "ms", tuple(first_ms))
    yield Row("open: sharp", "ms", tuple(sharp_ms))


def level_cases(subject: Subject, settings: Settings) -> Iterator[Row]:
    """A tile of each level of several, and of the finest of one, on one thread.

    Of an image just opened, spread all over it; levels of few tiles have theirs read again.
    """
    source = subject.presented()
    pyramid = source.description.pyramid
    _read(source, TileKey(len(pyramid.levels) - 1, 0, 0))
    for index, level in enumerate(pyramid.levels):
        stored = pyramid.tiles_read_for(index)
        if stored > MOST_STORED:
            continue
        count = level.columns * level.rows
        took_ms = []
        for number in range(settings.level_tiles):
            place = (2 * number + 1) * count // (2 * settings.level_tiles)
            key = TileKey(index, place % level.columns, place // level.columns)
            start = time.perf_counter()
            _read(source, key)
            took_ms.append(_since_ms(start))
        note = f"{level.width} x {level.height}" + (f", of {stored:.0f} stored" * (stored > 1.0))
        yield Row(f"level {index}", "ms", tuple(took_ms), note=note)
        if count == 1:
            break
    source.close()


def _read(source: TileSource, key: TileKey) -> None:
    """A tile; one that cannot be read takes its time, too."""
    with contextlib.suppress(TileError):
        source.read_tile(key)


def _since_ms(start_s: float) -> float:
    return (time.perf_counter() - start_s) * 1e3
