"""`inspect_file`: what an image file holds, from its headers."""

import math
import os
from contextlib import suppress
from dataclasses import replace

from glview.color_profile import profile_name
from glview.errors import ImageError
from glview.pyramid import Level
from glview.sources.base import Channel, ColorModel, ImageDescription, TileSource
from glview.sources.elsewhere import ElsewhereSource, open_elsewhere
from glview.sources.finding import found_deepzoom, found_tiff
from glview.sources.fits import fits_images, fits_series, found_fits
from glview.sources.flat import SIDEWAYS, FlatImage, flat_file
from glview.sources.image_file import ImageFile, image_file, tiff_structure
from glview.sources.memory import COARSEST_PX
from glview.sources.merged import MergedSource
from glview.sources.mosaic import model_of
from glview.sources.npy import found_npy
from glview.sources.opening import BUDGET_BYTES
from glview.sources.raw_source import RawSource
from glview.sources.slide import SlideSource
from glview.sources.slide_finding import found_slide
from glview.sources.slide_tiff import SlideTiffSource
from glview.sources.slowness import slow_reasons
from glview.sources.sniff import Content
from glview.sources.stack_pages import (
    as_there,
    first_there,
    found_pages,
    lack_of,
    page_at,
    require_alike,
    require_room,
    stack_in,
)
from glview.sources.stored import (
    CHANNELS,
    DAMAGE,
    Layout,
    Planes,
    Shown,
    StoredImage,
    StoredLevel,
    StoredSamples,
)
from glview.sources.tiff_axes import Stack, series_in
from glview.sources.tiff_facts import profile_of
from glview.sources.tiff_levels import main_page
from glview.sources.tiff_stored import stored_tiff
from glview.sources.tiff_structure import TiffStructure
from glview.sources.zarr_source import open_zarr, zarr_images, zarr_series
from glview.texels import MAX_BANDS

_COLORS = {ColorModel.GREY: "grey", ColorModel.RGB: "RGB", ColorModel.CHANNELS: "channels"}


def inspect_file(
    path: str | bytes | os.PathLike[str], *, budget_bytes: int = BUDGET_BYTES
) -> StoredImage:
    """What the image file at ``path`` holds, and what `open_image` would make of it.

    Reads headers and tables, and of a DeepZoom a few tiles; decodes nothing else, so it tells of
    files that are too large or otherwise not to be shown, too. ImageError names the file and the
    fault where there is nothing to tell. Any thread.
    """
    with image_file(os.fsdecode(path)) as file:
        stored = _stored(file, budget_bytes)
    return replace(stored, slow=slow_reasons(stored))


def _stored(file: ImageFile, budget_bytes: int) -> StoredImage:
    if file.kind is Content.TIFF:
        return _tiff(file, budget_bytes)
    if file.kind is Content.XML:
        return _deepzoom(file)
    if file.kind is Content.SLIDE:
        return _slide(found_slide(file, budget_bytes))
    if file.kind is Content.NPY:
        return _raw(found_npy(file))
    if file.kind is Content.FITS:
        return _fits(file, budget_bytes)
    if file.kind is Content.ZARR:
        return _zarr(file)
    if file.kind is Content.ELSEWHERE:
        return _elsewhere(open_elsewhere(file))
    return _flat(file, budget_bytes)


def _tiff(file: ImageFile, budget_bytes: int) -> StoredImage:
    structure = tiff_structure(file)
    told = stack_in(file, structure)
    stack = None if told is None else as_there(told, file, structure)
    stored = replace(_first_page(file, structure, stack), series=series_in(structure))
    if stack is None or told is None:
        return _single(stored, file, structure, budget_bytes)
    if lack := lack_of(told, stack):
        damage = "; ".join(filter(None, (stored.metadata.get(DAMAGE), lack)))
        stored = replace(stored, metadata={**stored.metadata, DAMAGE: damage})
    channels = () if stack.channels == (Channel(),) else stack.channels
    stored = replace(stored, channels=channels)
    try:
        with found_pages(file, structure, stack, first_there(stack, file), budget_bytes) as found:
            flats = tuple(page for page in found if isinstance(page, FlatImage))
            require_alike(flats)
            tiled = [page for page in found if not isinstance(page, FlatImage)]
            merged = MergedSource(tiled, stack.channels) if len(tiled) > 1 else None
    except ImageError as error:
        return replace(stored, note=f"cannot be shown: {error.fault}")
    stored = _with_beside_rgb(stored, found[0])
    if not tiled:
        return _decoded_whole(stored, flats[0], budget_bytes, flats)
    return _read_by_tiles(stored, merged or tiled[0])


