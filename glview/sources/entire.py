"""The image of a file that is to be written elsewhere: whole, or refused."""

import logging
import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import pyvips

from glview.errors import ImageError, UnsupportedImageError
from glview.image import Channel, ColorModel
from glview.planes import AskedPlane, Plane, check_series, chosen_plane
from glview.sources.converters import unread_kind
from glview.sources.deepzoom_xml import MAX_BYTES, parse_deepzoom
from glview.sources.fits import fits_axes, fits_images, flat_fits, found_raw
from glview.sources.flat import FlatImage, flat_file
from glview.sources.flat_tiff import flat_tiff
from glview.sources.frames import frame_axes
from glview.sources.image_file import ImageFile, faults_of, opened_file, tiff_structure
from glview.sources.masked import masked_image
from glview.sources.npy import found_npy
from glview.sources.raw_entire import raw_image, require_exact
from glview.sources.raw_source import RawSource
from glview.sources.slide_names import NOT_OURS, vendor_of_tiff
from glview.sources.sniff import HEAD_BYTES, Content, look_alike
from glview.sources.stack_pages import page_at, stack_in
from glview.sources.stored import CHANNELS, DAMAGE, SINGLE, Planes
from glview.sources.tiff_axes import Stack, series_in
from glview.sources.tiff_codecs import CodecDecoder
from glview.sources.tiff_codes import Photometric
from glview.sources.tiff_levels import main_page
from glview.sources.tiff_masks import as_grey, mask_of
from glview.sources.tiff_planes import planes_of
from glview.sources.tiff_sample import of_sample
from glview.sources.tiff_structure import Directory, Tag, TiffStructure
from glview.sources.tiff_unread import unread_page
from glview.texels import MAX_BANDS

_log = logging.getLogger("glview")

_NO_SLIDE = "slides that only OpenSlide reads are not converted"
_NO_SHIFTED = "of an ImageJ stack past 4 GB only the first picture is converted"
_ONE_CHANNEL = "one of them does: --plane channel=1, or by its name"
_TABLE_BYTES = 1 << 20
"""The table of a terapixel's tiles has 240 MB; so much of it is held at once."""


@dataclass(frozen=True, slots=True)
class _Picture:
    """A page of a TIFF that is to be written elsewhere."""

    file: ImageFile
    structure: TiffStructure
    page: Directory
    planes: Planes
    pixel_size_um: tuple[float, float] | None = None
    """Where the file tells it of all its pictures."""
    band: int | None = None
    """Which of its bands it is, where they are too many."""
    mask: int | None = None
    """The page that says where it is transparent."""


@contextmanager
def entire_image(path: str, series: int = 0, plane: AskedPlane = None) -> Iterator[FlatImage]:
    """The full resolution of an image file, which stays open meanwhile, to be read undecoded.

    ``series`` and ``plane`` are as `open_image` has them. Errors are those of it, too;
    ``UnsupportedImageError`` also for what is no single image (DeepZoom), and for TIFFs with bands
    that glview does not show; ImageError also for TIFFs that leave out tiles. What the block raises
    comes through.
    """
    with opened_file(path) as file, ExitStack() as files:
        with faults_of(file.name):
            entire = _entire(file, series, plane, files)
        yield entire


def _entire(file: ImageFile, series: int, plane: AskedPlane, files: ExitStack) -> FlatImage:
    if file.kind is Content.TIFF:
        return _entire_tiff(file, series, plane, files)
    if file.kind is Content.XML:
        parse_deepzoom(file.read_at(0, MAX_BYTES + 1), file.name)
        raise UnsupportedImageError(file.name, "is a DeepZoom pyramid already")
    if file.kind is Content.ZARR:
        raise UnsupportedImageError(file.name, "OME-Zarr is not converted")
    if file.kind is Content.ELSEWHERE:
        looks = look_alike(file.read_at(0, HEAD_BYTES))
        raise UnsupportedImageError(file.name, unread_kind(looks))
    if file.kind is Content.SLIDE:
        raise UnsupportedImageError(file.name, _NO_SLIDE)
    if file.kind is Content.FITS:
        return _entire_fits(file, series, plane, files)
    check_series(file.name, series)
    if file.kind is Content.NPY:
        return _entire_raw(found_npy(file), plane, files)
    image = flat_file(file.descriptor, file.kind, file.name)
    there = chosen_plane(file.name, frame_axes(image), plane)
    if not there:
        return image
    image = flat_file(file.descriptor, file.kind, file.name, frame=there[0])
    return replace(image, planes=SINGLE)


