"""Which of a file's images is asked for, and how those were left that were shown before. No GL.

What is opened for it, and how it comes to the screen, is `glview.arrivals`'; for the thread that
owns the view.
"""

from dataclasses import dataclass, replace

from glview.display import Display, WindowOrigin
from glview.planes import Plane, Seen
from glview.session import Session
from glview.view_state import ViewState, display_after


@dataclass(frozen=True, slots=True)
class _Left:
    """How an image was left."""

    seen: Seen
    display: Display | None
    """None: as it came."""
    origin: WindowOrigin


class SeriesChanges:
    """From one image of a file to another: each is one of its own, and remembered as it was left.

    Of the display before stays what is no matter of data: background, fades, filters.
    """

    def __init__(self) -> None:
        self.wanted: int | None = None
        """The one that is asked for, until it is shown or cannot be."""
        self.restored: ViewState | None = None
        """The view that it is to be shown in."""
        self._left: dict[int, _Left] = {}

    def ask(self, series: int, restored: ViewState | None) -> None:
        """One is wanted that is not shown."""
        self.wanted, self.restored = series, restored

    def over(self) -> None:
        """Nothing else than what is shown is wanted."""
        self.wanted = self.restored = None

    def forget(self) -> None:
        """Another file is wanted."""
        self.over()
        self._left.clear()

    @property
    def plane(self) -> Plane | None:
        """At which plane the one that is asked for has to come up; None: nobody says."""
        return (self.restored.plane or None) if self.restored is not None else None

    @property
    def seen(self) -> Seen | None:
        """At which plane it was left: the file may have become another since."""
        left = self._left.get(self.wanted) if self.wanted is not None else None
        return left.seen if left is not None else None

    def leave(self, shown: Session) -> None:
        """Another comes in the place of this one."""
        described, display = shown.file_description, shown.display
        made = None if display == shown.first_display else display
        seen = Seen(described.axes, described.plane)
        self._left[described.series] = _Left(seen, made, shown.window_origin)

    def dress(self, session: Session, before: Session | None) -> None:
        """Give the image that is asked for the display that it is to come up with."""
        left = self._left.get(session.file_description.series)
        display = left.display if left is not None else None
        alike = display is not None and len(display.windows) == len(session.display.windows)
        if left is not None and display is not None and alike:
            session.display = session.display.as_data_of(display)
            session.window_origin = left.origin
        keep_own(session, before)
        if self.restored is not None:
            session.display = display_after(self.restored, session.display)


def keep_own(session: Session, before: Session | None) -> None:
    """In its own windows and colours, and for the rest as the image before it."""
    if before is None:
        return
    own, display = session.display, before.display
    changed = display.background != before.first_background
    session.display = replace(
        display.as_data_of(own),
        color_table=own.color_table,
        background=display.background if changed else session.first_background,
    )
