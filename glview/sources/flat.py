"""Images that are not read tile by tile (JPEG, PNG, ...): first the header, pixels when asked."""

import logging
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np
import pyvips
from numpy.typing import NDArray

from glview.errors import ImageError, UnsupportedImageError
from glview.sources import webp
from glview.sources.array import check_budget
from glview.sources.base import Channel, ColorModel, SampleType
from glview.sources.cancellation import Cancellation
from glview.sources.files import read_at
from glview.sources.icc import colors_of, profile_of
from glview.sources.lost_parts import LostParts, Whole, turned
from glview.sources.memory import MemorySource, Origin, pyramid_bytes
from glview.sources.model import PixelModel
from glview.sources.sniff import Content
from glview.sources.stored import DAMAGE, SINGLE, Planes, StoredSamples
from glview.sources.vips_pixels import VipsError, displayable, fault_of, forget_errors, write_all
from glview.sources.vips_stored import stored_samples
from glview.texels import MAX_BANDS

_log = logging.getLogger(__name__)

_LOADERS = {
    Content.JPEG: "jpegload_source",
    Content.PNG: "pngload_source",
    Content.GIF: "gifload_source",
    Content.WEBP: "webpload_source",
    Content.AVIF: "heifload_source",
}
_FRAMES = {Content.GIF: "frame", Content.WEBP: "frame", Content.AVIF: "image"}
SIDEWAYS = frozenset({5, 6, 7, 8})
"""EXIF orientations that make width of height."""
_TRIES = ("error", "none")
"""Values of libvips' ``fail_on``: a file that cannot be read strictly is read as far as it goes."""

Decoder = Callable[[Cancellation], Whole]
"""ValueError says why nothing can be decoded; `CancelledError` comes through."""


@dataclass(frozen=True, slots=True, eq=False)
class FlatImage:
    """The image of a file without tiles of use: what its header says, and how to decode it.

    Used on one thread, while the file's descriptor is open.
    """

    name: str
    format: str
    width: int
    height: int
    """Pixels before ``orientation`` is applied."""
    samples: StoredSamples
    model: PixelModel
    """What its pixels are delivered as."""
    decode: Decoder
    undecoded: Callable[[], Any]
    """Gives a `pyvips.Image` in the model's samples, to be read once from the top while this object
    lives, before ``orientation`` is applied. Damage is a `VipsError`, now or when it is read."""
    orientation: int = 1
    nodata: float | None = None
    pixel_size_um: tuple[float, float] | None = None
    """Before ``orientation`` is applied."""
    metadata: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    planes: Planes = SINGLE
    lossy: bool = False
    """Whether the file's compression has lost something already; False where nobody can say."""
    profile: bytes | None = None
    """The embedded ICC profile of the pixels as they are delivered."""
    channels: tuple[Channel, ...] = ()
    """Of one that is `entire` and `is_apart`: they lie one below the other when undecoded."""
    convertible: bool = True
    """Whether `glview convert` takes the file."""
    offset: Callable[[], float] = lambda: 0.0
    """What the pixels that ``decode`` gave last have less than the file (`ImageDescription`)."""

    @property
    def has_beside(self) -> bool:
        """Whether it is RGB and bands beside that."""
        return any(channel.beside_rgb for channel in self.channels)

    @property
    def is_apart(self) -> bool:
        """Whether, as one that is `entire`, it is channels each of which is to be a page."""
        return bool(self.channels) and not self.has_beside

    @property
    def need_bytes(self) -> int:
        """What the full resolution and its levels take in memory."""
        return pyramid_bytes(self.width, self.height, self.model)

    def require_budget(self, budget_bytes: int) -> None:
        """ImageError that says what to do where the image does not fit."""
        check_budget(self.name, self.need_bytes, budget_bytes, self.advice())

    def advice(self, channels: int = 1) -> str:
        """What to do where it does not fit, one of so many ``channels`` that are pages each.

        `glview convert` does not take everything.
        """
        more = "give it more: --memory {mib}"
        if not self.convertible:
            return more
        several = channels > 1 or self.model.color_model is ColorModel.CHANNELS
        if self.model.bands > MAX_BANDS or self.nodata is not None:
            return more
        in_png = self.model.sample_type in (SampleType.U8, SampleType.U16) and not several
        out = "NAME.dzi" if in_png else "NAME.tif"
        return f"make a pyramid of it with `glview convert FILE {out}`, or {more}"

    def decoded(self, budget_bytes: int, cancellation: Cancellation | None = None) -> MemorySource:
        """The image in memory, its orientation applied.

        The declared size is checked against ``budget_bytes`` before anything is decoded. Of a
        damaged file what can be decoded is shown: that is logged and said in the metadata under
        "damage". ImageError otherwise, `CancelledError` where it is called off.
        """
        self.require_budget(budget_bytes)
        cancellation = cancellation or Cancellation()
        cancellation.decoding = True
        try:
            whole = self.decode(cancellation)
        except ValueError as error:
            raise ImageError(self.name, str(error)) from None
        metadata = dict(self.metadata)
        if self.planes.count > 1:
            metadata["planes"] = str(self.planes)
        if damage := whole.damage:
            _log.warning("%s: damaged, shown as far as it can be read: %s", self.name, damage)
            metadata[DAMAGE] = "; ".join(filter(None, [self.metadata.get(DAMAGE), damage]))
        origin = Origin(
            self.name,
            self.format,
            nodata=self.nodata,
            offset=self.offset(),
            pixel_size_um=turned_size(self.pixel_size_um, self.orientation),
            colors=colors_of(self.profile, self.name),
            metadata=MappingProxyType(metadata),
            channels=self.channels,
            lost=LostParts(
                turned(whole.lost, self.width, self.height, self.orientation),
                f"{self.name}: {whole.damage}",
            ),
        )
        pixels = oriented(whole.pixels, self.orientation)
        return MemorySource(pixels, self.model, origin, owned=True)


