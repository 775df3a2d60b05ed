"""Hands on the navigator. No GL, no toolkit."""

from collections.abc import Callable
from dataclasses import replace

from glview.hud.navigator_map import NavigatorMap
from glview.motion import on_grid
from glview.navigator import Navigator


class NavigatorGrip:
    """A press on the small picture goes there, a drag from there along (`canvases.input.Grip`).

    ``shown`` tells where the small picture lies, if it does; ``followed`` whether anything else on
    the picture is another for each place of the pointer.
    """

    def __init__(
        self,
        navigator: Navigator,
        shown: Callable[[], NavigatorMap | None],
        followed: Callable[[], bool],
    ) -> None:
        self._navigator = navigator
        self._shown = shown
        self._followed = followed
        self._dragging = False

    @property
    def follows_pointer(self) -> bool:
        """Whether a pointer that moves wants another picture."""
        return self._dragging or self._followed()

    def press(self, x: float, y: float, now: float) -> bool:
        """Press on the navigator: go there; False anywhere else."""
        on = self._shown()
        place = on.i_from_s(x, y) if on is not None else None
        if place is None:
            return False
        self._dragging = True
        there = self._navigator.destination
        self._navigator.go_to(replace(there, centre_x=place.x, centre_y=place.y), now)
        return True

    def drag(self, x: float, y: float) -> bool:
        """Move with the button held; False where it was not pressed on the navigator."""
        on = self._shown()
        if self._dragging and on is not None:
            place, there = on.i_nearest(x, y), self._navigator.destination
            view = on_grid(replace(there, centre_x=place.x, centre_y=place.y))
            self._navigator.set_view(view)
        return self._dragging

    def release(self) -> bool:
        """Let go; False where it was not pressed on the navigator."""
        dragging, self._dragging = self._dragging, False
        return dragging
