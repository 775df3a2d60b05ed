"""How far a view of an image can be moved and zoomed (pure)."""

import math
from dataclasses import dataclass, replace

from glview.motion import on_grid
from glview.viewport import Viewport

_GRID_ROOM_PX = 0.5 + 1e-6


@dataclass(frozen=True, slots=True)
class Limits:
    """How far a view can be zoomed, in device pixels per image pixel.

    An image that is smaller than this at its fit may still be fitted and seen at 1:1.
    """

    max_scale: float = 64.0
    smallest_px: float = 32.0
    """The longer side of the image is at least this large on the screen, or"""
    smallest_share: float = 0.25
    """this share of its fit, whichever is smaller."""
    free: bool = False
    """No limits at all, neither of scale nor of place: for pictures made by a program."""

    def __post_init__(self) -> None:
        if not 1.0 <= self.max_scale <= 256.0:
            raise ValueError(f"max_scale must be from 1 to 256: {self.max_scale}")


@dataclass(frozen=True, slots=True)
class Reach:
    """The views there may be of an image of a size in full-resolution pixels; None: of no image.

    The image cannot get lost: up to its fit it stays in the middle, and from twice its fit any
    point of it can be brought to the middle, but nothing beside it.
    """

    limits: Limits
    image: tuple[float, float] | None = None

    def is_fit(self, view: Viewport) -> bool:
        """Whether a view has the scale that shows the whole image."""
        if self.image is None:
            return True
        return math.isclose(view.scale, view.fit_scale(*self.image), rel_tol=1e-9)

    def scales(self, view: Viewport) -> tuple[float, float]:
        """The least and the largest scale on a target of the view's size."""
        if self.image is None or self.limits.free:
            return 0.0, math.inf
        limits, fit = self.limits, view.fit_scale(*self.image)
        least = min(limits.smallest_px / max(self.image), fit * limits.smallest_share, 1.0)
        return least, max(limits.max_scale, fit)

    def scaled(self, view: Viewport) -> Viewport:
        """A view with its scale within limits."""
        least, most = self.scales(view)
        scale = min(max(rounded(view.scale), least), most)
        return view if scale == view.scale else replace(view, scale=scale)

    def placed(self, view: Viewport) -> Viewport:
        """With the image in reach: its middle may leave the target's by a share of half its size.

        The share is ``k / fit - 1`` from 0 to 1, with k the scale: none up to the fit, and all
        from twice the fit. To zoom in about any point of a fitted image stays within.
        """
        if self.image is None or self.limits.free:
            return view
        width, height = self.image
        share = min(max(view.scale / view.fit_scale(width, height) - 1.0, 0.0), 1.0)
        x = _within(view.centre_x, width / 2, width / 2 * share)
        y = _within(view.centre_y, height / 2, height / 2 * share)
        # Less than a screen pixel is left to the pixel grid.
        if max(abs(x - view.centre_x), abs(y - view.centre_y)) * view.scale <= _GRID_ROOM_PX:
            return view
        return on_grid(replace(view, centre_x=x, centre_y=y))


def rounded(scale: float) -> float:
    """Powers of two are meant exactly: steps of 2^(1/4) that add up to them are them."""
    exact = math.exp2(round(math.log2(scale)))
    return exact if math.isclose(scale, exact, rel_tol=1e-9) else scale


def _within(value: float, middle: float, reach: float) -> float:
    return min(max(value, middle - reach), middle + reach)
