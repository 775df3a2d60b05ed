"""Makes pyramids: a DeepZoom or a tiled BigTIFF of an image file, through libvips.

The image is read once, from the top to the bottom, so memory grows with its width and not with its
area.
"""

import errno
import logging
import math
import os
import re
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyvips

from glview.destination import Destination
from glview.encoding import DEFAULT_QUALITY, Container, Encoding
from glview.errors import ImageError, UnsupportedImageError
from glview.planes import AskedPlane
from glview.progress import Progress
from glview.saving import save
from glview.sources.entire import entire_image
from glview.sources.files import printable
from glview.sources.flat import SIDEWAYS, FlatImage
from glview.sources.imagej_text import read_imagej
from glview.sources.ome_text import ome_text
from glview.sources.tiff_extras import declare_extras
from glview.sources.vips_pixels import VipsError, fault_of

log = logging.getLogger("glview")

_TURNED_TILE_PX = (64, 256)
_TURNING = 0.4
"""The share of the work that it takes to write an image once before it can be turned."""
_WHOLE = frozenset({"uint32", "int32"})
_EXACT = 2.0**24
"""Floats, which whole numbers of 32 bits become, hold them up to this. libvips would write them as
they are, but its means of unsigned ones past 2^30 are wrong."""
_LOOKING = 0.3
"""The share of the work that it takes to look at all samples before they are written."""
_WRITING = re.compile(r"write (error|failed)|unable to open for write")
_LEAST_PIXEL_UM = 1e-3
"""libvips has no resolution for smaller ones."""
_CAUSE = re.compile(r"system error: (.*)")


def make_pyramid(  # noqa: PLR0913  # keywords, each with a default
    path: str | bytes | os.PathLike[str],
    out: str | bytes | os.PathLike[str],
    *,
    tile_size: int | None = None,
    overlap: int | None = None,
    compression: str | None = None,
    quality: int | None = None,
    overwrite: bool = False,
    on_progress: Progress | None = None,
    plane: AskedPlane = None,
    series: int = 0,
) -> Path:
    """Make a pyramid of an image file: a DeepZoom as ``NAME.dzi``, a BigTIFF as ``NAME.tif``.

    ``path`` is any file but a DeepZoom that `open_image` reads, of any size; of ``.npy`` what has
    up to 16 bits, or float32. Its EXIF orientation is applied, its ICC profile kept. Every level is
    the 2x2 means of the next finer one, down to one pixel (DeepZoom) or one tile (TIFF).

    ``tile_size`` is in pixels (254; in a TIFF 256, a multiple of 16), ``overlap`` how many pixels
    tiles of a DeepZoom share with their neighbours (1). ``compression`` is jpeg, png or webp in a
    DeepZoom, jpeg, deflate, lzw, webp or none in a TIFF. By default png or deflate, which lose
    nothing, but for 8-bit images without alpha jpeg where ``path`` has lost something already
    (JPEG, AVIF, lossy WebP, TIFF of such) or a quality is given. ``quality``, 1 to 100, is that of
    jpeg and webp (85); where tiles would be neither, it is an error.

    ``plane`` and ``series`` are which of a file's pictures is meant, as `open_image` has them;
    without, it is the first, and a warning tells of the others. Several channels, at most 24, make
    an OME-TIFF, a page for each with its levels in SubIFDs; RGB with further bands stays that.

    The pyramid appears under its name when it is whole; until then it is in a hidden folder beside
    it, which is removed whatever comes. ``on_progress`` is called on this thread with rising
    fractions, the last of them 1.0; what it raises stops the work, as Ctrl-C does, and comes
    through. Returns ``out``.

    Raises:
        ValueError: an encoding that there is not.
        ImageError: the image cannot be read whole, or would lose what it has (alpha, 16 bits,
            no-data, whole numbers past 2^24), or ``out`` is there already, or cannot be written.
    """
    target = Path(os.fsdecode(out))
    encoding = Encoding.for_file(
        target,
        tile_size_px=tile_size,
        overlap_px=overlap,
        compression=compression,
        quality=quality,
    )
    write_pyramid(
        os.fsdecode(path),
        target,
        encoding,
        overwrite=overwrite,
        on_progress=on_progress,
        plane=plane,
        series=series,
    )
    return target


