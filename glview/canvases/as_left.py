"""Images are shown as a hand has left them: which displays are that hand's doing (pure)."""

import os
from dataclasses import dataclass, replace

from glview.canvases.kept_displays import KeptDisplays
from glview.canvases.titles import name_of
from glview.display import Display, WindowOrigin
from glview.image import ImageDescription
from glview.planes import channel_at


@dataclass(frozen=True, slots=True)
class Left:
    """How a hand has left an image."""

    display: Display
    origin: WindowOrigin
    """Whose doing its windows are."""


class AsLeft:
    """Remembers how the images of a window are shown, each that is shown otherwise than it came."""

    def __init__(self, text: str = "") -> None:
        """``text`` is what `text` told the last time."""
        self._kept = KeptDisplays(text)

    def text(self) -> str:
        """All that is remembered."""
        return self._kept.text()

    def before(
        self, path: str, described: ImageDescription | None, now: Display | None
    ) -> Left | None:
        """How a hand has left the image the last time, if it has."""
        if described is None or now is None:
            return None
        kept_as = _kept_as(path, described)
        display = self._kept.of(kept_as, now, described)
        return None if display is None else Left(display, self._kept.origin(kept_as))

    def plane(self, path: str, series: int = 0) -> str:
        """At which plane, in words, it was left where its display was; none where that is none."""
        return self._kept.plane(_image_at(path, series))

    def changed(
        self,
        path: str,
        described: ImageDescription,
        first: Display | None,
        now: Display | None,
        origin: WindowOrigin,
    ) -> None:
        """An image is shown otherwise; ``first`` is what `reset_display` would come back to.

        Nothing where that is another one by now than the path's.
        """
        if described.name != name_of(path) or first is None or now is None:
            return
        # Windows that were found for another plane are no hand's doing.
        as_it_came = origin is WindowOrigin.FOUND and replace(now, windows=first.windows) == first
        kept = None if as_it_came else now
        self._kept.keep(_kept_as(path, described), kept, described, origin)


def _kept_as(path: str, described: ImageDescription) -> str:
    """What a display is kept by: the file, which of its images, and which channel along an axis."""
    file = _image_at(path, described.series)
    channel = channel_at(described.axes, described.plane)
    return f"{file}#{channel}" if channel else file


def _image_at(path: str, series: int) -> str:
    file = os.path.abspath(path)
    return f"{file}#image{series + 1}" if series else file
