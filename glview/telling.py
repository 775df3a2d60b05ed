"""Who is told what a viewer does, and what was told last. No GL, no toolkit."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from glview.display import Display
from glview.errors import ImageError
from glview.failures import Hole
from glview.image import ImageDescription
from glview.navigator import Navigator
from glview.pyramid import TileKey
from glview.session import Session
from glview.viewport import Viewport


def ignore(*_: object) -> None:
    """An event nobody listens to."""


@dataclass(frozen=True, slots=True)
class ViewerEvents:
    """Who is told what; called on the thread that draws, never while a frame is half made."""

    loaded: Callable[[ImageDescription], None] = ignore
    failed: Callable[[ImageError], None] = ignore
    view_changed: Callable[[Viewport], None] = ignore
    settled: Callable[[], None] = ignore
    tile_failed: Callable[[TileKey, str], None] = ignore
    plane_changed: Callable[[ImageDescription], None] = ignore
    """Another picture of the same file is shown."""
    display_changed: Callable[[Display], None] = ignore
    closed: Callable[[], None] = ignore
    """The image was closed, and none is shown any more."""
    series_changed: Callable[[ImageDescription], None] = ignore
    """Another image of the same file is shown, after it was told to be ``loaded``."""


class Telling:
    """Tells ``events`` of everything once; the view is the navigator's."""

    def __init__(self, events: ViewerEvents, navigator: Navigator) -> None:
        self.events = events
        self._navigator = navigator
        self._view: Viewport | None = None
        self._display: Display | None = None
        self._settled = False

    @property
    def settled(self) -> bool:
        """Whether the last picture that was told of is final, and nothing was changed since."""
        return self._settled

    def unsettle(self) -> None:
        """Something was changed that another picture has to be drawn for."""
        self._settled = False

    def loaded(self, description: ImageDescription) -> None:
        """Another image is shown."""
        self._settled = False
        self._display = None
        self.events.loaded(description)

    def series_changed(self, description: ImageDescription) -> None:
        """Another image of the same file is shown."""
        self.loaded(description)
        self.events.series_changed(description)

    def closed(self) -> None:
        """No image is shown any more."""
        self._settled = False
        self._view = self._display = None
        self.events.closed()

    def plane_changed(self, description: ImageDescription) -> None:
        """Another picture of the same file is shown."""
        self._settled = False
        self.events.plane_changed(description)

    def failed(self, error: ImageError) -> None:
        """An image, or a plane of it, cannot be shown."""
        self.events.failed(error)

    def holes(self, holes: Iterable[Hole]) -> None:
        """Tiles in sight cannot be read."""
        for hole in holes:
            self.events.tile_failed(hole.key, hole.error)

    def picture(self, session: Session, view: Viewport, *, changed: bool, settled: bool) -> None:
        """A picture was drawn, of a view that has ``changed`` since the last; it may be final."""
        if self.view_is_news():
            self.events.view_changed(view)
        if session.is_begun and session.display != self._display:
            self._display = session.display
            self.events.display_changed(session.display)
        newly, self._settled = settled and (changed or not self._settled), settled
        if newly:
            self.events.settled()

    def view_is_news(self) -> bool:
        """Whether the view is another than was told of; from now on it counts as told."""
        view = self._navigator.view
        is_news, self._view = view != self._view, view
        return is_news
