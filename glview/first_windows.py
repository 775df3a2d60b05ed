"""Which windows an image is first shown with, and until when its picture waits for them (pure)."""

from collections.abc import Set as AbstractSet
from typing import Any

from numpy.typing import NDArray

from glview.auto_window import Survey
from glview.display import Window
from glview.pyramid import TileKey

PATIENCE_S = 0.5
"""How long a picture that is there waits for the overview that its windows are taken from. Mostly
that comes with it; where it takes long (an image without levels) the picture begins with windows
for what is there, and has the right ones later, once."""


class FirstWindows:
    """Used by the thread that owns the view. Without a survey there is nothing to be found out."""

    def __init__(self, survey: Survey | None) -> None:
        self._survey = survey
        self._impatient_at_s: float | None = None
        self.found_any = True
        """Whether the windows were made of any value; of an image of NaN they say nothing."""
        self.by_hand = False
        """Whether others have set windows meanwhile, which stay then."""

    @property
    def is_final(self) -> bool:
        """Whether windows will not become others by themselves any more."""
        return self._survey is None or self.by_hand

    def hear(self, key: TileKey, texels: NDArray[Any] | None) -> tuple[Window, ...] | None:
        """What became of a tile, as `Survey.hear` has it; the windows, if that was the last."""
        if self._survey is None or not self._survey.hear(key, texels):
            return None
        windows = self._survey.windows()
        self.found_any, self._survey = self._survey.found_any, None
        return windows

    def lacks(self, wanted: AbstractSet[TileKey]) -> bool:
        """Whether tiles that would tell are not among those that are ``wanted``: none will come."""
        return self._survey is not None and self._survey.awaited.isdisjoint(wanted)

    def give_up(self) -> None:
        """Nothing more is to be found out."""
        self._survey = None

    def waits(self, now_s: float) -> bool:
        """Whether a first picture, which is there, is not shown yet for want of windows."""
        if self.is_final:
            return False
        if self._impatient_at_s is None:
            self._impatient_at_s = now_s + PATIENCE_S
        return now_s < self._impatient_at_s