def _first_page(file: ImageFile, structure: TiffStructure, stack: Stack | None) -> StoredImage:
    """The page that comes up; the main one where that is not there."""
    if stack is not None:
        place = stack.pages_of(first_there(stack, file))[0]
        with suppress(ImageError), page_at(file, structure, place) as (owner, pages, number):
            return _page(file.name, owner, pages, number, stack)
    return _page(file.name, file, structure, main_page(structure), stack)


def _page(
    name: str, owner: ImageFile, structure: TiffStructure, number: int, stack: Stack | None
) -> StoredImage:
    profile = profile_of(structure.directories[number], owner.read_at)
    return replace(stored_tiff(structure, number, name, stack), profile=_name_of(profile))


def _single(
    stored: StoredImage, file: ImageFile, structure: TiffStructure, budget_bytes: int
) -> StoredImage:
    """A TIFF of one picture, or a slide."""
    try:
        found = found_tiff(file, structure, budget_bytes)
    except ImageError as error:
        return replace(stored, note=f"cannot be shown: {error.fault}")
    stored = _with_beside_rgb(stored, found)
    if isinstance(found, FlatImage):
        return _decoded_whole(stored, found, budget_bytes)
    if isinstance(found, SlideSource):
        return _slide(found)
    if isinstance(found, SlideTiffSource):
        stored = _described(stored, found.description)
    return _read_by_tiles(stored, found)


def _with_beside_rgb(stored: StoredImage, found: TileSource | FlatImage) -> StoredImage:
    """With the bands of a page of colours and more as its channels."""
    told = found.channels if isinstance(found, FlatImage) else found.description.channels
    beside = any(channel.beside_rgb for channel in told)
    return replace(stored, channels=told) if beside else stored


def _slide(source: SlideSource) -> StoredImage:
    """What OpenSlide tells of a slide: it alone knows what in the file makes a level."""
    told = source.description
    stored = StoredImage(
        name=told.name,
        format=told.format,
        width=told.pyramid.width,
        height=told.pyramid.height,
        samples=StoredSamples("RGB", "uint8", 3, told.alpha),
        levels=tuple(StoredLevel(level, Layout.TILES) for level in told.pyramid.levels),
    )
    return _read_by_tiles(_described(stored, told), source)


def _described(stored: StoredImage, told: ImageDescription) -> StoredImage:
    """With what a slide's description says besides."""
    return replace(
        stored,
        format=told.format,
        pixel_size_um=told.pixel_size_um,
        objective_power=told.objective_power,
        associated=told.associated,
        metadata=told.metadata,
    )


def _deepzoom(file: ImageFile) -> StoredImage:
    source = found_deepzoom(file)
    told = source.description
    stored = StoredImage(
        name=told.name,
        format=told.format,
        width=told.pyramid.width,
        height=told.pyramid.height,
        samples=source.stored_samples(),
        levels=tuple(StoredLevel(level, Layout.TILES) for level in told.pyramid.levels),
        metadata=told.metadata,
    )
    return _read_by_tiles(stored, source)


def _fits(file: ImageFile, budget_bytes: int) -> StoredImage:
    found = found_fits(file)
    stored = _raw(found) if isinstance(found, RawSource) else _whole(found, budget_bytes)
    return replace(stored, series=fits_series(fits_images(file)))


def _zarr(file: ImageFile) -> StoredImage:
    images = zarr_images(file)
    source, first = open_zarr(file), images[0]
    told = source.description
    axes = [(axis.name, axis.size) for axis in told.axes]
    if told.bands > 1:
        axes.append((CHANNELS, told.bands))
    stored = StoredImage(
        name=told.name,
        format=told.format,
        width=told.pyramid.width,
        height=told.pyramid.height,
        samples=StoredSamples("grey", first.arrays[0].dtype.name, 1),
        levels=tuple(StoredLevel(level, Layout.TILES) for level in told.pyramid.levels),
        pixel_size_um=told.pixel_size_um,
        planes=Planes(
            math.prod(size for _, size in axes), "plane", tuple(axes), together=told.bands
        ),
        channels=told.channels,
        metadata=told.metadata,
        series=zarr_series(images),
    )
    return _read_by_tiles(stored, source)


