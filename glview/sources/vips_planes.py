"""`pyvips.Image`s of more bands than one picture has room for: each is a picture."""

from dataclasses import replace
from typing import Any

from glview.image import Axis
from glview.planes import CHANNEL, require_plane
from glview.pyramid import TileKey
from glview.sources.array import vips_source
from glview.sources.base import ImageDescription, Tile, TileSource
from glview.sources.cancellation import Cancellation
from glview.sources.vips_pixels import VIPS_OR_VALUE, displayable
from glview.texels import MAX_BANDS


class VipsPlane:
    """One band of a `pyvips.Image` of many, in memory, and the way to the others.

    As thread-safe as `MemorySource`. What an image that is read once, from the top, is made of has
    been read then: its other bands are ImageErrors.
    """

    def __init__(
        self, image: Any, band: int, budget_bytes: int, cancellation: Cancellation | None = None
    ) -> None:
        self._image = image
        self._budget_bytes = budget_bytes
        alone = image.extract_band(band).copy(interpretation="b-w")
        self._source = vips_source(alone, budget_bytes=budget_bytes, cancellation=cancellation)
        self._description = replace(
            self._source.description, axes=(Axis(CHANNEL, image.bands),), plane=(band,)
        )

    @property
    def description(self) -> ImageDescription:
        return self._description

    @property
    def cache_bytes(self) -> int:
        return self._source.cache_bytes

    def read_tile(self, key: TileKey) -> Tile:
        return self._source.read_tile(key)

    def at_plane(self, plane: tuple[int, ...]) -> TileSource:
        """Another band; IndexError where there is none. Evaluates it and makes its levels."""
        require_plane(self._description, plane)
        return VipsPlane(self._image, plane[0], self._budget_bytes)

    def close(self) -> None:
        self._source.close()


def vips_planes(image: Any, budget_bytes: int, cancellation: Cancellation) -> TileSource:
    """`vips_source`; more bands than `MAX_BANDS` are an axis "channel"."""
    if _shown_bands(image) > MAX_BANDS:
        return VipsPlane(image, 0, budget_bytes, cancellation)
    return vips_source(image, budget_bytes=budget_bytes, cancellation=cancellation)


def _shown_bands(image: Any) -> int:
    """Of colours more than an alpha are left out, so these are few."""
    try:
        return displayable(image)[1].depth
    except VIPS_OR_VALUE:
        return 0  # It will be told of.
