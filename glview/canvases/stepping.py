"""Planes and images of a file by keys, and what is said of them. No GL, no toolkit."""

from collections.abc import Callable

from glview.canvases.bindings import PLANES, SERIES, Command
from glview.canvases.notices import Notices
from glview.planes import parse_plane, plane_text, stepped
from glview.series import series_text
from glview.viewer import Viewer


def go_to_plane(viewer: Viewer, asked: str, say: Callable[[str], None]) -> None:
    """Go to the plane that words ask for, such as ``z=3,t=1``; none: nowhere.

    ``say`` hears what is wrong with them.
    """
    described = viewer.description
    if described is None or not asked:
        return
    try:
        viewer.go_to_plane(parse_plane(asked, described))
    except ValueError as error:
        say(f"--plane {asked}: {error}")


class Stepping:
    """Goes from plane to plane, and to other images of a file, and says which it is.

    For the thread that draws.
    """

    def __init__(
        self, viewer: Viewer, notices: Notices, is_told: Callable[[], bool] = lambda: False
    ) -> None:
        """``is_told``: whether the picture says already which plane is asked for."""
        self._viewer = viewer
        self._notices = notices
        self._is_told = is_told
        self._struck: int | None = None
        """Which of a file's images a key asked for last."""

    def take(self, command: Command) -> bool:
        """Do what a command asks for; False for one of other things, and without an image."""
        described = self._viewer.description
        if command in SERIES and described is not None:
            self._go_to_series(SERIES[command])
            return True
        if command not in PLANES or described is None:
            return False
        axis, by = PLANES[command]
        axes = described.axes
        if len(axes) < -axis:
            none = "The image has one picture only"
            self._notices.say_briefly("Its pictures have no other axis" if axes else none)
            return True
        self._viewer.go_to_plane(stepped(axes, self._viewer.plane, axis, by))
        self._say(plane_text(axes, self._viewer.plane))
        return True

    def _go_to_series(self, by: int) -> None:
        all_series = self._viewer.all_series
        if not all_series:
            self._notices.say_briefly("The file has one image only")
            return
        series = min(max(self._viewer.series + by, 0), len(all_series) - 1)
        self._viewer.go_to_series(series)
        self._struck = series
        self._say_series()

    def series_changed(self) -> None:
        """Another image of the file is shown, which took away what was said of it."""
        if self._struck == self._viewer.series:
            self._say_series()
        self._struck = None

    def _say_series(self) -> None:
        self._say(series_text(self._viewer.all_series, self._viewer.series))

    def _say(self, which: str) -> None:
        """Say which one is asked for, unless the picture does."""
        if not self._is_told():
            self._notices.say_briefly(which)