def _elsewhere(source: ElsewhereSource) -> StoredImage:
    """What large_image tells; it alone knows how it lies in the file."""
    told = source.description
    axes = [(axis.name, axis.size) for axis in told.axes]
    channels = told.bands if told.channels else 1
    if channels > 1:
        axes.append((CHANNELS, channels))
    count = math.prod(size for _, size in axes)
    color = "grey" if told.channels else _COLORS[told.color_model]
    bands = 1 if told.channels else told.bands
    stored = StoredImage(
        name=told.name,
        format=told.format,
        width=told.pyramid.width,
        height=told.pyramid.height,
        samples=StoredSamples(color, source.stored_dtype.name, bands, told.alpha),
        levels=tuple(StoredLevel(level, Layout.TILES) for level in told.pyramid.levels),
        planes=Planes(count, "plane", tuple(axes), together=channels),
        channels=told.channels,
    )
    return _read_by_tiles(_described(stored, told), source)


def _raw(source: RawSource) -> StoredImage:
    told, form = source.description, source.form
    count = math.prod(axis.size for axis in form.axes)
    stored = StoredImage(
        name=told.name,
        format=told.format,
        width=form.width,
        height=form.height,
        samples=StoredSamples(
            _COLORS[told.color_model], form.value_dtype.name, told.bands, told.alpha
        ),
        levels=tuple(StoredLevel(level, Layout.TILES) for level in told.pyramid.levels),
        nodata=told.nodata,
        planes=Planes(count, "plane", tuple((axis.name, axis.size) for axis in form.axes)),
        metadata=told.metadata,
    )
    return _read_by_tiles(stored, source)


def _flat(file: ImageFile, budget_bytes: int) -> StoredImage:
    return _whole(flat_file(file.descriptor, file.kind, file.name), budget_bytes)


def _whole(image: FlatImage, budget_bytes: int) -> StoredImage:
    level = Level(
        image.width, image.height, 1.0, 1.0, tile_width=image.width, tile_height=image.height
    )
    stored = StoredImage(
        name=image.name,
        format=image.format,
        width=image.width,
        height=image.height,
        samples=image.samples,
        levels=(StoredLevel(level, Layout.WHOLE),),
        orientation=image.orientation,
        nodata=image.nodata,
        planes=image.planes,
        metadata=image.metadata,
        profile=_name_of(image.profile),
    )
    return _decoded_whole(stored, image, budget_bytes)


def _decoded_whole(
    stored: StoredImage,
    image: FlatImage,
    budget_bytes: int,
    channels: tuple[FlatImage, ...] = (),
) -> StoredImage:
    """``channels`` are all pages of one picture, where they are several."""
    several = len(channels) > 1
    try:
        if several:
            require_room(channels, budget_bytes)
        else:
            image.require_budget(budget_bytes)
    except ImageError as error:
        return replace(stored, note=f"{_lack(stored)}, and cannot be shown: {error.fault}")
    size = image.width, image.height
    if image.orientation in SIDEWAYS:
        size = size[1], size[0]
    note = f"{_lack(stored)}: glview decodes all of it when it opens it"
    if max(size) > COARSEST_PX:
        note += ", and makes coarser levels in memory"
    need_bytes = sum(page.need_bytes for page in channels) if several else image.need_bytes
    note += f" ({-(-need_bytes >> 20)} MiB)"
    return _shown(stored, Shown(*size, image.model), note)


def _shown(stored: StoredImage, shown: Shown, note: str) -> StoredImage:
    """With what is shown of it, if a viewer shows so many bands."""
    together = stored.planes.together
    if together > 1:
        model = replace(shown.model, color_model=ColorModel.CHANNELS, bands=together)
        shown = replace(shown, model=model)
    if shown.model.bands > MAX_BANDS:
        fault = f"{shown.model.bands} bands; at most {MAX_BANDS} can be"
        return replace(stored, note=f"cannot be shown: {fault}")
    return replace(stored, shown=shown, note=note)


def _read_by_tiles(stored: StoredImage, source: TileSource) -> StoredImage:
    model, colors = model_of(source.description), source.description.color_table
    source.close()
    if colors is not None and not stored.profile:
        stored = replace(stored, profile=_name_of(colors.profile))
    notes = []
    if len(stored.levels) == 1:
        notes.append(
            f"{_lack(stored)}: glview makes coarser levels of its tiles when they are needed, and"
            " reads all of them for a first overview"
        )
    if stored.orientation != 1:
        notes.append(f"orientation {stored.orientation} is not applied to tiles")
    return _shown(stored, Shown(stored.width, stored.height, model), "; ".join(notes))


def _lack(stored: StoredImage) -> str:
    """What kind of levels the file does not have."""
    return "no pyramid in the file" if len(stored.levels) == 1 else "the file's levels are not used"


def _name_of(profile: bytes | None) -> str:
    return profile_name(profile) if profile else ""