def write_pyramid(
    path: str,
    out: Path,
    encoding: Encoding,
    *,
    overwrite: bool = False,
    on_progress: Progress | None = None,
    plane: AskedPlane = None,
    series: int = 0,
) -> None:
    """`make_pyramid` with an encoding that is for such a file."""
    with entire_image(path, series, plane) as entire:
        compression = _suiting(encoding, entire)
        if entire.planes.seen > 1:
            log.warning(
                "%s: %s is converted", entire.name, str(entire.planes).removesuffix(" comes up")
            )
        place = _destination(out, encoding, overwrite=overwrite)
        place.require(path)
        with place.work_folder() as work:
            made = _destination(work / f"pyramid{out.suffix.lower()}", encoding)
            try:
                rest = on_progress
                if entire.samples.sample_type in _WHOLE:
                    _require_exact(entire, _share(rest, 0.0, _LOOKING))
                    rest = _share(rest, _LOOKING, 1.0)
                image = _described_truly(entire.undecoded(), entire.pixel_size_um)
                if entire.is_apart:
                    image = _as_pages(image, entire)
                if entire.orientation != 1:
                    turning = _share(rest, 0.0, _TURNING)
                    image = _turned(image, entire.orientation, work, turning)
                    rest = _share(rest, _TURNING, 1.0)
                save(image, _writer(image, made.path, encoding, compression), rest)
                if entire.has_beside:
                    declare_extras(os.fsencode(made.path), entire.model)
            except VipsError as error:
                raise _as_image_error(error, entire.name, place) from None
            if made.tiles is not None:
                made.tiles.joinpath("vips-properties.xml").unlink(missing_ok=True)
            place.put(made)
    if on_progress is not None:
        on_progress(1.0)


def _suiting(encoding: Encoding, entire: FlatImage) -> str:
    """The compression; UnsupportedImageError where something would be lost."""
    if entire.nodata is not None:
        # libvips neither passes it on nor leaves it out of means.
        fault = f"its no-data value {entire.nodata:g} would be lost"
        raise UnsupportedImageError(entire.name, fault)
    try:
        return encoding.compression_for(entire.model, lossy=entire.lossy)
    except ValueError as error:
        raise UnsupportedImageError(entire.name, str(error)) from None


def _require_exact(entire: FlatImage, on_progress: Progress | None) -> None:
    """UnsupportedImageError where samples would be rounded to floats."""
    image = entire.undecoded()
    if not entire.is_apart:
        image = image.extract_band(0, n=entire.model.bands)
    image = image.abs()
    largest: list[float] = []
    save(image, lambda: largest.append(image.max()), on_progress)
    if largest[0] >= _EXACT:
        fault = f"its whole numbers past {_EXACT:,.0f} would be rounded"
        raise UnsupportedImageError(entire.name, fault)


def _described_truly(image: Any, pixel_size_um: tuple[float, float] | None) -> Any:
    """Without a description of planes, tiles and pages that the pyramid will not have.

    OME-XML and ImageJ's count pages, and programs that believe it take the levels for channels. The
    size of a pixel that such a description tells becomes the resolution, also of a picture in
    another page.
    """
    described = "image-description" in image.get_fields()
    text = str(image.get("image-description")) if described else ""
    counts = "<OME" in text or read_imagej(text) is not None
    # Pixels in a millimetre, ImageJ's own being in other units; 1 says nothing.
    across, down = 1.0, 1.0
    if pixel_size_um is not None and min(pixel_size_um) >= _LEAST_PIXEL_UM:
        across, down = (1000.0 / side for side in pixel_size_um)
    elsewhere = not text and across != 1.0 and not math.isclose(across, image.xres, rel_tol=1e-3)
    if not counts and not elsewhere:
        return image
    image = image.copy(xres=across, yres=down)
    if described:
        image.remove("image-description")
    image.set_type(pyvips.GValue.gstr_type, "resolution-unit", "cm")
    return image


