"""Hands on the sliders of planes. No GL, no toolkit."""

from collections.abc import Callable

from glview.hud.plane_sliders import SliderPlaces
from glview.planes import Plane


class SliderGrip:
    """A press on a track goes to the plane there, a drag from there along.

    ``shown`` tells where the sliders lie, if they do; ``plane`` and ``go_to`` are the viewer's.
    """

    def __init__(
        self,
        shown: Callable[[], SliderPlaces | None],
        plane: Callable[[], Plane],
        go_to: Callable[[Plane], None],
    ) -> None:
        self._shown = shown
        self._plane = plane
        self._go_to = go_to
        self._axis: int | None = None
        self._off_px = 0.0

    @property
    def follows_pointer(self) -> bool:
        return self._axis is not None

    def press(self, x: float, y: float, now: float) -> bool:
        """Press on the sliders; False anywhere else."""
        del now  # planes change at once
        on = self._shown()
        axis, plane = (on.axis_at(x, y) if on is not None else None), self._plane()
        # The image may have become another since they were drawn.
        if on is None or axis is None or len(plane) != len(on.sizes):
            return False
        self._axis = axis
        # Who takes hold of a handle beside its middle does not move it by that.
        off_px = on.handle_x(axis, plane[axis]) - x
        self._off_px = off_px if abs(off_px) <= on.handle_px / 2.0 else 0.0
        return self.drag(x, y)

    def drag(self, x: float, y: float) -> bool:
        """Move with the button held; False where it was not pressed on the sliders."""
        del y
        on, axis, plane = self._shown(), self._axis, self._plane()
        # Likewise.
        if on is not None and axis is not None and len(on.sizes) == len(plane) > axis:
            at = on.index_at(axis, x + self._off_px)
            self._go_to((*plane[:axis], at, *plane[axis + 1 :]))
        return axis is not None

    def release(self) -> bool:
        """Let go; False where it was not pressed on the sliders."""
        axis, self._axis = self._axis, None
        return axis is not None
