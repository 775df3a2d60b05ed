"""Has the GPU ready for what pictures take beside tiles."""

from glview.display import Display
from glview.frame import Scene
from glview.gpu import Uploader


class Preparation:
    """What was prepared for which display; used by the thread that owns the view."""

    def __init__(self) -> None:
        self._display: Display | None = None

    def make_all(self, uploader: Uploader, scene: Scene, display: Display) -> None:
        """All at once, in a new context."""
        while uploader.prepare(scene, display):
            pass
        self._display = display

    def make_some(self, uploader: Uploader, scene: Scene, display: Display) -> bool:
        """A little, where the display is another; False if there was nothing to do."""
        if self._display is display:
            return False
        if uploader.prepare(scene, display):
            return True
        self._display = display
        return False
