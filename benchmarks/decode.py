"""Tiles from files to the atlas's own format, as a viewer has them, beside bare codecs."""

import importlib.util
import os
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyvips

from benchmarks.images import Images, make_flat_tiffs
from glview.bench.decoding import full_tiles, loaded_rate, rate, thread_counts
from glview.bench.rows import Row, counted, in_turns
from glview.pyramid import TileKey
from glview.sources.opening import open_image
from glview.sources.presented import presented
from glview.sources.tiff_reading import read_structure
from glview.sources.tiff_structure import Entry

Decode = Callable[[TileKey], object]
"""A tile of a file by the bare codec, on any thread."""


@dataclass(frozen=True, slots=True)
class Bare:
    """A codec, and what ``begin`` gives is used for one run: it has no tile of the run before."""

    codec: str
    begin: Callable[[], Decode]


@dataclass(frozen=True, slots=True)
class File:
    """What is read, beside which codecs, and how much of it: all take about as long."""

    kind: str
    path: Path
    bares: tuple[Bare, ...]
    share: float = 1.0


def cases(images: Images, *, quick: bool) -> Iterator[Row]:
    """DeepZoom and TIFF, on one thread and on as many as there are cores (eight at most).

    On the most threads once more with all results kept, by glview and by the last of the codecs.
    """
    repeats, limit = (3, 120) if quick else (7, 400)
    with ExitStack() as stack:
        files = tuple(_files(images, stack))
        for threads in thread_counts():
            for file in files:
                for bare in file.bares:
                    yield _case(file, bare, threads, repeats, limit)
        for file in files:
            yield _case(file, file.bares[-1], threads, repeats, limit, keeps=True)


def _files(images: Images, stack: ExitStack) -> Iterator[File]:
    yield File("DeepZoom JPEG", images.deepzoom, tuple(_jpegs(images.deepzoom)))
    region = Bare("Region.fetch", lambda: _region(images.tiff))
    yield File("TIFF JPEG", images.tiff, (region,))
    flat = make_flat_tiffs(images)
    for bits in (8, 16):
        path = flat[f"none {bits}"]
        yield File(f"TIFF plain {bits} bit", path, (_plain(path, stack),))
    for bits in (8, 16):
        path = flat[f"deflate {bits}"]
        yield File(f"TIFF deflate {bits} bit", path, (_deflate(path, stack),), 0.25)


def _case(
    file: File, bare: Bare, threads: int, repeats: int, limit: int, *, keeps: bool = False
) -> Row:
    source = presented(open_image(file.path))
    keys = full_tiles(source, round(limit * file.share))

    def ours() -> tuple[float]:
        return (loaded_rate(source, keys, threads, keeps=keeps),)

    def theirs() -> tuple[float]:
        decode, kept = bare.begin(), []

        def job(key: TileKey) -> None:
            made = decode(key)
            if keeps:
                kept.append(made)

        return (rate([lambda key=key: job(key) for key in keys], threads),)  # type: ignore[misc]  # mypy cannot type a default of a lambda

    turns = in_turns(ours, theirs, repeats)
    source.close()
    how = ", kept" if keeps else ""
    name = f"decode, {file.kind}{how}, {counted(threads, 'thread')}, bare {bare.codec}"
    return Row(name, "tiles/s", *turns.column(0), less_is_better=False)


def _jpegs(path: Path) -> Iterator[Bare]:
    """Of a DeepZoom's tiles: pyvips, and libjpeg-turbo through a wheel where it is installed."""
    folder = path.with_name(f"{path.stem}_files")
    finest = folder / str(max(int(level.name) for level in folder.iterdir()))

    def of_file(decode: Callable[[bytes], object]) -> Decode:
        return lambda key: decode((finest / f"{key.column}_{key.row}.jpg").read_bytes())

    yield Bare("pyvips", lambda: of_file(_by_vips))
    if importlib.util.find_spec("simplejpeg") is not None:
        turbo = importlib.import_module("simplejpeg").decode_jpeg
        yield Bare("libjpeg-turbo", lambda: of_file(lambda data: turbo(data, colorspace="RGBA")))


def _by_vips(data: bytes) -> object:
    image = pyvips.Image.new_from_buffer(data, "", access="sequential")
    return pyvips.Region.new(image).fetch(0, 0, image.width, image.height)


def _region(path: Path) -> Decode:
    """libvips' own reader, a region for each thread."""
    image = pyvips.Image.new_from_file(str(path), page=0)
    own = threading.local()

    def fetch(key: TileKey) -> object:
        if not hasattr(own, "region"):
            own.region = pyvips.Region.new(image)
        return own.region.fetch(256 * key.column, 256 * key.row, 256, 256)

    return fetch


def _plain(path: Path, stack: ExitStack) -> Bare:
    read = _pieces(path, stack)
    return Bare("pread", lambda: read)


def _deflate(path: Path, stack: ExitStack) -> Bare:
    """libdeflate through imagecodecs where it is installed, else Python's zlib."""
    read = _pieces(path, stack)
    if importlib.util.find_spec("imagecodecs") is not None:
        decode = importlib.import_module("imagecodecs").deflate_decode
        return Bare("libdeflate", lambda: lambda key: decode(read(key), raw=False))
    return Bare("zlib", lambda: lambda key: zlib.decompress(read(key)))


def _pieces(path: Path, stack: ExitStack) -> Callable[[TileKey], bytes]:
    """Reads the stored bytes of the tiles of a TIFF's first page, as they are."""
    file = stack.enter_context(path.open("rb"))

    def read_at(offset: int, count: int) -> bytes:
        return os.pread(file.fileno(), count, offset)

    structure = read_structure(read_at, path.stat().st_size)
    page = structure.directories[0]

    def table(entry: Entry | None) -> list[int]:
        assert entry is not None
        stored = read_at(entry.offset, entry.size_bytes)
        numbers = np.frombuffer(stored, f"{structure.byte_order}u{entry.item_bytes}")
        return [int(number) for number in numbers]

    offsets, sizes = table(page.tile_offsets), table(page.tile_bytes)
    columns = -(-page.width // 256)

    def read(key: TileKey) -> bytes:
        number = key.row * columns + key.column
        return read_at(offsets[number], sizes[number])

    return read
