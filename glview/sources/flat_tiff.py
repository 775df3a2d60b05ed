"""A page of a TIFF that is decoded whole, and what can be saved of a damaged one."""

from collections import deque
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glview.errors import ImageError, UnsupportedImageError
from glview.heap import give_back
from glview.pyramid import IntRect
from glview.sources.cancellation import Cancellation
from glview.sources.files import read_at
from glview.sources.flat import FlatImage, saved
from glview.sources.lost_parts import Whole
from glview.sources.model import PixelModel
from glview.sources.mosaic import hole_value
from glview.sources.narrowing import some_of, suitable_offset
from glview.sources.stored import Planes
from glview.sources.tiff_beside import with_beside
from glview.sources.tiff_extents import with_extents
from glview.sources.tiff_facts import (
    delivered_nodata,
    is_lossy,
    metadata_of,
    profile_of,
    strictness,
)
from glview.sources.tiff_names import format_name
from glview.sources.tiff_page import TiffPage
from glview.sources.tiff_pixel_size import pixel_size_um
from glview.sources.tiff_stored import samples_of
from glview.sources.tiff_structure import Directory, TiffStructure
from glview.sources.tiff_unread import unread_page
from glview.sources.vips_pixels import (
    VipsError,
    fault_of,
    fetch_all,
    forget_errors,
    write_all,
)

_MOST_ATTEMPTS = 3072
"""Parts that are tried where strips are broken, at some 0.4 ms each: of 9,000 strips 200 may be
broken anywhere, and all others are found."""
_ATTEMPT_BYTES = 1 << 18
"""A larger strip counts as several attempts: one of 6 MiB takes 8 ms to fail, and 313 of them took
20 s on a busy machine."""
_MOST_SINGLE = 1 << 16
"""Strips that are tried one by one of what is left, where they are deflated and plain. What is left
then, or of other compressions, is a hole."""
_LARGE_STRIP_BYTES = 1 << 20
_HELD_BYTES = 6 << 20
"""Of large strips so much is decoded before memory is given back: of strips of 8 MiB
46 MiB are held then, 69 at every 12 MiB, 92 at every 24. What goes back is to be had anew, which
takes three times as long as a strip."""
_FEW = 8
"""Of so many strips each is tried: halves of them that are broken would be as many attempts."""
_SMALL_BYTES = 1 << 18
"""Decoded on this thread: libvips starts some of its own for each part otherwise."""


def flat_tiff(
    descriptor: int,
    structure: TiffStructure,
    page: Directory,
    name: str,
    planes: Planes,
    band: int | None = None,
) -> FlatImage:
    """A page of the TIFF behind ``descriptor``, or one of its bands, to be decoded whole.

    Reads what libvips says of it. UnsupportedImageError names a compression or samples that are
    not read. The descriptor stays the caller's to close.
    """
    unread = unread_page(page)
    if unread is not None:
        raise UnsupportedImageError(name, unread)
    metadata = metadata_of(page, structure.fault)
    forget_errors()
    try:
        rows = TiffPage(descriptor, structure, page, band)
        model = rows.opened("none")[1]
    except VipsError as error:
        raise ImageError(name, fault_of(error, unsaid="its tags cannot be read")) from None
    except ValueError as error:
        raise UnsupportedImageError(name, str(error)) from None
    nodata = rows.nodata = delivered_nodata(page, model)
    decoder = _RowDecoder(
        rows,
        (page.height, page.width),
        model,
        hole_value(model, nodata),
        strictness(page, rows.first_piece(0, 2)),
        metadata["compression"],
        nodata,
    )
    return FlatImage(
        name,
        format_name(structure),
        page.width,
        page.height,
        samples_of(page),
        model,
        decoder.decode,
        decoder.undecoded,
        page.orientation,
        nodata,
        pixel_size_um(page, structure.ome),
        MappingProxyType(metadata),
        planes,
        is_lossy(page, rows.first_piece),
        profile_of(page, lambda offset, count: read_at(descriptor, offset, count)),
        with_extents(with_beside((), page), page, model, band or 0),
        offset=lambda: rows.offset,
    )


