"""What is said of commands that change nothing to be seen, and of a picture of nothing."""

from glview.canvases.bindings import MAGNIFICATIONS, Command
from glview.canvases.titles import percent
from glview.errors import unnamed
from glview.hud.pixel_grid import LEAST_LINES_PX
from glview.image import ColorModel, ImageDescription, SampleType
from glview.viewer import Viewer

NO_MAGNIFICATION = "Of this image no magnification is known"


def no_magnification(command: Command, known: float | None) -> str:
    """Why a command of a magnification goes nowhere; empty where it does, and for others."""
    return NO_MAGNIFICATION if command in MAGNIFICATIONS and known is None else ""


def why_unseen(
    command: Command, description: ImageDescription, scale: float, pixel_ratio: float
) -> str:
    """Why what a command shows does not show in a view of this scale; empty where it does."""
    if command is Command.PIXEL_GRID:
        level = description.pyramid.levels[0]
        least = LEAST_LINES_PX * pixel_ratio / min(level.downsample_x, level.downsample_y)
        return f"A pixel grid shows from {percent(least)} on" if scale < least else ""
    names_any = description.color_model is ColorModel.CHANNELS and description.bands > 1
    if command is Command.LEGEND and not names_any:
        return "The image has no channels to be named"
    return ""


def nothing_seen(viewer: Viewer) -> str:
    """Why a picture shows nothing of an image all of which could be read; empty where it does.

    Takes milliseconds where there may be samples that stand for nothing.
    """
    described = viewer.description
    if described is None or viewer.blank or viewer.holes:
        return ""
    told = _without_values(described)
    return told if told and not viewer.visible_values().size else ""


def nothing_read(viewer: Viewer) -> str:
    """Why a picture shows nothing of an image that cannot be read; empty where it shows some."""
    described, holes = viewer.description, viewer.holes
    if described is None or not viewer.blank or not holes:
        return ""
    return f"nothing in sight can be read: {unnamed(described.name, holes[0].error)}"


def _without_values(description: ImageDescription) -> str:
    """What to say where no sample counts; empty for an image all of whose samples do."""
    if description.alpha:
        return "All that is in sight is transparent"
    if description.nodata is not None:
        return "No pixel in sight has data"
    floats = description.sample_type is SampleType.F32
    return "No value in sight is a number" if floats else ""
