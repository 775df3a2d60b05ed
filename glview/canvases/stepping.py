"""Planes by keys, and what is said of them on the picture. No GL, no toolkit."""

from glview.canvases.bindings import PLANES, Command
from glview.canvases.notices import Notices
from glview.planes import plane_text, stepped
from glview.viewer import Viewer


class Stepping:
    """Goes from plane to plane and says which it is; for the thread that draws."""

    def __init__(self, viewer: Viewer, notices: Notices) -> None:
        self._viewer = viewer
        self._notices = notices

    def take(self, command: Command) -> bool:
        """Do what a command asks for of planes; False for any other, and where there are none."""
        described = self._viewer.description
        if command not in PLANES or described is None:
            return False
        axis, by = PLANES[command]
        axes = described.axes
        if len(axes) < -axis:
            return False
        self._viewer.go_to_plane(stepped(axes, self._viewer.plane, axis, by))
        self._notices.say(plane_text(axes, self._viewer.plane))
        return True
