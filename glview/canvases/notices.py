"""The panels of a window: its help and its message. No GL, no toolkit."""

import math
from collections.abc import Callable

from glview.canvases.bindings import GLFW_WINDOW, help_rows
from glview.canvases.prompt import EXPECTED, Prompt
from glview.canvases.titles import short
from glview.errors import ImageError
from glview.frame import Panel
from glview.image import ImageDescription
from glview.panels import Tone, message_panel, table_panel

MARGIN = 16
"""Logical pixels between a panel and the window's edge."""
OPENING_AFTER_S = 0.5
"""A window calls `Notices.opening` where an image has not come by then: sooner, most would flash a
panel that nobody can read."""

BRIEF_S = 3.0
"""So long stands what is said of a key that was struck."""


class Notices:
    """What stands on the picture; made anew when the window's size or scale changes.

    A `Panel` keeps its identity, and with it its texture, as long as it looks the same. ``rows``
    tells the keys and what they do, as they are bound now.
    """

    def __init__(
        self, rows: Callable[[], tuple[tuple[str, str], ...]] = lambda: help_rows(GLFW_WINDOW)
    ) -> None:
        self.rows = rows
        self.help_shown = False
        self.prompt: Prompt | None = None
        """The question where to go, while it is open."""
        self.welcome = ""
        """What is said where there is no picture, and nothing else to say."""
        self._is_empty = True
        self._message: tuple[str, str, Tone] | None = None
        self._brief = False
        self.due_s = math.inf
        """When a brief message is to go, on the clock of `look`; a canvas paints again then."""
        self._opening = ""
        self._panels: tuple[Panel, ...] = ()
        self._made_for: object = None

    @property
    def speaks(self) -> bool:
        """Whether something stands there that is to be read."""
        return self._message is not None or bool(self._welcomes)

    @property
    def _welcomes(self) -> str:
        return self.welcome if self._is_empty else ""

    def say(self, message: str, *, title: str = "", tone: Tone = Tone.PLAIN) -> None:
        """Show a message until `dismiss`."""
        self._message = (message, title, tone)
        self._brief, self.due_s = False, math.inf

    def unsay(self, message: str) -> None:
        """What was said is true no more: take it away if it still stands."""
        if self._message is not None and self._message[0] == message:
            self.clear_message()

    def say_briefly(self, message: str, *, title: str = "") -> None:
        """Show a message for `BRIEF_S` from the next picture on."""
        self.say(message, title=title)
        self._brief = True

    def look(self, now_s: float) -> None:
        """A picture is painted now: a brief message begins to stand, or is over."""
        if self._brief:
            self._brief, self.due_s = False, now_s + BRIEF_S
        elif now_s >= self.due_s:
            self.clear_message()

    def opening(self, name: str) -> None:
        """Say that an image is being opened, until it is shown or fails.

        It takes the place of a message; one that comes later stands in its place.
        """
        self.clear_message()
        self._opening = f"Opening {short(name)} …" if name else "Opening …"

    def loaded(self, description: ImageDescription) -> None:
        """An image is shown: what was said is over; where its file is damaged, say that."""
        self._opening, self._is_empty = "", False
        self.clear_message()
        damage = description.metadata.get("damage")
        if damage:
            self.say(f"damaged, shown as far as it can be read: {damage}", title=description.name)

    def closed(self) -> None:
        """No image is shown any more."""
        self._opening, self._is_empty = "", True
        self.clear_message()

    def failed(self, error: ImageError) -> None:
        """An image cannot be shown."""
        self._opening = ""
        self.say(error.fault, title=error.name, tone=Tone.ERROR)

    def dismiss(self) -> bool:
        """Take away the help, else the message; False if there was neither."""
        if self.help_shown:
            self.help_shown = False
        elif self._message is not None:
            self.clear_message()
        else:
            return False
        return True

    def clear_message(self) -> None:
        self._message = None
        self._brief, self.due_s = False, math.inf

    def panels(
        self, width: int, height: int, pixel_ratio: float, raised_px: int = 0
    ) -> tuple[Panel, ...]:
        """The panels for a target of this size in device pixels, bottom one first.

        What is told at its lower edge is so much higher.
        """
        rows = self.rows() if self.help_shown else ()
        said = (self._opening, self._message, self.prompt, self._welcomes)
        asked = (width, height, pixel_ratio, raised_px, rows, *said)
        if asked != self._made_for:
            self._panels = tuple(self._make(width, height, pixel_ratio, raised_px, rows))
            self._made_for = asked
        return self._panels

    def _said(self) -> tuple[str, str, Tone]:
        """The message at the bottom, its title and tone."""
        if self.prompt is not None:
            tone = Tone.ERROR if self.prompt.fault else Tone.PLAIN
            below = f"{self.prompt.fault}\n{EXPECTED}" if self.prompt.fault else EXPECTED
            return below, f"Go to: {self.prompt.text}_", tone
        return self._message or (self._opening or self._welcomes, "", Tone.PLAIN)

    def _make(
        self,
        width: int,
        height: int,
        pixel_ratio: float,
        raised_px: int,
        rows: tuple[tuple[str, str], ...],
    ) -> list[Panel]:
        margin = round(MARGIN * pixel_ratio)
        room = (max(1, width - 2 * margin), max(1, height - 2 * margin))
        made = []
        text, title, tone = self._said()
        # Under the help a message would be seen through; a question stands above it.
        if (text or title) and (not rows or self.prompt is not None):
            pixels = message_panel(
                text, title=title, tone=tone, pixel_ratio=pixel_ratio, max_size=room
            )
            tall, wide = pixels.shape[:2]
            # Where there is no picture that it would cover, in the middle.
            welcomes = bool(self._welcomes) and text == self._welcomes
            top = (height - tall) // 2 if welcomes else height - tall - margin - raised_px
            made.append(Panel(pixels, (width - wide) // 2, top))
        if rows:
            pixels = table_panel("glview", rows, pixel_ratio=pixel_ratio, max_size=room)
            tall, wide = pixels.shape[:2]
            made.append(Panel(pixels, (width - wide) // 2, (height - tall) // 2))
        # A question stands above the help.
        return made[::-1] if self.prompt is not None else made