class _RowDecoder:
    """Decodes a page at once, or where that fails its bands of rows by halves and halves of them.

    A band that cannot be decoded is a hole. Of a page that is one band libvips gives what it has.
    """

    def __init__(
        self,
        page: TiffPage,
        shape: tuple[int, int],
        model: PixelModel,
        hole: float,
        strict: str,
        compression: str,
        nodata: float | None,
    ) -> None:
        self._page = page
        self._shape = shape
        self._model = model
        self._hole = hole
        self._strict = strict
        self._compression = compression
        self._nodata = nodata
        self._cancellation = Cancellation()
        self._fault = ""
        self._doubtful = False
        self._strips_bytes = 0
        """Of those decoded since memory was given back."""

    def decode(self, cancellation: Cancellation) -> Whole:
        """The page, as `glview.sources.flat.Decoder`."""
        self._cancellation = cancellation
        everything = range(self._page.bands)
        if self._page.lacking(everything) == len(everything):
            raise ValueError(self._page.lack(0))
        pixels = self._part(everything)
        if pixels is not None and self._page.is_wide and not self._model.alpha:
            # What they are is known by now, if rounded; few are so far from 0 as to be read anew.
            nodata = None if self._nodata is None else float(np.float32(self._nodata))
            self._page.offset = suitable_offset(some_of(pixels).astype(np.int64), nodata)
            if self._page.offset:
                pixels = self._part(everything)
        if pixels is not None:
            return Whole(pixels, self._doubt())
        if len(everything) == 1:
            return Whole(self._saved(everything), self._fault)
        out = np.full((*self._shape, self._model.depth), self._hole, self._model.sample_type.dtype)
        lost = self._fill(out, everything)
        if len(lost) == len(everything):
            raise ValueError(self._fault)
        count = f"{len(lost)} of {len(everything)} {self._page.bands_noun}"
        damage = f"{count} cannot be read: {self._fault}"
        return Whole(out, damage, tuple(self._i_rect(band) for band in lost))

    def _i_rect(self, band: int) -> IntRect:
        height, width = self._shape
        first = band * self._page.band_rows
        return IntRect(0, first, width, min(first + self._page.band_rows, height))

    def undecoded(self) -> Any:
        """The page as `glview.sources.flat.FlatImage.undecoded`."""
        forget_errors()
        return self._page.opened(self._strict, told=True)[0]

    def _fill(self, out: NDArray[np.generic], broken: range) -> list[int]:
        """Put what can be decoded into ``out``; the bands that cannot."""
        lost: list[int] = []
        attempts = singles = 0
        # The largest parts first: of a file that was cut most is found at once.
        waiting = deque([broken])
        while waiting:
            part = waiting.popleft()
            if len(part) == 1:
                lost += part
                continue
            if attempts >= _MOST_ATTEMPTS:
                found = self._fill_singly(out, part[: max(0, _MOST_SINGLE - singles)])
                lost += [band for band in part if band not in found]
                singles += len(part)
                continue
            for smaller in _parts_of(part):
                attempts += max(1, self._page.strip_bytes // _ATTEMPT_BYTES)
                pixels = self._part(smaller)
                if pixels is None:
                    waiting.append(smaller)
                else:
                    first = smaller.start * self._page.band_rows
                    out[first : first + len(pixels)] = pixels
        return lost

    def _fill_singly(self, out: NDArray[np.generic], bands: range) -> set[int]:
        """Put those that are deflated strips of plain samples into ``out``; which these are."""
        found = set()
        for band, pixels in self._page.plain_bands(bands):
            self._cancellation.check()
            if pixels.shape[2] == self._model.depth:
                first = band * self._page.band_rows
                out[first : first + len(pixels)] = pixels
                found.add(band)
        return found

    def _part(self, bands: range) -> NDArray[np.generic] | None:
        """Pixels of some bands; None where something in them is broken."""
        if self._page.lacking(bands):
            self._fault = self._fault or self._page.lack(bands.start)
            return None
        try:
            return self._read(self._strict, bands)
        except VipsError as error:
            fault = fault_of(error, unsaid="")
        if not fault:
            # The decoder only warned.
            try:
                pixels = self._read("error", bands)
            except VipsError as error:
                fault = fault_of(error, unsaid="broken data")
            else:
                self._doubtful = True
                return pixels
        self._fault = self._fault or fault
        if self._page.band is not None:
            self._give_back()
        return None

    def _saved(self, bands: range) -> NDArray[np.generic]:
        try:
            return saved(self._read("none", bands), self._fault)
        except VipsError:
            raise ValueError(self._fault) from None

    def _read(self, fail_on: str, bands: range) -> NDArray[np.generic]:
        self._cancellation.check()
        forget_errors()
        if self._page.band is not None:
            return self._read_band(fail_on, bands, self._page.band)
        image = self._page.opened(fail_on, bands)[0]
        if image.width * image.height * self._model.texel_bytes <= _SMALL_BYTES:
            return fetch_all(image, self._model)
        return write_all(image, self._model, self._cancellation)

    def _read_band(self, fail_on: str, bands: range, sample: int) -> NDArray[np.generic]:
        """One sample of many, of some strips at a time."""
        parts, step = [], self._page.bands_at_once
        for first in range(bands.start, bands.stop, step):
            self._cancellation.check()
            some = range(first, min(first + step, bands.stop))
            parts.append(self._band_of(fail_on, some, sample))
            self._give_back()
        return np.concatenate(parts)

    def _give_back(self) -> None:
        """What has been decoded leaves holes in malloc's heap, which add up."""
        self._strips_bytes += self._page.strip_bytes
        if self._page.strip_bytes >= _LARGE_STRIP_BYTES and self._strips_bytes >= _HELD_BYTES:
            give_back()
            self._strips_bytes = 0

    def _band_of(self, fail_on: str, bands: range, sample: int) -> NDArray[np.generic]:
        image, model = self._page.opened(fail_on, bands, all_samples=True)
        # Not by libvips, which would keep the strips of its last hundred operations.
        return fetch_all(image, model)[..., sample : sample + 1].copy()

    def _doubt(self) -> str:
        return f"doubtful {self._compression} data" if self._doubtful else ""


def _parts_of(bands: range) -> tuple[range, ...]:
    """Halves of some bands, or each of a few."""
    if len(bands) <= _FEW:
        return tuple(range(band, band + 1) for band in bands)
    middle = bands.start + len(bands) // 2
    return range(bands.start, middle), range(middle, bands.stop)
