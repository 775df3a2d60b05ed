"""Images are shown as a hand has left them: which displays are that hand's doing (pure)."""

import os

from glview.canvases.kept_displays import KeptDisplays
from glview.canvases.titles import name_of
from glview.display import Display
from glview.image import ImageDescription
from glview.planes import Plane, channel_at


class AsLeft:
    """Remembers how the images of a window are shown, each that is shown otherwise than it came."""

    def __init__(self, text: str = "") -> None:
        """``text`` is what `text` told the last time."""
        self._kept = KeptDisplays(text)
        self._came_at: Plane = ()
        self._came_as: Display | None = None
        """How the image came up, at which plane: that is nothing to be kept."""

    def text(self) -> str:
        """All that is remembered."""
        return self._kept.text()

    def came(self, plane: Plane) -> None:
        """An image has come up at a plane."""
        self._came_at, self._came_as = plane, None

    def before(
        self, path: str, described: ImageDescription | None, now: Display | None
    ) -> Display | None:
        """How a hand has left the image the last time, if it has."""
        if described is None or now is None:
            return None
        return self._kept.of(_kept_as(path, described), now, described)

    def changed(
        self, path: str, described: ImageDescription, first: Display | None, now: Display | None
    ) -> None:
        """An image is shown otherwise; ``first`` is what `reset_display` would come back to.

        Nothing where that is another one by now than the path's.
        """
        if described.name != name_of(path):
            return
        if described.plane == self._came_at:
            self._came_as = first
        # A step to another plane is not a hand's doing to the display.
        as_it_came = now in (first, self._came_as)
        self._kept.keep(_kept_as(path, described), None if as_it_came else now, described)


def _kept_as(path: str, described: ImageDescription) -> str:
    """What a display is kept by: the file, which of its images, and which channel along an axis."""
    file = os.path.abspath(path)
    if described.series:
        file = f"{file}#image{described.series + 1}"
    channel = channel_at(described.axes, described.plane)
    return f"{file}#{channel}" if channel else file
