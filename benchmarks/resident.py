"""Images whose tiles are all in the atlas, and the ways in which they are drawn."""

from dataclasses import dataclass, replace

from glview.bench import resident
from glview.bench.resident import HEIGHT_PX, PAN_PX, WIDTH_PX
from glview.display import Display, Window
from glview.options import ViewerOptions
from glview.sources.synthetic import SyntheticOptions

__all__ = ["FEW", "HEIGHT_PX", "MANY", "PAN_PX", "SCALES", "WIDTH_PX", "Extent", "Resident"]


@dataclass(frozen=True, slots=True)
class Extent:
    """An image of ``width`` x ``height`` pixels in tiles of ``tile_px``."""

    width: int
    height: int
    tile_px: int


FEW = Extent(3072, 2048, 512)
MANY = Extent(6144, 4608, 256)
SCALES = {"magnified": 1.25, "minified": 0.7, "cross-fade": 0.53, "composite": 0.53}
"""Each a way of drawing: one fetch, four fetches, and two levels in the target or through a
composite, as a display with a window takes it."""


def display_for(kind: str, display: Display) -> Display:
    """The display of bytes that takes this way of drawing."""
    top = 254.0 if kind == "composite" else 255.0
    return replace(display, windows=(Window(0.0, top),) * len(display.windows))


class Resident(resident.Resident):
    """One of these images in colour."""

    def __init__(self, extent: Extent) -> None:
        tile = SyntheticOptions(tile_width=extent.tile_px, tile_height=extent.tile_px)
        super().__init__((extent.width, extent.height), tile, ViewerOptions(workers=2))

    def show(self, kind: str) -> None:
        """Have the display that takes this way of drawing."""
        display = self.screen.viewer.display
        assert display is not None
        self.screen.viewer.display = display_for(kind, display)
