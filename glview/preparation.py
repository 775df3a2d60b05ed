"""Has the GPU ready for what pictures take beside tiles."""

from collections.abc import Sequence

from glview.display import Display
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

    @property
    def is_first(self) -> bool:
        """Whether no display is prepared yet in this context."""
        return not self._displays

    def begin(self) -> bool:
        """True once for each context: then the first picture's part is to be made."""
        began, self._begun = self._begun, True
        return not began

    def make_all(self, uploader: Uploader, scene: Scene, displays: Sequence[Display]) -> None:
        """All at once."""
        while self.make_some(uploader, scene, displays):
            pass

    def make_some(self, uploader: Uploader, scene: Scene, displays: Sequence[Display]) -> bool:
        """A little, where the displays are others; False if there was nothing to do."""
        if self._displays == displays:
            return False
        if any(uploader.prepare(scene, display) for display in displays):
            return True
        self._displays = displays
        return False