def flat_file(descriptor: int, kind: Content, name: str, *, frame: int = 0) -> FlatImage:
    """The first image of the JPEG, PNG, WebP, GIF or AVIF file behind ``descriptor``.

    Or another ``frame`` of the latter three. Reads the header; ImageError where it cannot. The
    descriptor stays the caller's to close.
    """

    def load(fail_on: str) -> Any:
        # The source reads from the descriptor's position, which duplicates share.
        os.lseek(descriptor, 0, os.SEEK_SET)
        source = pyvips.Source.new_from_descriptor(descriptor)
        own = {"page": frame} if frame else {}
        load_source = getattr(pyvips.Image, _LOADERS[kind])
        return load_source(source, access="sequential", fail_on=fail_on, **own)

    def decode(cancellation: Cancellation) -> Whole:
        fault = ""
        for fail_on in _TRIES:
            forget_errors()
            try:
                pixels = write_all(displayable(load(fail_on))[0], model, cancellation)
            except VipsError as error:
                fault = fault or fault_of(error, unsaid="broken data")
            else:
                return Whole(saved(pixels, fault) if fault else pixels, fault)
        raise ValueError(fault)

    def undecoded() -> Any:
        forget_errors()
        return displayable(load("error"))[0]

    header, model = _headed(load, name)
    frames = int(header.get("n-pages")) if "n-pages" in header.get_fields() else 1
    return FlatImage(
        name,
        kind.value,
        int(header.width),
        int(header.height),
        stored_samples(header),
        model,
        decode,
        undecoded,
        _orientation(header, kind),
        metadata=_exif(header),
        planes=Planes(frames, _FRAMES.get(kind, "page")),
        lossy=_is_lossy(kind, descriptor),
        profile=profile_of(header),
    )


def _headed(load: Callable[[str], Any], name: str) -> tuple[Any, PixelModel]:
    """The lazy image as its loader gives it, and the model it is shown as."""
    fault = ""
    for fail_on in _TRIES:
        forget_errors()
        try:
            header = load(fail_on)
            return header, displayable(header)[1]
        except VipsError as error:
            fault = fault or fault_of(error, unsaid="its header cannot be read")
        except ValueError as error:
            raise UnsupportedImageError(name, str(error)) from None
    raise ImageError(name, fault)


def _is_lossy(kind: Content, descriptor: int) -> bool:
    if kind is Content.WEBP:
        return webp.is_lossy(lambda offset, count: read_at(descriptor, offset, count))
    return kind in (Content.JPEG, Content.AVIF)


def _orientation(header: Any, kind: Content) -> int:
    if kind is Content.AVIF or "orientation" not in header.get_fields():
        # The AVIF decoder has turned the picture already.
        return 1
    return int(header.get("orientation"))


def saved(pixels: NDArray[np.generic], fault: str) -> NDArray[np.generic]:
    """What libvips made of broken data; ValueError saying ``fault`` if it is nothing."""
    # What libvips was told to let pass, or the next fault would be told as this.
    forget_errors()
    # Row by row: of all at once the answers alone would take as much as the pixels.
    if all((row == pixels[0, 0]).all() for row in pixels):
        # Nothing but what decoders put where they fail.
        raise ValueError(fault)
    return pixels


def oriented(pixels: NDArray[np.generic], orientation: int) -> NDArray[np.generic]:
    """``pixels`` (height, width, bands) as EXIF orientation 1 to 8 wants it seen: a view."""
    if orientation in SIDEWAYS:
        pixels = pixels.transpose(1, 0, 2)
    # After the transposition: 5 nothing, 6 mirror left-right, 7 both, 8 top-bottom.
    if orientation in (2, 3, 6, 7):
        pixels = pixels[:, ::-1]
    if orientation in (3, 4, 7, 8):
        pixels = pixels[::-1]
    return pixels


def turned_size(size: tuple[float, float] | None, orientation: int) -> tuple[float, float] | None:
    """The width and height of a pixel as EXIF orientation 1 to 8 wants it seen."""
    return size[::-1] if size is not None and orientation in SIDEWAYS else size


def _exif(image: Any) -> Mapping[str, str]:
    found = {}
    for key in image.get_fields():
        if key.startswith(("exif-ifd0-", "png-comment-")):
            value = image.get(key)
            text = value.partition(" (")[0].strip() if isinstance(value, str) else ""
            if text:
                found[key.removeprefix("exif-ifd0-")] = text
    return MappingProxyType(found)