def _entire_raw(first: RawSource, plane: AskedPlane, files: ExitStack) -> FlatImage:
    source = files.enter_context(closing(first))
    axes = source.description.axes
    there = chosen_plane(source.description.name, axes, plane)
    if not there:
        count = math.prod(axis.size for axis in axes)
        planes = Planes(count, "plane", tuple((axis.name, axis.size) for axis in axes))
        read = partial(raw_image, source, planes)
    else:
        read = partial(raw_image, files.enter_context(closing(source.at_plane(there))), SINGLE)
    return _channels_apart(read(), read)


def _entire_fits(file: ImageFile, series: int, asked: AskedPlane, files: ExitStack) -> FlatImage:
    images = fits_images(file)
    check_series(file.name, series, len(images))
    image = images[series]
    axes = fits_axes(image)
    first = (0,) * len(axes)
    if image.data_offset is not None:
        source = found_raw(file, image, first)
        if DAMAGE in source.description.metadata:
            source.close()
            raise ImageError(file.name, source.description.metadata[DAMAGE])
        return _entire_raw(source, asked, files)
    plane = chosen_plane(file.name, axes, asked)
    whole = flat_fits(file, image, plane or first)
    require_exact(file.name, whole.samples.sample_type)
    return replace(whole, planes=SINGLE) if plane else whole


def _entire_tiff(file: ImageFile, series: int, plane: AskedPlane, files: ExitStack) -> FlatImage:
    structure = tiff_structure(file, series)
    if structure.fault:
        _log.warning("%s: damaged, what is left is converted: %s", file.name, structure.fault)
    vendor = vendor_of_tiff(structure, file.read_at)
    if vendor in NOT_OURS:
        raise UnsupportedImageError(file.name, _NO_SLIDE)
    check_series(file.name, series, max(1, len(series_in(structure))))
    stack = stack_in(file, structure)
    if stack is not None:
        stack = stack.meant(plane)
    there = chosen_plane(file.name, () if stack is None else stack.axes, plane)
    if stack is None or not (series or plane is not None or stack.together > 1):
        return _whole(file.name, _main_picture(file, structure, stack))
    pages = [
        _whole(file.name, files.enter_context(_of_stack(file, structure, stack, there, band)))
        for band in range(stack.together)
    ]
    return pages[0] if len(pages) == 1 else _joined(pages, stack)


def _whole(name: str, picture: _Picture) -> FlatImage:
    channels = dict(picture.planes.axes).get(CHANNELS, 1)
    if channels > picture.planes.together:
        # Each is a picture of its own, of which one would be kept.
        raise UnsupportedImageError(name, f"{channels} channels make no pyramid; {_ONE_CHANNEL}")
    _require_libvips(name, picture)
    read = partial(
        flat_tiff,
        picture.file.descriptor,
        picture.structure,
        picture.page,
        name,
        picture.planes,
        picture.band,
    )
    image = read()
    _require_all_bands(image, picture.page)
    _require_all_pieces(picture.file, picture.page)
    image = replace(image, pixel_size_um=picture.pixel_size_um or image.pixel_size_um)
    if picture.mask is None:
        return _channels_apart(image, read)
    if image.model.color_model is ColorModel.CHANNELS:
        raise UnsupportedImageError(name, "the mask of its channels would be lost")
    mask = as_grey(picture.structure.directories[picture.mask])
    _require_all_pieces(picture.file, mask)
    shares = flat_tiff(picture.file.descriptor, picture.structure, mask, name, SINGLE)
    return masked_image(image, shares)


def _require_libvips(name: str, picture: _Picture) -> None:
    """Refuse what only the extra decoders read, which a viewer shows."""
    fault = unread_page(picture.page, "converted")
    if fault is None:
        return
    try:
        CodecDecoder(picture.structure, picture.page, picture.file.read_at)
    except ValueError:
        return  # nobody reads it: that is told by who tries
    raise UnsupportedImageError(name, fault)


