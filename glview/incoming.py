"""An image that is made ready out of sight, to take the place of the one on the screen. No GL."""

from typing import Any

from numpy.typing import NDArray

from glview.atlas import AtlasLayout, Slot
from glview.display import Display
from glview.errors import GpuMemoryError
from glview.frame import Scene
from glview.gpu import Uploader
from glview.opener import Original
from glview.residents import LONG_AGO_S
from glview.session import Session
from glview.texels import TexelFormat
from glview.viewport import Point, Viewport

SHARP_WITHIN_S = 1.0
"""What is not sharp by then is shown as far as it has come."""
PASSED_WITHIN_S = 0.15
"""Of planes that a hand runs through, each is shown at the latest by then."""


class Stash:
    """Takes the uploads of a session while the atlas is another image's."""

    def __init__(self) -> None:
        self._configured: tuple[AtlasLayout, TexelFormat] | None = None
        self._uploads: list[tuple[Slot, int, int, NDArray[Any]]] = []
        self.size_bytes = 0
        """Host memory of the texels kept."""

    def configure(self, layout: AtlasLayout, texels: TexelFormat, *, keep: bool = False) -> None:
        del keep  # nothing is there before
        self._configured = (layout, texels)

    def make_room(self, tiles: int) -> None:
        """The atlas is another image's."""

    def prepare(self, scene: Scene, display: Display) -> bool:
        """The uploader has the programs of the image before, which mostly are the same."""
        del scene, display
        return False

    def reserve_composite(self, width_px: int, height_px: int) -> None:
        """Nothing is drawn before all is handed over."""

    def upload(self, slot: Slot, x: int, y: int, texels: NDArray[Any]) -> None:
        self._uploads.append((slot, x, y, texels))
        self.size_bytes += texels.nbytes

    def hand_over(self, uploader: Uploader) -> GpuMemoryError | None:
        """Make all uploads, in their order, in an atlas that is begun anew.

        If there is no memory for a layer, those into it and the layers after it are left out, and
        that is told.
        """
        assert self._configured is not None
        uploader.configure(*self._configured, keep=True)
        told: GpuMemoryError | None = None
        layers = self._configured[0].max_layers
        for slot, x, y, texels in self._uploads:
            if slot.layer >= layers:
                continue
            try:
                uploader.upload(slot, x, y, texels)
            except GpuMemoryError as refused:
                told, layers = refused, slot.layer
        return told


class Incoming:
    """A session and what it has made ready; used by the thread that owns the view.

    More than ``capacity_bytes`` of texels do not wait for the atlas.
    """

    def __init__(self, session: Session, original: Original | None, *, capacity_bytes: int) -> None:
        self.session = session
        self.original = original
        self._stash = Stash()
        self._capacity_bytes = capacity_bytes
        self._began_s: float | None = None
        self._view: Viewport | None = None
        session.attach(self._stash)

    def look_ahead(self, view: Viewport, now_s: float, budget_s: float) -> bool:
        """`prepare` within what may wait; what was made ready for other views goes for that."""
        if self._stash.size_bytes > self._capacity_bytes and view != self._view:
            self._stash = Stash()
            self.session.attach(self._stash)
        if self._stash.size_bytes > self._capacity_bytes:
            return False
        return self.prepare(view, None, now_s, budget_s)

    def begin(self) -> None:
        """It is to be shown from now on: its time runs."""
        self._began_s = None

    def prepare(self, view: Viewport, focus: Point | None, now_s: float, budget_s: float) -> bool:
        """Take in what has arrived, for ``budget_s`` at most; True if more waits."""
        if self._began_s is None:
            self._began_s = now_s
        self._view = view
        self.session.follow(view, focus=focus, moving=False)
        # As if all had been there for long: what replaces a picture does not fade in.
        return self.session.take(self._stash, LONG_AGO_S, budget_s)

    def is_ready(self, now_s: float, within_s: float = SHARP_WITHIN_S) -> bool:
        """Whether it can be shown: sharp, or without blanks where that takes longer.

        Asked when a tile has come or a frame is drawn; no clock runs for it.
        """
        if self._began_s is None:
            return False
        if self.session.standing.is_complete() and self.session.is_windowed:
            return True
        late = now_s - self._began_s > within_s
        full = self._stash.size_bytes > self._capacity_bytes
        return (late or full) and self.session.has_picture(now_s, blurred=True)

    def hand_over(self, uploader: Uploader) -> None:
        """Upload what is ready; the uploader's context is current."""
        refused = self._stash.hand_over(uploader)
        if refused is not None:
            self.session.refuse(refused)
