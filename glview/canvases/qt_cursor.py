"""What is under a widget's pointer: the place in the image, and the samples of the pixel there."""

from collections.abc import Callable

from PySide6.QtCore import QPointF

from glview.canvases.input import Controls
from glview.probe import Sample, pixel_at
from glview.viewer import Viewer
from glview.viewport import Point


class Cursor:
    """Asks a viewer for the pixel under the pointer, and tells it; for the GUI thread.

    ``tell`` is called with the place in image pixels and the samples there, which are empty until
    they are read; or with None and none, once, beside the image. It may not hold the widget.
    """

    def __init__(
        self,
        viewer: Viewer,
        controls: Controls,
        tell: Callable[[QPointF | None, tuple[float, ...]], None],
    ) -> None:
        self._viewer = viewer
        self._controls = controls
        self._tell = tell
        self._place_asked: QPointF | None = None
        self._known: Sample | None = None

    def ask(self) -> None:
        """Ask what is under the pointer, unless it is known."""
        place = self._place()
        if place is not None and self._tell_known(place):
            return
        inside = place is not None and self._viewer.ask(*place)
        was_inside = self._place_asked is not None
        self._place_asked = QPointF(*place) if place is not None and inside else None
        if was_inside and not inside:
            self._tell(None, ())

    def answered(self, sample: Sample | None) -> None:
        """What was asked for is known, or is not after all."""
        place = self._place()
        if sample is None or self._viewer.description is None or place is None:
            return
        # The view or the pointer may have moved since; then another answer is on its way.
        self._known = sample
        self._tell_known(place)

    def forget(self) -> None:
        """What was read under the pointer was another picture's; `ask` is to follow."""
        self._known = None
        if self._place_asked is not None:
            self._tell(self._place_asked, ())

    def _place(self) -> Point | None:
        """The place of the pointer in the image; None where it is elsewhere."""
        pointer = self._controls.pointer
        return None if pointer is None else self._viewer.navigator.view.i_from_s(*pointer)

    def _tell_known(self, place: Point) -> bool:
        """Tell of a place in the pixel that was read last: nothing need be read for it."""
        known, described = self._known, self._viewer.description
        if known is None or described is None:
            return False
        if pixel_at(described, *place) != pixel_at(described, known.x, known.y):
            return False
        self._place_asked = QPointF(*place)
        self._tell(self._place_asked, known.values)
        return True
