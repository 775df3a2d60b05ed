"""Has the GPU ready for what pictures take beside tiles."""

import contextlib
from collections.abc import Sequence

from glview.display import Display
from glview.errors import GpuMemoryError
from glview.frame import Scene
from glview.gpu import Uploader


class Preparation:
    """What was prepared for which displays; used by the thread that owns the view."""

    def __init__(self) -> None:
        self._displays: Sequence[Display] = ()
        self._begun = False

    def begin_anew(self) -> None:
        """A new context, in which nothing is ready."""
        self._displays = ()
        self._begun = False

    def begin(self, uploader: Uploader, scene: Scene, display: Display, tiles: int) -> None:
        """Have an atlas and a program for the first picture, while workers read its tiles.

        Once for each context.
        """
        if self._begun:
            return
        self._begun = True
        # An upload tells where there is no memory for it.
        with contextlib.suppress(GpuMemoryError):
            uploader.make_room(tiles)
        # 5 to 12 ms on llvmpipe, of which the shader compiler's own start is most.
        uploader.prepare(scene, display)

    def go_on(self, uploader: Uploader, scene: Scene, displays: Sequence[Display]) -> bool:
        """All at once after the first picture, so that nothing is behind; a little from then on.

        True if there was something to do for a display that is another.
        """
        if not self._displays:
            self.make_all(uploader, scene, displays)
            return False
        return self._make_some(uploader, scene, displays)

    def make_all(self, uploader: Uploader, scene: Scene, displays: Sequence[Display]) -> None:
        """All at once."""
        while self._make_some(uploader, scene, displays):
            pass

    def _make_some(self, uploader: Uploader, scene: Scene, displays: Sequence[Display]) -> bool:
        """A little, where the displays are others; False if there was nothing to do."""
        if self._displays == displays:
            return False
        if any(uploader.prepare(scene, display) for display in displays):
            return True
        self._displays = displays
        return False
