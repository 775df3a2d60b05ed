"""Tiles of every kind of source through the whole loader to the atlas's own format."""

import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyvips
import tifffile
import zarr
from astropy.io import fits
from numpy.typing import NDArray

from glview.bench.decoding import full_tiles, loaded_rate
from glview.bench.rows import Row
from glview.options import worker_count
from glview.sample_picture import make_picture
from glview.sources.opening import open_image
from glview.sources.presented import presented

SIDE_PX = 4096
TILE_PX = 256
_STEPS = (2, 4, 8, 16)
"""Between the pixels of the levels that tifffile writes; how they look does not matter."""

Write = Callable[[Any, Path], object]
"""Writes a `pyvips.Image` of RGB bytes to a path."""


def _deepzoom(suffix: str) -> Write:
    return lambda picture, path: picture.dzsave(
        str(path.with_suffix("")), suffix=suffix, tile_size=254, overlap=1
    )


def _tiff(
    compression: str,
    change: Callable[[Any], Any] = lambda picture: picture,
    predictor: str = "none",
) -> Write:
    return lambda picture, path: change(picture).tiffsave(
        str(path),
        tile=True,
        tile_width=TILE_PX,
        tile_height=TILE_PX,
        pyramid=True,
        compression=compression,
        predictor=predictor,
    )


def _coded(compression: str) -> Write:
    """By tifffile, which knows what libvips does not write."""
    return lambda picture, path: _with_levels(picture.numpy(), path, compression, {})


def _ome(picture: Any, path: Path) -> None:
    """Three channels of 16 bits, each a page with levels of its own."""
    channels = np.moveaxis(_wide(picture).numpy(), 2, 0)
    told = {"axes": "CYX", "Channel": {"Name": ["DAPI", "FITC", "Cy5"]}}
    _with_levels(channels, path, "zlib", told)


def _with_levels(pixels: NDArray[Any], path: Path, compression: str, told: dict[str, Any]) -> None:
    rest: dict[str, Any] = {
        "tile": (TILE_PX, TILE_PX),
        "compression": compression,
        "photometric": "minisblack" if told else "rgb",
    }
    with tifffile.TiffWriter(path, ome=bool(told)) as file:
        file.write(pixels, subifds=len(_STEPS), metadata=told or None, **rest)
        for step in _STEPS:
            level = pixels[:, ::step, ::step] if told else pixels[::step, ::step]
            file.write(level, subfiletype=1, metadata=None, **rest)


def _wide(picture: Any) -> Any:
    """16 bits a sample."""
    return (picture.cast("ushort") * 257).cast("ushort").copy(interpretation="rgb16")


def _floats(picture: Any) -> Any:
    return (picture.extract_band(1) / 255.0).cast("float")


def _channels(picture: Any) -> Any:
    """Five of 16 bits."""
    wide = _wide(picture)
    five = wide.bandjoin([wide.extract_band(0), wide.extract_band(1)])
    return five.copy(interpretation="multiband")


def _aperio(picture: Any) -> Any:
    """Said to be a slide of Aperio's."""
    told = picture.copy()
    text = "Aperio Image Library v11.2.1 \r\nQ=75|AppMag = 20|MPP = 0.5"
    told.set_type(pyvips.GValue.gstr_type, "image-description", text)
    return told


