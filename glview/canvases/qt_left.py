"""A widget's images, shown as a hand has left them."""

from PySide6.QtCore import QSettings

from glview.canvases.as_left import AsLeft
from glview.canvases.qt import GLBigImageWidget

_DISPLAYS = "images/displays"


class Displays:
    """How the images of a widget were left, by their paths; ``store`` keeps it. GUI thread."""

    def __init__(self, widget: GLBigImageWidget, store: QSettings) -> None:
        self._widget, self._store = widget, store
        self._left = AsLeft(str(store.value(_DISPLAYS, "")))

    def text(self) -> str:
        """All that is remembered."""
        return self._left.text()

    def plane(self, path: str, series: int) -> str:
        """At which plane, in words, an image was left; none where it was left as it came."""
        return self._left.plane(path, series)

    def show(self, path: str) -> None:
        """Show the image, which is that of a path, as a hand has left it the last time."""
        widget = self._widget
        kept = self._left.before(path, widget.description, widget.display)
        if kept is not None:
            widget.display = kept.display
            widget.window_origin = kept.origin

    def remember(self, path: str) -> None:
        """Remember how the image is shown, if otherwise than it came."""
        widget, described = self._widget, self._widget.description
        if described is not None:
            first, now = widget.first_display, widget.display
            self._left.changed(path, described, first, now, widget.window_origin)

    def keep(self) -> None:
        """Keep it in the store."""
        self._store.setValue(_DISPLAYS, self.text())
