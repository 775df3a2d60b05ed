"""How a pyramid is stored: what can be chosen, and what suits an image (pure)."""

import enum
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from glview.image import ColorModel, SampleType
from glview.sources.model import PixelModel

MIN_TILE_PX, MAX_TILE_PX = 64, 2048
"""Smaller tiles make millions of files; larger ones of four floats pass the 64 MiB that glview
reads in one piece."""
TIFF_TILE_STEP_PX = 16
DEFAULT_QUALITY = 85
"""From 90 on libvips stores JPEG in TIFF as RGB: 2.7 times the bytes of 89 for a painted map."""


class Container(enum.Enum):
    """A format of pyramids."""

    DEEPZOOM = "DeepZoom"
    TIFF = "TIFF"


_CONTAINERS = {
    ".dzi": Container.DEEPZOOM,
    ".tif": Container.TIFF,
    ".tiff": Container.TIFF,
}
COMPRESSIONS = {
    Container.DEEPZOOM: ("jpeg", "png", "webp"),
    Container.TIFF: ("jpeg", "deflate", "lzw", "webp", "none"),
}
_LOSSY = ("jpeg", "webp")
_LOSSLESS = {Container.DEEPZOOM: "png", Container.TIFF: "deflate"}
_IN_PNG = (SampleType.U8, SampleType.U16)
_USUAL_TILE_PX = {Container.DEEPZOOM: 254, Container.TIFF: 256}
_USUAL_OVERLAP_PX = {Container.DEEPZOOM: 1, Container.TIFF: 0}


@dataclass(frozen=True, slots=True)
class Encoding:
    """How a pyramid is stored; ValueError for what no image could be stored as.

    ``compression`` None is what suits the image (see `compression_for`); ``quality``, 1 to 100,
    is that of jpeg and webp, None the usual one. ``overlap_px``: how far a tile of a DeepZoom
    reaches over its edge.
    """

    container: Container
    tile_size_px: int
    overlap_px: int
    compression: str | None = None
    quality: int | None = None

    @classmethod
    def for_file(
        cls,
        out: Path,
        *,
        tile_size_px: int | None = None,
        overlap_px: int | None = None,
        compression: str | None = None,
        quality: int | None = None,
    ) -> Self:
        """The encoding that a file's name asks for; None is the usual value."""
        container = _CONTAINERS.get(out.suffix.lower())
        if container is None:
            raise ValueError(f"{out.name!r} must end in .dzi (DeepZoom) or .tif")
        return cls(
            container,
            _USUAL_TILE_PX[container] if tile_size_px is None else tile_size_px,
            _USUAL_OVERLAP_PX[container] if overlap_px is None else overlap_px,
            compression,
            quality,
        )

    def __post_init__(self) -> None:
        kind, size = self.container.value, self.tile_size_px
        if not MIN_TILE_PX <= size <= MAX_TILE_PX:
            raise ValueError(f"tiles have {MIN_TILE_PX} to {MAX_TILE_PX} pixels a side: {size}")
        if self.container is Container.TIFF:
            if size % TIFF_TILE_STEP_PX:
                raise ValueError(f"tiles of a TIFF have a multiple of 16 pixels a side: {size}")
            if self.overlap_px:
                raise ValueError(f"tiles of a TIFF have no overlap: {self.overlap_px}")
        if not 0 <= self.overlap_px <= size // 2:
            raise ValueError(f"an overlap is 0 to half a tile: {self.overlap_px}")
        if self.compression not in (None, *COMPRESSIONS[self.container]):
            known = ", ".join(COMPRESSIONS[self.container])
            raise ValueError(f"{kind} is compressed by {known}: {self.compression!r}")
        if self.quality is not None and not 1 <= self.quality <= 100:
            raise ValueError(f"a quality is 1 to 100: {self.quality}")
        if self.compression is not None:
            self._require_use_of_quality(self.compression)

    def compression_for(self, model: PixelModel, *, lossy: bool) -> str:
        """The compression for an image; ValueError where the image would lose what it has.

        ``lossy`` says that its file's own has lost something already. Unless one was chosen: jpeg
        for grey and RGB of 8 bits from such a file, or where a quality was, else one without loss
        (and without a quality): in a mask or a drawing jpeg makes values that there were not.
        """
        if model.color_model is ColorModel.CHANNELS and self.container is Container.DEEPZOOM:
            raise ValueError(f"a DeepZoom holds no {model.depth} channels; make a .tif of them")
        kind, lossless = model.sample_type.value, _LOSSLESS[self.container]
        if self.container is Container.DEEPZOOM and model.sample_type not in _IN_PNG:
            raise ValueError(f"tiles of a DeepZoom hold no {kind}; make a .tif of it")
        eight = model.sample_type is SampleType.U8
        may_lose = lossy or self.quality is not None
        measured = model.color_model is ColorModel.CHANNELS
        usual = "jpeg" if may_lose and eight and not (model.alpha or measured) else lossless
        chosen = self.compression or usual
        if chosen in _LOSSY and not eight:
            raise ValueError(f"{chosen} would make 8 bits of its {kind}; choose {lossless}")
        if chosen == "jpeg" and model.alpha:
            raise ValueError(f"jpeg would lose its transparency; choose {lossless}")
        if chosen in ("jpeg", "webp") and measured:
            raise ValueError(f"{chosen} is not for channels; choose {lossless}")
        if chosen == "webp" and model.color_model is ColorModel.GREY:
            raise ValueError(f"webp would make RGB of its grey; choose {lossless}")
        self._require_use_of_quality(chosen)
        return chosen

    def _require_use_of_quality(self, compression: str) -> None:
        if self.quality is not None and compression not in _LOSSY:
            raise ValueError(
                "a quality is that of jpeg and webp, and it is stored as"
                f" {compression}: leave it out"
            )
