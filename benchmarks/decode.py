"""Tiles from files to the atlas's own format through the whole loader, beside bare codecs."""

import importlib.util
import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pyvips
from numpy.typing import NDArray

from benchmarks.images import Images
from glview import texels
from glview.bench.rows import Row, in_turns
from glview.loader import Loader
from glview.pyramid import TileKey
from glview.sources.base import TileSource
from glview.sources.opening import open_image
from glview.sources.presented import presented

GUTTER = 4
STAGING_BYTES = 64 << 20
Job = Callable[[], object]


def cases(images: Images, *, quick: bool) -> Iterator[Row]:
    """DeepZoom and TIFF, on one thread and on as many as there are cores (eight at most)."""
    repeats, limit = (3, 150) if quick else (7, 400)
    cores = min(os.cpu_count() or 1, 8)
    for threads in sorted({1, 2, cores} if cores > 1 else {1}):
        bares = {"pyvips": _vips_tile, "libjpeg-turbo": _turbo_tile()}
        for name, bare in bares.items():
            if bare is not None:
                yield _deepzoom(images.deepzoom, name, bare, threads, repeats, limit)
        yield _tiff(images.tiff, threads, repeats, limit)


def _deepzoom(
    path: Path,
    codec: str,
    bare: Callable[[Path], object],
    threads: int,
    repeats: int,
    limit: int,
) -> Row:
    source = presented(open_image(path))
    keys = _full_tiles(source, limit)
    top = max(int(folder.name) for folder in _folder(path).iterdir())
    files = [_folder(path) / str(top) / f"{key.column}_{key.row}.jpg" for key in keys]

    def ours() -> tuple[float]:
        return (_loaded_rate(source, keys, threads),)

    def theirs() -> tuple[float]:
        return (_rate([lambda file=file: bare(file) for file in files], threads),)  # type: ignore[misc]  # mypy cannot type a default of a lambda

    turns = in_turns(ours, theirs, repeats)
    source.close()
    name = f"decode, DeepZoom JPEG, {_count(threads)}, bare {codec}"
    return Row(name, "tiles/s", *turns.column(0), less_is_better=False)


def _tiff(path: Path, threads: int, repeats: int, limit: int) -> Row:
    source = presented(open_image(path))
    keys = _full_tiles(source, limit)

    def ours() -> tuple[float]:
        return (_loaded_rate(source, keys, threads),)

    def theirs() -> tuple[float]:
        image = pyvips.Image.new_from_file(str(path), page=0)
        own = threading.local()

        def fetch(key: TileKey) -> None:
            if not hasattr(own, "region"):
                own.region = pyvips.Region.new(image)
            own.region.fetch(256 * key.column, 256 * key.row, 256, 256)

        return (_rate([lambda key=key: fetch(key) for key in keys], threads),)  # type: ignore[misc]  # as above

    turns = in_turns(ours, theirs, repeats)
    source.close()
    name = f"decode, TIFF JPEG, {_count(threads)}, bare Region.fetch"
    return Row(name, "tiles/s", *turns.column(0), less_is_better=False)


def _loaded_rate(source: TileSource, keys: Sequence[TileKey], threads: int) -> float:
    """Tiles a second through `Loader`, each read and packed as `glview.session` does it."""
    description = source.description
    arrived = threading.Event()

    def decode(key: TileKey) -> NDArray[Any] | None:
        tile = source.read_tile(key)
        return None if tile is None else texels.pack(tile, description, GUTTER)

    loader = Loader(decode, workers=threads, staging_bytes=STAGING_BYTES, wake=arrived.set)
    start = time.perf_counter()
    loader.want(keys)
    count = 0
    while count < len(keys):
        arrived.wait()
        arrived.clear()
        for loaded in loader.drain():
            assert loaded.texels is not None, loaded.error
            count += 1
    seconds = time.perf_counter() - start
    loader.close()
    return len(keys) / seconds


def _rate(jobs: Sequence[Job], threads: int) -> float:
    """Jobs a second on some threads."""
    waiting = iter(jobs)
    lock = threading.Lock()

    def work() -> None:
        while True:
            with lock:
                job = next(waiting, None)
            if job is None:
                return
            job()

    workers = [threading.Thread(target=work) for _ in range(threads)]
    start = time.perf_counter()
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return len(jobs) / (time.perf_counter() - start)


def _vips_tile(file: Path) -> object:
    image = pyvips.Image.new_from_buffer(file.read_bytes(), "", access="sequential")
    return pyvips.Region.new(image).fetch(0, 0, image.width, image.height)


def _turbo_tile() -> Callable[[Path], object] | None:
    """libjpeg-turbo through a wheel, where it is installed."""
    if importlib.util.find_spec("simplejpeg") is None:
        return None
    decode: Callable[..., object] = importlib.import_module("simplejpeg").decode_jpeg

    def tile(file: Path) -> object:
        return decode(file.read_bytes(), colorspace="RGBA")

    return tile


def _full_tiles(source: TileSource, limit: int) -> list[TileKey]:
    """Whole tiles of the finest level, row by row, as many as ``limit``."""
    level = source.description.pyramid.levels[0]
    keys = [TileKey(0, c, r) for r in range(level.rows - 1) for c in range(level.columns - 1)]
    return keys[:limit]


def _folder(path: Path) -> Path:
    return path.with_name(f"{path.stem}_files")


def _count(threads: int) -> str:
    return "1 thread" if threads == 1 else f"{threads} threads"
