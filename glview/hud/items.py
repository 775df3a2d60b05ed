"""The things that can stand on the picture (pure)."""

import enum


class HudItem(enum.Enum):
    """One of them; each is shown or not."""

    SCALE_BAR = "scale bar"
    """A length of the image, in its physical units where the file tells the size of a pixel."""
    NAVIGATOR = "navigator"
    """The whole image, small, with what is in sight framed; a press on it goes there."""
    READOUT = "readout"
    """The pixel under the pointer and its samples at full resolution, as the file has them."""
    PIXEL_GRID = "pixel grid"
    """Lines between image pixels where they are large, and their samples where those fit."""
    LEGEND = "legend"
    """The channels of an image that has several, in their colours; what is hidden is dimmed."""
    PLANE_SLIDERS = "plane sliders"
    """A slider for z, time and whatever else the file's pictures lie along, to be dragged."""