def _as_pages(image: Any, entire: FlatImage) -> Any:
    """Channels that lie one below the other as pages of an OME-TIFF."""
    kind, size_um = entire.model.sample_type, entire.pixel_size_um
    text = ome_text(entire.width, entire.height, kind, entire.channels, size_um)
    image = image.copy()
    image.set_type(pyvips.GValue.gint_type, "page-height", entire.height)
    image.set_type(pyvips.GValue.gstr_type, "image-description", text)
    return image


def _destination(path: Path, encoding: Encoding, *, overwrite: bool = False) -> Destination:
    deepzoom = encoding.container is Container.DEEPZOOM
    tiles = path.with_name(f"{path.stem}_files") if deepzoom else None
    return Destination(path, tiles, overwrite)


def _turned(image: Any, orientation: int, work: Path, on_progress: Progress | None) -> Any:
    """The image upright. It is written once as it is, since turning reads it in any order.

    In tiles, because a column of them fits libvips' cache, so that each is read once: a JPEG of
    20,000 x 20,000 pixels needs 286 MiB so, and 1,394 MiB as one mapped piece, in the same time.
    """
    image, path = image.copy(), os.fsencode(work / "turned.tif")
    image.set_type(pyvips.GValue.gint_type, "orientation", orientation)
    if "xmp-data" in image.get_fields():
        # It may hold the orientation, too, and somebody would apply it once more.
        image.remove("xmp-data")
    width, height = _TURNED_TILE_PX

    def write() -> None:
        image.tiffsave(
            path, tile=True, tile_width=width, tile_height=height, bigtiff=True, compression="none"
        )

    save(image, write, on_progress)
    # What is no alpha was written as one.
    meaning = str(image.interpretation)
    turned = pyvips.Image.tiffload(path).copy(interpretation=meaning).autorot()
    if orientation in SIDEWAYS:
        turned = turned.copy(xres=turned.yres, yres=turned.xres)
    return turned


def _writer(image: Any, made: Path, encoding: Encoding, compression: str) -> Callable[[], object]:
    size_px, quality = encoding.tile_size_px, encoding.quality or DEFAULT_QUALITY
    if encoding.container is Container.DEEPZOOM:
        suffixes = {"png": ".png", "jpeg": f".jpg[Q={quality}]", "webp": f".webp[Q={quality}]"}
        return lambda: image.dzsave(
            os.fsencode(made.with_suffix("")),
            suffix=suffixes[compression],
            tile_size=size_px,
            overlap=encoding.overlap_px,
            region_shrink="mean",
            keep="icc",
        )
    return lambda: image.tiffsave(
        os.fsencode(made),
        tile=True,
        tile_width=size_px,
        tile_height=size_px,
        pyramid=True,
        bigtiff=True,
        # Levels of several pages lie below each of them.
        subifd=image.get_page_height() < image.height,
        compression=compression,
        Q=quality,
        predictor="float" if str(image.format) == "float" else "horizontal",
        region_shrink="mean",
    )


def _share(on_progress: Progress | None, start: float, end: float) -> Progress | None:
    """Tells of a part of the work as of the whole."""
    if on_progress is None:
        return None
    return lambda fraction: on_progress(start + (end - start) * fraction)


def _as_image_error(error: Exception, name: str, place: Destination) -> ImageError:
    """libvips tells of faults of reading and of writing alike, in many lines."""
    text = str(getattr(error, "detail", "")).strip()
    if not _WRITING.search(text):
        # A warning that is an error, because it may tell of damage, leaves no words.
        fault = fault_of(error, unsaid="its decoder warns of it")
        return ImageError(name, f"cannot be read whole: {fault}")
    cause = _CAUSE.search(text)
    fault = cause[1] if cause else "cannot be written"
    if fault == os.strerror(errno.ENOSPC) and place.tiles is None:
        # The levels of a TIFF, a quarter of it, wait there for the full resolution to be written.
        fault += f", here or in {tempfile.gettempdir()}"
    return ImageError(printable(str(place.path)), fault.lower())