def _channels_apart(image: FlatImage, read: Callable[[], FlatImage]) -> FlatImage:
    """An image with its channels below one another, which ``read`` gives anew; RGB has none."""
    name, bands = image.name, image.model.bands
    if image.model.color_model is not ColorModel.CHANNELS or image.has_beside:
        return image
    if bands > MAX_BANDS:
        raise UnsupportedImageError(name, f"{bands} channels make no pyramid; {_ONE_CHANNEL}")
    # A page each: libvips would write of all bands but the first that they are alpha. And a reader
    # each: what is undecoded lives with its own, and is read from the top once.
    parts = [partial(_band_of, read(), band) for band in range(bands)]
    return _below_another(image, parts, (Channel(),) * bands)


def _band_of(image: FlatImage, band: int) -> Any:
    return image.undecoded().extract_band(band)


def _joined(pages: Sequence[FlatImage], stack: Stack) -> FlatImage:
    """The channels of a picture that are pages of their own."""
    first = pages[0]
    like = (first.width, first.height, first.model)
    for page in pages[1:]:
        if (page.width, page.height, page.model) != like:
            fault = "its channels differ in size or in the type of their samples"
            raise UnsupportedImageError(first.name, fault)
        if page.nodata != first.nodata:
            fault = "its channels differ in their no-data value, which would be lost"
            raise UnsupportedImageError(first.name, fault)
    return _below_another(first, [page.undecoded for page in pages], stack.channels)


def _below_another(
    image: FlatImage, parts: Sequence[Callable[[], Any]], channels: tuple[Channel, ...]
) -> FlatImage:
    """With its channels one below the other when it is undecoded, and told of."""
    if image.orientation != 1:
        fault = f"channels that are turned make no pyramid; {_ONE_CHANNEL}"
        raise UnsupportedImageError(image.name, fault)
    model = replace(image.model, color_model=ColorModel.CHANNELS, bands=len(parts))
    return replace(
        image,
        model=model,
        channels=channels,
        undecoded=lambda: pyvips.Image.arrayjoin([part() for part in parts], across=1),
    )


def _main_picture(file: ImageFile, structure: TiffStructure, stack: Stack | None) -> _Picture:
    number = main_page(structure)
    planes = planes_of(stack, more=structure.more)
    page, mask = structure.directories[number], mask_of(structure, number)
    return _Picture(file, structure, page, planes, mask=mask)


@contextmanager
def _of_stack(
    file: ImageFile, structure: TiffStructure, stack: Stack, plane: Plane | None, band: int
) -> Iterator[_Picture]:
    """A channel of a picture of a TIFF of several, and how many there are.

    That is the first where none is asked for.
    """
    places = stack.pages_of(stack.first if plane is None else plane)
    # Of a plane that is asked for its channels are all there is.
    here = stack if plane is None else replace(stack, axes=(), places={(): places}, samples=0)
    planes = planes_of(here)
    with page_at(file, structure, places[band]) as (owner, found, number):
        pages = found
        if pages.directories[number].shift:
            raise UnsupportedImageError(file.name, _NO_SHIFTED)
        sample = None
        if plane is not None:
            try:
                pages, sample = of_sample(pages, number, stack.sample_of(plane))
            except ValueError as error:
                raise ImageError(owner.name, str(error)) from None
        page = pages.directories[number]
        mask = mask_of(pages, number) if len(places) == 1 else None
        yield _Picture(owner, pages, page, planes, stack.pixel_size_um, sample, mask)


def _require_all_bands(image: FlatImage, page: Directory) -> None:
    """Refuse what would lose a band: to look at three of four is fine, to keep three is not."""
    rgb = page.number(Tag.PHOTOMETRIC) == Photometric.RGB
    if rgb and page.samples > image.model.depth:
        raise UnsupportedImageError(
            image.name,
            f"of its {page.samples} bands only {image.model.depth} could be kept",
        )


def _require_all_pieces(file: ImageFile, page: Directory) -> None:
    """Refuse tiles and strips that are declared absent, which libvips makes black."""
    table = page.tile_offsets
    if table is None:
        return
    step = _TABLE_BYTES // table.item_bytes * table.item_bytes
    for start in range(0, table.size_bytes, step):
        data = file.read_at(table.offset + start, min(step, table.size_bytes - start))
        places = np.frombuffer(data, f"u{table.item_bytes}", len(data) // table.item_bytes)
        if not places.all():
            what = "tiles" if page.tiled else "strips"
            raise ImageError(file.name, f"cannot be read whole: {what} of it are not in the file")
