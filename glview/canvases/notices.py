"""The panels of a window: its help and its message. No GL, no toolkit."""

from glview.canvases.input import BINDINGS
from glview.frame import Panel
from glview.panels import Tone, message_panel, table_panel

MARGIN = 16
"""Logical pixels between a panel and the window's edge."""


class Notices:
    """What stands on the picture; made anew when the window's size or scale changes.

    A `Panel` keeps its identity, and with it its texture, as long as it looks the same.
    """

    def __init__(self) -> None:
        self.help_shown = False
        self._message: tuple[str, str, Tone] | None = None
        self._panels: tuple[Panel, ...] = ()
        self._made_for: object = None

    def say(self, message: str, *, title: str = "", tone: Tone = Tone.PLAIN) -> None:
        """Show a message until `dismiss`."""
        self._message = (message, title, tone)

    def dismiss(self) -> bool:
        """Take away the help, else the message; False if there was neither."""
        if self.help_shown:
            self.help_shown = False
        elif self._message is not None:
            self._message = None
        else:
            return False
        return True

    def clear_message(self) -> None:
        self._message = None

    def panels(self, width: int, height: int, pixel_ratio: float) -> tuple[Panel, ...]:
        """The panels for a target of this size in device pixels, bottom one first."""
        asked = (width, height, pixel_ratio, self.help_shown, self._message)
        if asked != self._made_for:
            self._panels = tuple(self._make(width, height, pixel_ratio))
            self._made_for = asked
        return self._panels

    def _make(self, width: int, height: int, pixel_ratio: float) -> list[Panel]:
        margin = round(MARGIN * pixel_ratio)
        room = (max(1, width - 2 * margin), max(1, height - 2 * margin))
        made = []
        if self._message is not None:
            text, title, tone = self._message
            pixels = message_panel(
                text, title=title, tone=tone, pixel_ratio=pixel_ratio, max_size=room
            )
            rows, columns = pixels.shape[:2]
            made.append(Panel(pixels, (width - columns) // 2, height - rows - margin))
        if self.help_shown:
            table = [(binding.shown, binding.text) for binding in BINDINGS]
            pixels = table_panel("glview", table, pixel_ratio=pixel_ratio, max_size=room)
            rows, columns = pixels.shape[:2]
            made.append(Panel(pixels, (width - columns) // 2, (height - rows) // 2))
        return made
