"""What a TIFF of RGB has beside its colours: further bands, such as infrared, and an alpha (pure).

libvips takes all that is beside RGB for alpha, and aerial pictures have an infrared there.
"""

from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from glview.sources.base import Channel, ColorModel, SampleType
from glview.sources.merged import completed
from glview.sources.model import PixelModel
from glview.sources.tiff_codes import Extra, Photometric
from glview.sources.tiff_gdal import band_names
from glview.sources.tiff_structure import Directory, Tag
from glview.texels import MAX_BANDS

_COLORS = (
    Channel("Red", (1.0, 0.0, 0.0)),
    Channel("Green", (0.0, 1.0, 0.0)),
    Channel("Blue", (0.0, 0.0, 1.0)),
)
_ALPHAS = (Extra.ASSOCIATED, Extra.UNASSOCIATED)


@dataclass(frozen=True, slots=True)
class BesideRgb:
    """The samples beside red, green and blue, by their numbers in a pixel."""

    bands: tuple[int, ...]
    alpha: int | None = None
    associated: bool = False
    """Whether the colours, and they alone, were multiplied with alpha."""

    @property
    def order(self) -> tuple[int, ...]:
        """The samples as a picture has them: alpha last."""
        last = () if self.alpha is None else (self.alpha,)
        return (*range(len(_COLORS)), *self.bands, *last)

    def ordered(self, pixels: NDArray[Any]) -> NDArray[Any]:
        """Pixels (height, width, samples) in that order."""
        as_stored = self.order == tuple(range(len(self.order)))
        return pixels if as_stored else pixels[..., self.order]

    def model(self, sample_type: SampleType) -> PixelModel:
        """What the picture is delivered as."""
        count = len(_COLORS) + len(self.bands)
        return PixelModel(sample_type, ColorModel.CHANNELS, count, self.alpha is not None)


def beside_rgb(page: Directory) -> BesideRgb | None:
    """What a page of RGB has beside it; None where that is an alpha at most, and of other pages.

    None, too, where one picture has no room for so many bands. The fourth of four samples that
    nobody explains is taken for an alpha.
    """
    if page.number(Tag.PHOTOMETRIC, 1) != Photometric.RGB:
        return None
    if not len(_COLORS) < page.samples <= MAX_BANDS + 1:
        return None
    told = page.numbers(Tag.EXTRA_SAMPLES)
    if not told and page.samples == len(_COLORS) + 1:
        return None
    extras = range(len(_COLORS), page.samples)
    kinds = dict(zip(extras, told, strict=False))
    alpha = next((sample for sample in extras if kinds.get(sample) in _ALPHAS), None)
    bands = tuple(sample for sample in extras if sample != alpha)
    if not bands or len(_COLORS) + len(bands) > MAX_BANDS:
        return None
    return BesideRgb(bands, alpha, alpha is not None and kinds[alpha] == Extra.ASSOCIATED)


def in_order(pixels: NDArray[Any], page: Directory) -> NDArray[Any]:
    """All samples of a page's pixels, as a picture has them."""
    beside = beside_rgb(page)
    return pixels if beside is None else beside.ordered(pixels)


def with_beside(channels: tuple[Channel, ...], page: Directory) -> tuple[Channel, ...]:
    """``channels`` with what a page tells of those beside RGB; as they are where there are none."""
    beside = beside_rgb(page)
    if beside is None:
        return channels
    names = band_names(page)
    more = (Channel(names.get(sample, ""), beside_rgb=True) for sample in beside.bands)
    return completed((*_COLORS, *more), channels)
