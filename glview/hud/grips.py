"""Hands on whichever item of the picture they are. No GL, no toolkit."""

from collections.abc import Sequence
from typing import Protocol


class Grip(Protocol):
    """As `canvases.input.Grip`."""

    def press(self, x: float, y: float, now: float) -> bool: ...

    def drag(self, x: float, y: float) -> bool: ...

    def release(self) -> bool: ...

    @property
    def follows_pointer(self) -> bool: ...


class Grips:
    """Several as one; what takes a press has all that follows."""

    def __init__(self, grips: Sequence[Grip]) -> None:
        self._grips = tuple(grips)

    @property
    def follows_pointer(self) -> bool:
        return any(grip.follows_pointer for grip in self._grips)

    def press(self, x: float, y: float, now: float) -> bool:
        return any(grip.press(x, y, now) for grip in self._grips)

    def drag(self, x: float, y: float) -> bool:
        return any(grip.drag(x, y) for grip in self._grips)

    def release(self) -> bool:
        return any(grip.release() for grip in self._grips)
