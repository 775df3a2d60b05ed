"""Writes a TIFF of each kind, opens it, and tells in a table what became of it.

``python -m tests.unit.sources.formats docs/formats.md`` writes the page.
"""

import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import tifffile
from numpy.typing import NDArray

from glview.errors import ImageError
from glview.image import ImageDescription
from glview.sources.opening import open_image
from tests.slide_bif import write_bif
from tests.slide_ndpi import write_ndpi
from tests.slides import tissue, write_philips, write_qptiff, write_scn, write_svs, write_trestle

_HEAD = """# Kinds of TIFF

What the tests write with tifffile and open, and what it opens as. Those of the extra `tiff` need
`pip install 'glview-bigimage[tiff]'`, those of `slides` that with `slides`
in its place. "Values" are those between which all samples lie, which come up in a window that suits
them as others do. This page is made by a program, and checked by a test:
`python -m tests.unit.sources.formats docs/formats.md` makes it anew.

| kind | extra | opens as | levels | stored as | metadata |
| --- | --- | --- | --- | --- | --- |
"""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of file: what `tifffile.imwrite` is told."""

    name: str
    image: NDArray[Any]
    options: dict[str, Any] = field(default_factory=dict)
    sub_levels: int = 0
    """How many halvings are written as SubIFDs."""
    extra: bool = False
    lossy: bool = False
    slides: bool = False
    """Whether it takes OpenSlide to show it."""
    write: Callable[[Path, NDArray[np.uint8]], None] | None = None
    """What writes a slide as its maker does."""


def kinds() -> Iterator[Kind]:
    """All kinds of the page; images of some 100 pixels a side."""
    grey = (np.arange(96 * 128).reshape(96, 128) * 7 % 251).astype(np.uint8)
    rgb = np.dstack([grey, grey[::-1], grey[:, ::-1]])
    tile = {"tile": (32, 32)}
    options: dict[str, Any]
    told: dict[str, Any]
    yield Kind("grey, strips", grey, {"rowsperstrip": 16})
    yield Kind("RGB, strips", rgb, {"photometric": "rgb", "rowsperstrip": 16})
    yield Kind("RGB, tiles, pyramid in SubIFDs", rgb, {"photometric": "rgb", **tile}, sub_levels=2)
    apart = {"photometric": "rgb", "planarconfig": "separate", **tile}
    yield Kind("RGB, samples apart", np.moveaxis(rgb, 2, 0), apart)
    options = {"photometric": "rgb", "extrasamples": ["unspecified"], **tile}
    yield Kind("RGB and infrared, tiles", np.dstack([rgb, grey[::-1, ::-1]]), options)
    yield Kind("BigTIFF, tiles", grey, {"bigtiff": True, **tile})
    yield Kind("big-endian, tiles", grey.astype(np.uint16) * 200, {"byteorder": ">", **tile})
    for name in ("zlib", "lzw", "packbits"):
        yield Kind(f"{name}, tiles", rgb, {"photometric": "rgb", "compression": name, **tile})
    for name in ("jpeg", "webp"):
        options = {"photometric": "rgb", "compression": name, **tile}
        yield Kind(f"{name}, tiles", rgb, options, lossy=True)
    for name in ("zstd", "lzma", "lerc", "png"):
        options = {"photometric": "rgb", "compression": name, **tile}
        yield Kind(f"{name}, tiles", rgb, options, extra=True)
    for name, argument in (("jpegxl", "lossless"), ("jpeg2000", "reversible")):
        options = {"photometric": "rgb", "compression": name, "compressionargs": {argument: True}}
        yield Kind(f"{name}, tiles", rgb, {**options, **tile}, extra=True)
    options = {"compression": "zstd", "predictor": True, "rowsperstrip": 16}
    yield Kind("zstd, strips, predictor", grey.astype(np.uint16), options, extra=True)
    for dtype in (
        "int8", "int16", "int32", "int64", "uint16", "uint32", "uint64", "float16", "float32",
        "float64", "complex64", "complex128",
    ):  # fmt: skip
        yield Kind(f"{dtype}, tiles", (grey // 2).astype(dtype), tile)
    yield Kind("1 bit", grey > 99, {"photometric": "minisblack"}, lossy=True)
    for color in ("ycbcr", "cielab", "icclab"):
        for name, options in (
            (f"{color}, strips", {}),
            (f"{color}, zstd", {"compression": "zstd"}),
        ):
            told = {"photometric": color, "rowsperstrip": 16, **options}
            yield Kind(name, rgb, told, extra=bool(options), lossy=True)
    ramp = np.arange(256, dtype=np.uint16) * 257
    table = np.stack([ramp, ramp[::-1], ramp // 2])
    told = {"photometric": "palette", "colormap": table, **tile}
    yield Kind("palette, tiles", grey, told, lossy=True)
    yield Kind("palette, zstd", grey, {**told, "compression": "zstd"}, extra=True, lossy=True)
    cmyk = np.dstack([rgb, grey // 2])
    yield Kind("cmyk, tiles", cmyk, {"photometric": "separated", **tile}, lossy=True)
    options = {"photometric": "separated", "compression": "zstd", **tile}
    yield Kind("cmyk, zstd, tiles", cmyk, options, extra=True, lossy=True)
    for bits in (3, 10, 12, 14, 20, 24):
        width = next(width for width in (8, 16, 32) if width >= bits)
        values = (grey.astype(np.uint32) % 2**bits).astype(f"uint{width}")
        options = {"bitspersample": bits, "rowsperstrip": 16}
        yield Kind(f"{bits} bits", values, options, extra=True, lossy=bits < 8)
    for planar in ("contig", "separate"):
        bands = np.stack([grey.astype(np.uint16) + 3 * band for band in range(32)])
        cube = bands if planar == "separate" else np.ascontiguousarray(np.moveaxis(bands, 0, 2))
        told = {"photometric": "minisblack", "planarconfig": planar, "metadata": None, **tile}
        together = "apart" if planar == "separate" else "together"
        yield Kind(f"32 bands, {together}", cube, told, lossy=True)
    stack = np.stack([grey, 255 - grey, grey, grey // 2, grey, grey // 3])
    deep = stack.astype(np.uint16)
    yield Kind("pages", stack, {"photometric": "minisblack", "metadata": None})
    said: dict[str, Any] = {"axes": "ZCYX", "PhysicalSizeX": 0.5, "PhysicalSizeY": 0.5,
            "PhysicalSizeXUnit": "µm", "PhysicalSizeYUnit": "µm",
            "Channel": {"Name": ["DAPI", "FITC"]}}  # fmt: skip
    ome = {"ome": True, "metadata": said, "photometric": "minisblack"}
    yield Kind("OME-TIFF, z and channels", deep.reshape(3, 2, 96, 128), ome)
    yield Kind("OME-TIFF, zstd tiles", deep.reshape(3, 2, 96, 128),
               {**ome, "compression": "zstd", **tile}, extra=True)  # fmt: skip
    yield Kind("ImageJ stack, t and channels", deep.reshape(3, 2, 96, 128),
               {"imagej": True, "metadata": {"axes": "TCYX"}})  # fmt: skip

    slide = tissue(640, 512)
    yield Kind("Aperio slide", slide, write=write_svs)
    scan = partial(_write_scan, size=(1200, 900))
    yield Kind("Leica slide", slide, write=scan, lossy=True, slides=True)
    yield Kind("QPTIFF", np.stack([grey, 255 - grey]), write=_write_scanned)
    whole = tissue(1024, 512)
    yield Kind("Hamamatsu NDPI", whole, write=write_ndpi, lossy=True, slides=True)
    yield Kind("Ventana BIF", whole, write=write_bif, lossy=True, slides=True)
    yield Kind("Philips slide", slide, write=write_philips, lossy=True)
    yield Kind("Trestle slide", slide, write=write_trestle, lossy=True)


def _write_scan(path: Path, pixels: NDArray[np.uint8], size: tuple[int, int]) -> None:
    write_scn(path, {(100, 100): pixels}, size=size)


def _write_scanned(path: Path, pixels: NDArray[np.uint8]) -> None:
    told = (("DAPI", "0,0,255"), ("CD8", "255,255,0"))
    write_qptiff(path, [(*one, band) for one, band in zip(told, pixels, strict=True)], tile=64)


def written(kind: Kind, path: Path) -> None:
    """The file of a kind, at ``path``."""
    if kind.write is not None:
        kind.write(path, kind.image)
        return
    if not kind.sub_levels:
        tifffile.imwrite(path, kind.image, **kind.options)
        return
    with tifffile.TiffWriter(path) as file:
        file.write(kind.image, subifds=kind.sub_levels, **kind.options)
        for level in range(1, kind.sub_levels + 1):
            step = 2**level
            file.write(kind.image[::step, ::step], subfiletype=1, **kind.options)


def page(folder: Path) -> str:
    """The page, from files that are written in ``folder``."""
    return _HEAD + "".join(f"| {' | '.join(_row(kind, folder))} |\n" for kind in kinds())


def _row(kind: Kind, folder: Path) -> tuple[str, ...]:
    path = folder / "a.tif"
    written(kind, path)
    extra = "`tiff`" if kind.extra else "`slides`" if kind.slides else ""
    try:
        source = open_image(path)
    except ImageError as error:
        return kind.name, extra, f"no: {error.fault}", "", "", ""
    told = source.description
    source.close()
    own = [level for level in told.pyramid.levels if not level.derived]
    bands = f"{told.bands} {'band' if told.bands == 1 else 'bands'} of {told.sample_type.value}"
    stored = told.metadata.get("compression", "")
    return (
        kind.name,
        extra,
        f"{told.color_model.value}, {bands}",
        str(len(own)),
        stored,
        _said(told),
    )


def _said(told: ImageDescription) -> str:
    words = [f"{axis.name} of {axis.size}" for axis in told.axes]
    words += [channel.name for channel in told.channels if channel.name]
    words += [f"values {w[0]:g} to {w[1]:g}" for w in {c.limits for c in told.channels} if w]
    if told.pixel_size_um is not None:
        words.append(f"{told.pixel_size_um[0]:g} µm")
    if told.objective_power is not None:
        words.append(f"{told.objective_power:g}x")
    words += told.associated
    return ", ".join(words)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        Path(sys.argv[1]).write_text(page(Path(made)), encoding="utf-8")
