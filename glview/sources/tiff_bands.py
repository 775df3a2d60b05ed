"""From the encoded pieces of a TIFF's picture to an image in a sample type the atlas carries."""

from collections.abc import Sequence
from typing import Any

import pyvips

from glview.sources.model import PixelModel
from glview.sources.tiff_beside import BesideRgb, beside_rgb
from glview.sources.tiff_codes import Extra, Photometric
from glview.sources.tiff_facts import extra_is_alpha
from glview.sources.tiff_log import encoded, is_light
from glview.sources.tiff_structure import Directory, Tag
from glview.sources.vips_pixels import OPAQUE, displayable

_UNSIGNED = frozenset({"uchar", "ushort", "uint"})
_MOST_ALPHA = 1e8
"""libvips' own division takes no larger one."""


def opened(
    sources: Sequence[Any],
    directory: Directory,
    fail_on: str,
    offset: float = 0.0,
    nodata: float | None = None,
) -> tuple[Any, PixelModel]:
    """A lazy image of a page, or of a part of it, and its model.

    ``sources`` are TIFFs of one picture each: one with all samples of a pixel, or one for each
    sample where the page stores them apart. They must live as long as the image. ``offset`` and
    ``nodata`` are as in `displayable`. `VipsError` or ValueError say what is wrong.
    """
    images = [
        pyvips.Image.tiffload_source(source, access="sequential", fail_on=fail_on)
        for source in sources
    ]
    image = images[0] if len(images) == 1 else _joined(images, directory)
    if is_light(directory):
        return displayable(encoded(image, directory))
    beside = beside_rgb(directory)
    extras = directory.numbers(Tag.EXTRA_SAMPLES)
    if beside is not None:
        image = _straight_rgb(image, beside)
    elif extras and extras[0] == Extra.ASSOCIATED and image.bands > len(extras):
        image = _straight(image, image.bands - len(extras))
    return displayable(
        image,
        extra_is_alpha=extra_is_alpha(directory),
        beside=beside,
        offset=offset,
        nodata=nodata,
    )


def _joined(images: Sequence[Any], directory: Directory) -> Any:
    photometric = directory.number(Tag.PHOTOMETRIC, 1)
    first = images[0]
    if photometric == Photometric.WHITE_IS_ZERO and str(first.format) in _UNSIGNED:
        # As libvips does it with samples side by side; here it has been told nothing of white.
        first = first.invert()
    image = first.bandjoin(images[1:])
    if photometric == Photometric.SEPARATED and len(images) >= 4:
        return image.copy(interpretation="cmyk")
    if photometric == Photometric.RGB and len(images) >= 3:
        return image.copy(interpretation="rgb16" if str(image.format) == "ushort" else "srgb")
    return image.copy(interpretation="b-w")


def _straight_rgb(image: Any, beside: BesideRgb) -> Any:
    """Red, green and blue divided by alpha, and nothing beside them."""
    if beside.alpha is None or not beside.associated:
        return image
    alpha = image.extract_band(beside.alpha)
    colors = _straight(image.extract_band(0, n=3).bandjoin(alpha), 3).extract_band(0, n=3)
    others = image.extract_band(3, n=image.bands - 3)
    return colors.bandjoin(others).copy(interpretation=image.interpretation)


def _straight(image: Any, alpha_band: int) -> Any:
    """Colours divided by the alpha that they were multiplied with."""
    form, meaning = str(image.format), str(image.interpretation)
    straight = (
        _divided(image, alpha_band)
        if OPAQUE[form] > _MOST_ALPHA
        else image.unpremultiply(max_alpha=OPAQUE[form], alpha_band=alpha_band)
    )
    if form not in ("float", "double"):
        straight = straight.rint().cast(form)
    return straight.copy(interpretation=meaning)


def _divided(image: Any, alpha_band: int) -> Any:
    wide = image.cast("double")
    alpha = wide.extract_band(alpha_band)
    share = (alpha > 0).ifthenelse(OPAQUE[str(image.format)] / alpha, 0.0)
    colors = wide.extract_band(0, n=alpha_band) * share
    return colors.bandjoin(wide.extract_band(alpha_band, n=image.bands - alpha_band))