def _vms(picture: Any, path: Path) -> object:
    """Hamamatsu's: a text that names JPEGs with restart markers."""
    for name, step in (("image", 1), ("map", 16), ("macro", 8)):
        jpeg = str(path.with_name(f"{path.stem}-{name}.jpg"))
        # OpenSlide 4.0.1's wheels read no region of colours at half the resolution.
        picture.shrink(step, step).jpegsave(jpeg, restart_interval=16 // step, subsample_mode="off")
    return path.write_text(
        "[Virtual Microscope Specimen]\nNoLayers=1\nNoJpegColumns=1\nNoJpegRows=1\n"
        f"ImageFile={path.stem}-image.jpg\nMapFile={path.stem}-map.jpg\n"
        f"MacroImage={path.stem}-macro.jpg\nPhysicalWidth={500 * picture.width}\n"
        f"PhysicalHeight={500 * picture.height}\nSourceLens=20\n"
    )


def _png(picture: Any, path: Path) -> object:
    return picture.pngsave(str(path), compression=1)


def _array(picture: Any, path: Path) -> None:
    np.save(path, picture.numpy())


def _fits(picture: Any, path: Path) -> object:
    return fits.PrimaryHDU(_floats(picture).numpy()).writeto(path)


def _zarr(picture: Any, path: Path) -> None:
    group = zarr.open_group(path, mode="w")
    pixels = np.moveaxis(_channels(picture).numpy(), 2, 0)
    group.create_array("0", data=pixels, chunks=(1, TILE_PX, TILE_PX))
    axes = [{"name": axis} for axis in "cyx"]
    group.attrs["ome"] = {"multiscales": [{"axes": axes, "datasets": [{"path": "0"}]}]}


KINDS: dict[str, tuple[str, Write]] = {
    "DeepZoom, JPEG": ("a.dzi", _deepzoom(".jpg")),
    "DeepZoom, PNG": ("b.dzi", _deepzoom(".png[compression=1]")),
    "DeepZoom, WebP": ("c.dzi", _deepzoom(".webp")),
    "TIFF, JPEG": ("d.tif", _tiff("jpeg")),
    "TIFF, deflate": ("e.tif", _tiff("deflate")),
    "TIFF, LZW": ("f.tif", _tiff("lzw")),
    "TIFF, LZW with a predictor": ("n.tif", _tiff("lzw", predictor="horizontal")),
    "TIFF, Zstandard, by imagecodecs": ("o.tif", _coded("zstd")),
    "TIFF, JPEG 2000, by imagecodecs": ("p.tif", _coded("jpeg2000")),
    "TIFF, plain": ("g.tif", _tiff("none")),
    "TIFF, RGB of 16 bits, deflate": ("h.tif", _tiff("deflate", _wide)),
    "TIFF, grey floats, deflate": ("i.tif", _tiff("deflate", _floats)),
    "TIFF, five channels of 16 bits, deflate": ("j.tif", _tiff("deflate", _channels)),
    "OME-TIFF, three channels of 16 bits, deflate": ("q.ome.tif", _ome),
    "slide, Aperio, JPEG": ("l.svs", _tiff("jpeg", _aperio)),
    "slide, Hamamatsu VMS, JPEG, by OpenSlide": ("m.vms", _vms),
    "PNG, held in memory": ("k.png", _png),
    ".npy, RGB": ("r.npy", _array),
    "FITS, floats": ("s.fits", _fits),
    "OME-Zarr, five channels of 16 bits, Zstandard": ("t.zarr", _zarr),
}
"""By what is told of them: the name of a file, and how it is written."""


def cases(*, quick: bool) -> Iterator[Row]:
    """A row for each kind, on as many threads as a viewer takes."""
    repeats, limit = (3, 60) if quick else (5, 225)
    picture = make_picture(SIDE_PX, SIDE_PX).copy_memory()
    with tempfile.TemporaryDirectory(prefix="glview-kinds-") as folder:
        for kind, (name, write) in KINDS.items():
            path = Path(folder, name)
            write(picture, path)
            yield _row(kind, path, repeats, limit)


def _row(kind: str, path: Path, repeats: int, limit: int) -> Row:
    source = presented(open_image(path))
    keys = full_tiles(source, limit)
    threads = worker_count(source.description.reading, os.cpu_count() or 2)
    loaded_rate(source, keys, threads)
    rates = tuple(loaded_rate(source, keys, threads) for _ in range(repeats))
    level = source.description.pyramid.levels[0]
    source.close()
    row = Row(f"kind, {kind}", "tiles/s", rates, less_is_better=False)
    mpx = row.value * level.tile_width * level.tile_height / 1e6
    note = f"{threads} threads, {mpx:.0f} Mpx/s"
    return Row(row.case, row.unit, rates, less_is_better=False, note=note)
