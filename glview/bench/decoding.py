"""Tiles from a source, bare and through a viewer's supply to the atlas's own format."""

import contextlib
import functools
import itertools
import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from glview import texels
from glview.bench import names
from glview.bench.rows import Row, counted, in_rounds
from glview.bench.settings import Settings
from glview.bench.subject import Subject
from glview.errors import TileError
from glview.image import ImageDescription
from glview.lod import LodChoice
from glview.options import ViewerOptions, worker_count
from glview.probe import Probe
from glview.pyramid import TileKey
from glview.scheduler import Plan
from glview.sources.base import TileSource
from glview.sources.borrowed import BorrowedSource
from glview.supply import Supply

GUTTER = ViewerOptions().gutter
MOST_THREADS = 8
FRAME_S = 1 / 240
Job = Callable[[], object]


def cases(
    subject: Subject, settings: Settings, options: ViewerOptions = ViewerOptions()
) -> Iterator[Row]:
    """The finest level, on 1 to n threads; each repeat reads other tiles as far as there are.

    All are read once before. Who opens a file first pays for that: on one thread, which came
    first, it was 2,600 tiles a second in place of 3,400 to 3,900.
    """
    source = subject.presented()
    keys = full_tiles(source, settings.tiles * settings.repeats)
    _read_rate(source, keys, threads=thread_counts()[-1])
    level = source.description.pyramid.levels[0]
    tile_mpx = level.tile_width * level.tile_height / 1e6
    count = min(settings.tiles, len(keys))
    workers = worker_count(source.description.reading, os.cpu_count() or 2)

    def turns(measure: Callable[[list[TileKey]], float]) -> Callable[[], float]:
        parts = _parts(keys, count)
        return lambda: measure(next(parts))

    jobs = {
        f"read, {counted(n, 'thread')}": turns(functools.partial(_read_rate, source, threads=n))
        for n in thread_counts()
    }
    for name, keeps in ((names.LOAD_DROPPED, False), (names.LOAD, True)):
        load = functools.partial(loaded_rate, source, threads=workers, options=options, keeps=keeps)
        jobs[name] = turns(load)
    for name, rates in in_rounds(jobs, settings.repeats).items():
        before = f"{counted(workers, 'thread')}, " if name.startswith("load") else ""
        yield _row(name, tuple(rates), tile_mpx, before)
    source.close()


def _row(case: str, rates: tuple[float, ...], tile_mpx: float, before: str) -> Row:
    row = Row(case, "tiles/s", rates, less_is_better=False)
    note = f"{before}{row.value * tile_mpx:.0f} Mpx/s"
    return Row(case, "tiles/s", rates, less_is_better=False, note=note)


def thread_counts() -> list[int]:
    """One thread, two, and as many as there are cores (eight at most)."""
    cores = min(os.cpu_count() or 1, MOST_THREADS)
    return sorted({1, 2, cores} if cores > 1 else {1})


def full_tiles(source: TileSource, limit: int) -> list[TileKey]:
    """Whole tiles of the finest level, row by row; all of it where it has no whole ones."""
    level = source.description.pyramid.levels[0]
    rows, columns = max(level.rows - 1, 1), max(level.columns - 1, 1)
    count = min(rows * columns, limit)
    return [TileKey(0, number % columns, number // columns) for number in range(count)]


def _parts(keys: Sequence[TileKey], count: int) -> Iterator[list[TileKey]]:
    """So many keys at a time, from the first row on and round again."""
    endless = itertools.cycle(keys)
    while True:
        yield list(itertools.islice(endless, count))


def _read_rate(source: TileSource, keys: Sequence[TileKey], threads: int) -> float:
    def read(key: TileKey) -> None:
        # What cannot be read takes its time, too.
        with contextlib.suppress(TileError):
            source.read_tile(key)

    return rate([lambda key=key: read(key) for key in keys], threads)  # type: ignore[misc]  # mypy cannot type a default of a lambda


def loaded_rate(
    source: TileSource,
    keys: Sequence[TileKey],
    threads: int,
    *,
    options: ViewerOptions = ViewerOptions(),
    keeps: bool = False,
) -> float:
    """Tiles a second through the `Supply` of a viewer with such budgets, on other threads.

    One that ``keeps`` them on the host as far as its budget goes, as a viewer does, takes fresh
    memory for each; else a tile is dropped as soon as it has come, and its memory is used again.
    Tiles that cannot be read count, too.
    """
    arrived = threading.Event()
    # A supply closes its source, and this one is used again.
    borrowed = BorrowedSource(source)
    supply = Supply(
        borrowed,
        replace(options, workers=threads),
        first=keys[0],
        slow_levels=frozenset(),
        slot_bytes=_slot_bytes(source.description),
        wake=arrived.set,
        probe=Probe(borrowed, source.description, arrived.set),
    )
    start = time.perf_counter()
    supply.ask(_plan(keys), keys)
    count = 0
    while count < len(keys):
        arrived.wait()
        # A canvas that is woken takes what has come by its next picture.
        time.sleep(FRAME_S)
        arrived.clear()
        while (loaded := supply.next()) is not None:
            count += 1
            if keeps:
                supply.keep(loaded)
    seconds = time.perf_counter() - start
    supply.close()
    return len(keys) / seconds


def _slot_bytes(description: ImageDescription) -> int:
    """Of a tile of the finest level in the atlas."""
    level = description.pyramid.levels[0]
    width = min(level.tile_width, level.width) + 2 * GUTTER
    height = min(level.tile_height, level.height) + 2 * GUTTER
    return width * height * texels.texel_format(description).bytes_per_texel


def _plan(keys: Sequence[TileKey]) -> Plan:
    """That wants these, best first."""
    wanted = frozenset(keys)
    return Plan(LodChoice(0, ()), {}, wanted, tuple(keys), wanted, wanted, frozenset())


def rate(jobs: Sequence[Job], threads: int) -> float:
    """Jobs a second on some threads; what one raises ends that thread and is raised here."""
    waiting = iter(jobs)
    lock = threading.Lock()
    faults: list[BaseException] = []

    def work() -> None:
        try:
            while True:
                with lock:
                    job = next(waiting, None)
                if job is None:
                    return
                job()
        except Exception as fault:  # noqa: BLE001 (raised in the caller's thread)
            faults.append(fault)

    workers = [threading.Thread(target=work) for _ in range(threads)]
    start = time.perf_counter()
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    if faults:
        raise faults[0]
    return len(jobs) / (time.perf_counter() - start)
