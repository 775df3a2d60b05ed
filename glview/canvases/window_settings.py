"""How a window comes up, as the command line says it (pure)."""

from dataclasses import dataclass

from glview.hud.items import HudItem

PROGRAM = "glview"
"""What the desktop knows its windows by."""
NO_DISPLAY = (
    "no display can be opened ({}). On a machine without one, `glview render IMAGE -o OUT.png`"
    " makes pictures; through ssh, `ssh -X` forwards a display."
)
FIT = -1
"""The ``zoom`` that shows the whole image."""


@dataclass(frozen=True, slots=True)
class WindowSettings:
    """``width`` and ``height`` of the picture in screen coordinates (Qt: logical pixels).

    None: such that it suits the screen. ``zoom`` is a level of the pyramid, counted from the
    smallest, that the first image is shown at, -1: fitted. ``fit``: the window becomes as large as
    the first image's picture, as far as the screen has room. ``hud`` is what stands on it.
    """

    width: int | None = None
    height: int | None = None
    fullscreen: bool = False
    zoom: float = FIT
    fit: bool = False
    hud: frozenset[HudItem] = frozenset()
    plane: str = ""
    """Which of the first image's pictures is shown, as `glview.planes.parse_plane` has it."""
    series: int = 0
    """Which of several images of the first file is shown, counted from 0."""

    @property
    def sized(self) -> bool:
        """Whether anything is said about the window's size when it is not on the full screen."""
        return self.fit or bool(self.width or self.height)

    def size(self, suitable: tuple[int, int]) -> tuple[int, int]:
        """The size to come up with, where ``suitable`` is what suits."""
        return self.width or suitable[0], self.height or suitable[1]
