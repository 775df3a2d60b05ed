"""Whether frames should take less while the picture moves (pure)."""

LATE = 1.5
"""Refreshes of the screen from one frame to the next, beyond which the second is late."""
LATE_IN_A_ROW = 2
"""One alone may be a hiccup of the machine."""
HOLD_S = 10.0
"""A machine that was too slow for whole frames is so for the next motion, too."""


class Pressure:
    """Watches the frames of motions; used by the thread that owns the view."""

    def __init__(self) -> None:
        self._late = 0
        self._until_s = float("-inf")

    def note(self, now_s: float, gap_s: float | None, refresh_hz: float) -> None:
        """A frame of a motion begins, ``gap_s`` after the one before; None after a pause."""
        if gap_s is None or now_s < self._until_s or gap_s * refresh_hz <= LATE:
            self._late = 0
            return
        self._late += 1
        if self._late >= LATE_IN_A_ROW:
            self._late, self._until_s = 0, now_s + HOLD_S

    def is_high(self, now_s: float) -> bool:
        """Whether frames should be quick ones now."""
        return now_s < self._until_s
