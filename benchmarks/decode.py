"""Tiles from files to the atlas's own format through the whole loader, beside bare codecs."""

import importlib.util
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pyvips

from benchmarks.images import Images
from glview.bench.decoding import full_tiles, loaded_rate, rate, thread_counts
from glview.bench.rows import Row, counted, in_turns
from glview.pyramid import TileKey
from glview.sources.opening import open_image
from glview.sources.presented import presented


def cases(images: Images, *, quick: bool) -> Iterator[Row]:
    """DeepZoom and TIFF, on one thread and on as many as there are cores (eight at most)."""
    repeats, limit = (3, 150) if quick else (7, 400)
    for threads in thread_counts():
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
    keys = full_tiles(source, limit)
    top = max(int(folder.name) for folder in _folder(path).iterdir())
    files = [_folder(path) / str(top) / f"{key.column}_{key.row}.jpg" for key in keys]

    def ours() -> tuple[float]:
        return (loaded_rate(source, keys, threads),)

    def theirs() -> tuple[float]:
        return (rate([lambda file=file: bare(file) for file in files], threads),)  # type: ignore[misc]  # mypy cannot type a default of a lambda

    turns = in_turns(ours, theirs, repeats)
    source.close()
    name = f"decode, DeepZoom JPEG, {counted(threads, 'thread')}, bare {codec}"
    return Row(name, "tiles/s", *turns.column(0), less_is_better=False)


def _tiff(path: Path, threads: int, repeats: int, limit: int) -> Row:
    source = presented(open_image(path))
    keys = full_tiles(source, limit)

    def ours() -> tuple[float]:
        return (loaded_rate(source, keys, threads),)

    def theirs() -> tuple[float]:
        image = pyvips.Image.new_from_file(str(path), page=0)
        own = threading.local()

        def fetch(key: TileKey) -> None:
            if not hasattr(own, "region"):
                own.region = pyvips.Region.new(image)
            own.region.fetch(256 * key.column, 256 * key.row, 256, 256)

        return (rate([lambda key=key: fetch(key) for key in keys], threads),)  # type: ignore[misc]  # as above

    turns = in_turns(ours, theirs, repeats)
    source.close()
    name = f"decode, TIFF JPEG, {counted(threads, 'thread')}, bare Region.fetch"
    return Row(name, "tiles/s", *turns.column(0), less_is_better=False)


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


def _folder(path: Path) -> Path:
    return path.with_name(f"{path.stem}_files")
