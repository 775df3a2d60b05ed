"""What programs ask of a widget's view: places are image pixels, scales device pixels a pixel."""

import math
import time
from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QPointF, QRectF

from glview.canvases.qt_canvas import ImageCanvas
from glview.canvases.qt_opening import ViewAction
from glview.canvases.qt_pixels import off_grid
from glview.errors import GlviewError
from glview.motion import on_grid
from glview.view_state import ViewState
from glview.viewport import Viewport


class ViewCanvas(ImageCanvas):
    """A canvas whose view is moved, told and restored.

    What is asked of it while an image is being opened is done when that is shown.
    """

    def set_viewport(self, viewport: Viewport, *, animated: bool = False) -> None:
        """Show a view (its size is ignored), brought within limits; nothing without an image.

        Exactly that view where it is not animated, so that widgets can follow each other; all else
        here ends with image pixels on screen pixels where it can.
        """

        def show(*, moving: bool) -> None:
            navigator = self._viewer.navigator
            if moving:
                navigator.go_to(viewport, time.perf_counter())
            else:
                now = navigator.view
                navigator.set_view(viewport.resized(now.width, now.height))

        self._once_shown(show, animated=animated)

    def go_to(
        self, x: float, y: float, zoom: float | None = None, *, animated: bool = True
    ) -> None:
        """Bring a place of the image to the middle, at another scale if given.

        ValueError for a place that is not finite, and a scale that is not positive and finite.
        """

        def there(now: Viewport) -> Viewport:
            scale = now.scale if zoom is None else zoom
            return replace(now, centre_x=x, centre_y=y, scale=scale)

        there(self.viewport)  # what is wrong is told at once, also where it is done later
        self._go(there, animated=animated)

    def zoom_to_rect(self, rect: QRectF, *, animated: bool = True) -> None:
        """Show a rectangle of the image as large as it fits; ValueError for an empty one.

        Likewise for one that is not finite.
        """
        if rect.width() <= 0.0 or rect.height() <= 0.0:
            raise ValueError(f"an empty rectangle: {rect}")
        middle = rect.center()

        def there(now: Viewport) -> Viewport:
            fitted = now.fitted(rect.width(), rect.height())
            return replace(fitted, centre_x=middle.x(), centre_y=middle.y())

        there(self.viewport)  # what is wrong is told at once, also where it is done later
        self._go(there, animated=animated)

    def fit(self, *, animated: bool = True) -> None:
        """Show the whole image, turned as it is, and keep it fitted while the widget is resized."""

        def show(*, moving: bool) -> None:
            navigator = self._viewer.navigator
            if moving:
                navigator.fit(time.perf_counter())
            elif navigator.image_size is not None:
                navigator.set_view(navigator.destination.fitted(*navigator.image_size))

        self._once_shown(show, animated=animated)

    def one_to_one(self, *, animated: bool = True) -> None:
        """Show one image pixel on one device pixel."""
        self._go(lambda there: replace(there, scale=1.0), animated=animated)

    @property
    def full_magnification(self) -> float | None:
        """The magnification of full resolution, as of a microscope's objective; None if unknown.

        The objective's that the file tells, else by the size of a pixel: 0.25 µm are 40x.
        """
        return self._viewer.full_magnification

    @property
    def magnification(self) -> float | None:
        """The view's, as of an objective: at 20x a slide of 40x is shown at 50%. May be set.

        While the view moves it is the one that it is bound for. None without an image, and where
        that of full resolution is unknown, of which setting it is a GlviewError. What is set while
        an image is being opened counts when that is shown. ValueError unless positive and finite.
        """
        full = self.full_magnification
        return None if full is None else full * self._viewer.navigator.destination.scale

    @magnification.setter
    def magnification(self, magnification: float) -> None:
        if not 0.0 < magnification < math.inf:
            raise ValueError(f"magnification must be positive and finite: {magnification}")

        def there(now: Viewport) -> Viewport:
            full = self.full_magnification
            if full is None:
                raise GlviewError("of this image no magnification is known")
            return replace(now, scale=magnification / full)

        self._go(there, animated=False)

    def rotate(self, degrees: float, *, animated: bool = True) -> None:
        """Turn the picture clockwise by so much; what is fitted is fitted again."""

        def turn(*, moving: bool) -> None:
            navigator = self._viewer.navigator
            navigator.rotate(degrees, time.perf_counter())
            if not moving:
                navigator.set_view(navigator.destination)

        self._once_shown(turn, animated=animated)

    def flip(self) -> None:
        """Mirror the picture left to right."""
        self._once_shown(lambda **_: self._viewer.navigator.flip(time.perf_counter()))

    def _go(self, there: Callable[[Viewport], Viewport], *, animated: bool) -> None:
        """Go to what is to be made of the view that is shown, or that it is bound for."""

        def show(*, moving: bool) -> None:
            navigator = self._viewer.navigator
            goal = there(navigator.destination)
            if moving:
                navigator.go_to(goal, time.perf_counter())
            else:
                navigator.set_view(on_grid(goal))

        self._once_shown(show, animated=animated)

    @property
    def view_state(self) -> ViewState | None:
        """The complete view, to be kept (`ViewState.to_json`) and restored; None without an image.

        While the view moves it is the one that it is bound for.
        """
        return self._viewer.state

    def restore_view(self, state: ViewState) -> None:
        """Be at a view, at once. GlviewError without an image, and where its bands are others.

        While an image is being opened it is restored when that is shown, and what is wrong with it
        is logged.
        """
        self._once_shown(lambda **_: self._viewer.restore(state))

    def widget_position(self, position: QPointF) -> QPointF:
        """Where in the widget, in logical pixels, a place of the image is, in pixels.

        The opposite of `image_position`.
        """
        at = QPointF(*self.viewport.s_from_i(position.x(), position.y())) - off_grid(self)
        return at / self.devicePixelRatioF()

    @property
    def image_width(self) -> int:
        """Width of the whole image at the current scale, in device pixels; 0 without one."""
        size = self._viewer.navigator.image_size
        return round(size[0] * self.viewport.scale) if size else 0

    @property
    def image_height(self) -> int:
        """Height of the whole image at the current scale, in device pixels; 0 without one."""
        size = self._viewer.navigator.image_size
        return round(size[1] * self.viewport.scale) if size else 0

    def _once_shown(self, action: ViewAction, *, animated: bool = False) -> None:
        """Do something to the view: now, or when the image is shown that is being opened."""
        if self._viewer.opening:
            self._opening.wait(action)
            return
        action(moving=animated)
        self._view_was_set()
