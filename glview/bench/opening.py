"""From a name to a picture: the source, the first picture, the sharp one; each level's tiles."""

import contextlib
import functools
import time
from collections.abc import Iterator, Sequence

from glview.bench.rows import Row, in_rounds, percentile
from glview.bench.screen import Screen
from glview.bench.settings import Settings
from glview.bench.subject import Subject
from glview.errors import TileError
from glview.options import ViewerOptions
from glview.pyramid import Level, TileKey
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

    Each repeat is the median of some tiles spread all over the level.
    """
    source = subject.presented()
    pyramid = source.description.pyramid
    jobs, notes = {}, {}
    for index, level in enumerate(pyramid.levels):
        stored = pyramid.tiles_read_for(index)
        if stored > MOST_STORED:
            continue
        places = _spread(index, level, settings.level_tiles)
        case = f"level {index}"
        jobs[case] = functools.partial(_tile_ms, source, places)
        notes[case] = f"{level.width} x {level.height}"
        if stored > 1.0:
            notes[case] += f", of {stored:.0f} stored"
        if level.columns * level.rows == 1:
            break
    in_rounds(jobs, 1)
    for case, took_ms in in_rounds(jobs, settings.repeats).items():
        yield Row(case, "ms", tuple(took_ms), note=notes[case])
    source.close()


def _spread(index: int, level: Level, most: int) -> list[TileKey]:
    """Tiles all over a level, as many as there are, ``most`` at most."""
    count = min(level.columns * level.rows, most)
    places = [(2 * n + 1) * level.columns * level.rows // (2 * count) for n in range(count)]
    return [TileKey(index, place % level.columns, place // level.columns) for place in places]


def _tile_ms(source: TileSource, keys: Sequence[TileKey]) -> float:
    """The median of reading these tiles."""
    took_ms = []
    for key in keys:
        start = time.perf_counter()
        _read(source, key)
        took_ms.append(_since_ms(start))
    return percentile(took_ms, 50)


def _read(source: TileSource, key: TileKey) -> None:
    """A tile; one that cannot be read takes its time, too."""
    with contextlib.suppress(TileError):
        source.read_tile(key)


def _since_ms(start_s: float) -> float:
    return (time.perf_counter() - start_s) * 1e3
