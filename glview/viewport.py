"""The view: where the eye is, how large, turned and flipped (pure, frozen, float64).

A point of the image reaches the screen by ``s = size/2 + scale * R(rotation) * F * (i - centre)``:
first the horizontal flip F, then the rotation R (clockwise on a screen whose y points down), then
the scale in device pixels per full-resolution image pixel.
"""

import math
from dataclasses import dataclass, replace
from typing import NamedTuple

from glview.pyramid import Rect


class Point(NamedTuple):
    """A point or a vector in the plane its variable's prefix names."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Viewport:
    """One view of an image on a target of ``width`` x ``height`` device pixels.

    ``centre_x`` and ``centre_y`` are the image point at the middle of the target; ``scale`` is in
    device pixels per image pixel; ``rotation`` in degrees, clockwise; ``flip`` mirrors the image
    left to right before it is rotated.
    """

    width: int
    height: int
    centre_x: float = 0.0
    centre_y: float = 0.0
    scale: float = 1.0
    rotation: float = 0.0
    flip: bool = False

    def __post_init__(self) -> None:
        if not (self.scale > 0.0 and math.isfinite(self.scale)):
            raise ValueError(f"scale must be positive and finite: {self.scale}")
        if not (math.isfinite(self.centre_x) and math.isfinite(self.centre_y)):
            raise ValueError(f"centre must be finite: {self.centre_x}, {self.centre_y}")
        if self.width < 1 or self.height < 1:
            raise ValueError(f"size must be positive: {self.width}x{self.height}")

    @property
    def direction(self) -> tuple[float, float]:
        """Cosine and sine of the rotation, exact at quarter turns."""
        quarter = self.rotation / 90.0
        if quarter == round(quarter):
            return ((1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0))[round(quarter) % 4]
        angle = math.radians(self.rotation)
        return math.cos(angle), math.sin(angle)

    @property
    def matrix(self) -> tuple[float, float, float, float]:
        """Rows (a, b), (c, d) of the turn from image axes to screen axes, without the scale."""
        cos, sin = self.direction
        mirror = -1.0 if self.flip else 1.0
        return cos * mirror, -sin, sin * mirror, cos

    def s_from_i(self, x: float, y: float) -> Point:
        """Screen position of an image point."""
        a, b, c, d = self.matrix
        dx, dy = x - self.centre_x, y - self.centre_y
        return Point(
            self.width / 2 + self.scale * (a * dx + b * dy),
            self.height / 2 + self.scale * (c * dx + d * dy),
        )

    def i_from_s(self, x: float, y: float) -> Point:
        """Image point under a screen position."""
        dx, dy = self.i_vector(x - self.width / 2, y - self.height / 2)
        return Point(self.centre_x + dx, self.centre_y + dy)

    def i_vector(self, dx: float, dy: float) -> Point:
        """The image-plane vector of a screen-plane vector (the matrix is orthogonal)."""
        a, b, c, d = self.matrix
        return Point((a * dx + c * dy) / self.scale, (b * dx + d * dy) / self.scale)

    def i_corners(self, margin_px: float = 0.0) -> tuple[Point, Point, Point, Point]:
        """Image points of the target's corners, moved outwards by ``margin_px``."""
        m, w, h = margin_px, self.width, self.height
        return (
            self.i_from_s(-m, -m),
            self.i_from_s(w + m, -m),
            self.i_from_s(w + m, h + m),
            self.i_from_s(-m, h + m),
        )

    def i_bounds(self, margin_px: float = 0.0) -> Rect:
        """The upright image rectangle around the target."""
        a, b, c, d = self.matrix
        half_width, half_height = self.width / 2 + margin_px, self.height / 2 + margin_px
        half_x = (abs(a) * half_width + abs(c) * half_height) / self.scale
        half_y = (abs(b) * half_width + abs(d) * half_height) / self.scale
        x, y = self.centre_x, self.centre_y
        return Rect(x - half_x, y - half_y, x + half_x, y + half_y)

    def panned(self, dx: float, dy: float) -> "Viewport":
        """The picture moved by (dx, dy) device pixels, as by a drag."""
        i = self.i_vector(dx, dy)
        return replace(self, centre_x=self.centre_x - i.x, centre_y=self.centre_y - i.y)

    def zoomed(self, factor: float, s_x: float, s_y: float) -> "Viewport":
        """Scaled by ``factor`` with the image point under (s_x, s_y) kept in place."""
        return self.about(s_x, s_y, scale=self.scale * factor)

    def rotated(self, degrees: float, s_x: float, s_y: float) -> "Viewport":
        """Turned clockwise by ``degrees`` about a screen position."""
        return self.about(s_x, s_y, rotation=(self.rotation + degrees) % 360.0)

    def about(
        self, s_x: float, s_y: float, *, scale: float | None = None, rotation: float | None = None
    ) -> "Viewport":
        """With another scale or rotation and the image point under (s_x, s_y) kept in place."""
        anchor = self.i_from_s(s_x, s_y)
        turned = replace(
            self,
            scale=self.scale if scale is None else scale,
            rotation=self.rotation if rotation is None else rotation,
        )
        drift = turned.i_from_s(s_x, s_y)
        return replace(
            turned,
            centre_x=self.centre_x + anchor.x - drift.x,
            centre_y=self.centre_y + anchor.y - drift.y,
        )

    def flipped(self) -> "Viewport":
        """Mirrored left to right on the screen, about the middle of the target."""
        return replace(self, flip=not self.flip, rotation=-self.rotation % 360.0)

    def resized(self, width: int, height: int) -> "Viewport":
        """On a target of another size, the middle kept."""
        return replace(self, width=width, height=height)

    def fitted(self, image_width: float, image_height: float) -> "Viewport":
        """The whole image, as large as it goes, in the middle."""
        scale = self.fit_scale(image_width, image_height)
        return replace(self, centre_x=image_width / 2, centre_y=image_height / 2, scale=scale)

    def fit_scale(self, image_width: float, image_height: float) -> float:
        """The scale of the whole image, as large as it goes."""
        a, b, c, d = map(abs, self.matrix)
        return min(
            self.width / (a * image_width + b * image_height),
            self.height / (c * image_width + d * image_height),
        )

    def snapped(self) -> "Viewport":
        """Moved by under half a device pixel, so that image pixel edges meet screen pixel edges.

        Only where that is possible (upright or quarter turns); elsewhere the view itself.
        """
        if self.rotation % 90.0:
            return self
        origin = self.s_from_i(0.0, 0.0)
        return self.panned(round(origin.x) - origin.x, round(origin.y) - origin.y)
