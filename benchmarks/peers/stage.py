"""A screen of its own for one viewer, with every window at one place and of one size."""

from contextlib import ExitStack
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray
from Xlib import X
from Xlib.display import Display

from benchmarks.display import VirtualDisplay
from benchmarks.peers.adapter import WINDOW
from benchmarks.peers.hand import Hand

SCREEN = (1920, 1200)
ROOT_COLOUR = 0xFF00FF
"""What shows where there is no window: no image has it."""
ROW_STEP = 40
"""One row in so many is watched: 25 of a window, which takes 10 µs to compare."""

_RULES = f"""
<theme><keepBorder>no</keepBorder></theme>
<applications>
<application type="normal"><decor>no</decor><maximized>no</maximized>
<position force="yes"><x>0</x><y>0</y></position>
<size><width>{WINDOW[0]}</width><height>{WINDOW[1]}</height></size><focus>yes</focus>
</application>
<application type="splash"><position force="yes"><x>{WINDOW[0] + 20}</x>
<y>{WINDOW[1] + 20}</y></position></application>
</applications>"""


class Stage:
    """From `__enter__` to `__exit__`; one thread at a time."""

    def __init__(self) -> None:
        self.display = VirtualDisplay(*SCREEN, rules=_RULES)
        self._cleanup = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            stack.enter_context(self.display)
            connection = Display(self.display.name)
            stack.callback(connection.close)
            root = connection.screen().root
            root.change_attributes(background_pixel=ROOT_COLOUR, event_mask=X.NoEventMask)
            root.clear_area()
            connection.sync()
            self.hand = Hand(connection)
            self._cleanup = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._cleanup.close()

    def rows(self, viewport: tuple[int, int, int, int]) -> NDArray[np.uint32]:
        """The watched rows of a part of the screen, as they are whenever they are read.

        Whole pieces of 64 pixels: (rows, width), 0x00RRGGBB.
        """
        x, y, width, height = viewport
        part = self.display.framebuffer[y + ROW_STEP // 2 : y + height : ROW_STEP]
        return part[:, x : x + width // 64 * 64]
