"""Between which values the tags of a TIFF say that its samples lie (pure).

SMinSampleValue and SMaxSampleValue, one for each sample. Not MinSampleValue and MaxSampleValue, of
which TIFF 6 says that they are for statistics and change no picture.
"""

from dataclasses import replace

from glview.sources.base import Channel, ColorModel
from glview.sources.model import PixelModel
from glview.sources.tiff_codes import Photometric
from glview.sources.tiff_structure import Directory, Tag

Extent = tuple[float, float]


def with_extents(
    channels: tuple[Channel, ...], page: Directory, model: PixelModel, band: int = 0
) -> tuple[Channel, ...]:
    """``channels``, or as many as the model has bands, with what a page says of its samples.

    ``band`` is the first of them. As they are where it says nothing, and of colours and samples
    that are inverted.
    """
    black = page.number(Tag.PHOTOMETRIC, 1) == Photometric.BLACK_IS_ZERO
    if not black or model.color_model is ColorModel.RGB:
        return channels
    extents = tuple(_extent(page, band + number) for number in range(model.bands))
    if not any(extents):
        return channels
    channels = channels or (Channel(),) * model.bands
    return tuple(
        replace(channel, extent=extent) for channel, extent in zip(channels, extents, strict=True)
    )


def _extent(page: Directory, band: int) -> Extent | None:
    lows, highs = page.numbers(Tag.S_MIN), page.numbers(Tag.S_MAX)
    if not len(lows) == len(highs) == page.samples or band >= page.samples:
        return None
    low, high = float(lows[band]), float(highs[band])
    return None if low >= high or _is_of_a_type(low, high) else (low, high)


def _is_of_a_type(low: float, high: float) -> bool:
    """Whether these are the ends of so many bits, or 0 and 1, as writers put without a look."""
    whole = low % 1 == 0 and high % 1 == 0
    power = whole and high >= 1 and (int(high) & (int(high) + 1)) == 0
    return power and low in (0.0, -high - 1, -high)
