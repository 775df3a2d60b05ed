"""One image, flown over at random for some seconds, then looked at closely."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from glview.gl import api as gl
from glview.gl.offscreen_target import OffscreenTarget
from glview.gl.renderer import Renderer
from glview.image import SampleType
from glview.viewer import Viewer
from glview.viewport import Point, Viewport
from tests.gl.compare import inside
from tests.soak.gallery import Exhibit
from tests.soak.painter import Painter

SIZES = ((400, 300), (640, 400), (250, 500), (64, 48))
SETTLES_WITHIN_S = 60.0
PIXEL_LIMIT = 2
"""Of 255, for every pixel but those at the outline; and half of it for all but some of them."""
SOME = 1e-3
SOME_OF_BYTES = 0.03
"""The share of such pixels. llvmpipe filters texels of 8 bits in 8 bits, which of noise, at a
cross-fade that has just begun, leaves 1.7 % of them off by 2; 16 bits and floats none, by 0.52."""


@dataclass(slots=True)
class Tally:
    """What has been seen so far."""

    visits: int = 0
    frames: int = 0
    pictures: int = 0
    contexts_lost: int = 0
    faults: list[str] = field(default_factory=list)


class Visit:
    """A viewer on an offscreen target, in real time; the EGL context is current all along."""

    def __init__(self, viewer: Viewer, rng: random.Random, tally: Tally) -> None:
        self._viewer = viewer
        self._rng = rng
        self._tally = tally
        self._renderer = Renderer()
        self._viewer.attach(self._renderer)
        self._target = OffscreenTarget(*SIZES[0])
        self._renderer.target_rebound()
        self._more = True

    def fly(self, exhibit: Exhibit, seconds: float) -> None:
        """Open it and do what hands might do."""
        self._tally.visits += 1
        shown = self._viewer.description
        self._viewer.open(exhibit.make())
        until = time.monotonic() + SETTLES_WITHIN_S
        while self._viewer.description is shown or self._viewer.opening:
            self._viewer.poll()
            if time.monotonic() > until:
                self._tally.faults.append(f"{exhibit.name}: not open after {SETTLES_WITHIN_S} s")
                return
            time.sleep(0.002)
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self._rng.choice(self._deeds())()
            for _ in range(self._rng.randrange(1, 20)):
                self._draw()

    def look(self, exhibit: Exhibit, painter: Painter) -> None:
        """Let it settle, and compare the picture with what it should be."""
        until = time.monotonic() + SETTLES_WITHIN_S
        while self._draw() or not self._viewer.settled:
            if time.monotonic() > until:
                self._tally.faults.append(f"{exhibit.name}: not settled at {self._view}")
                return
            if not self._more:
                time.sleep(0.002)
        memory = self._viewer.stats().memory
        if memory.gpu.total > memory.gpu.budget or memory.host.total > memory.host.budget:
            self._tally.faults.append(f"{exhibit.name}: past its budgets: {memory}")
        display, shown_is = self._viewer.display, self._viewer.description
        if display is None or shown_is is None or not exhibit.is_compared:
            return
        self._tally.pictures += 1
        shown = self._target.read()[..., :3].astype(int)
        self._renderer.target_rebound()
        expected = painter.picture(exhibit.name, self._view, display)
        pyramid = shown_is.pyramid
        away = inside(self._view, pyramid.width, pyramid.height)
        error = np.abs(shown - expected).max(axis=-1)[away]
        some = SOME_OF_BYTES if shown_is.sample_type is SampleType.U8 else SOME
        if error.size and (error.max() > PIXEL_LIMIT or (error > PIXEL_LIMIT // 2).mean() > some):
            self._tally.faults.append(
                f"{exhibit.name}: {int(error.max())} of 255 off the reference at {self._view}"
            )

    def end(self) -> None:
        """Release GL; the viewer stays."""
        self._viewer.detach()
        self._renderer.release()
        self._target.release()

    @property
    def _view(self) -> Viewport:
        return self._viewer.navigator.view

    def _draw(self) -> bool:
        self._more = self._viewer.draw(self._target.target, time.monotonic())
        # As a canvas does that swaps: a software renderer holds what frames under way are made of.
        gl.glFinish()
        self._tally.frames += 1
        return self._more

    def _deeds(self) -> tuple[Callable[[], None], ...]:
        navigator, rng, now = self._viewer.navigator, self._rng, time.monotonic()
        view = navigator.view
        x, y = rng.uniform(0, view.width), rng.uniform(0, view.height)

        def zoom() -> None:
            navigator.zoom(2.0 ** rng.uniform(-4, 4), x, y, now)

        def drag() -> None:
            navigator.grab(x, y, now)
            for step in range(8):
                moment = time.monotonic()
                navigator.drag(x + rng.uniform(-9, 30) * step, y + 11.0 * step, moment)
                self._draw()
            navigator.let_go(time.monotonic())

        return (
            zoom,
            zoom,
            drag,
            lambda: navigator.fling(Point(rng.gauss(0, 3000), rng.gauss(0, 3000)), now),
            lambda: navigator.slide(rng.gauss(0, 200), rng.gauss(0, 200), now),
            lambda: navigator.rotate(rng.choice((90.0, -90.0, 17.3)), now),
            lambda: navigator.turn_upright(now),
            lambda: navigator.flip(now),
            lambda: navigator.fit(now),
            lambda: navigator.one_to_one(now),
            self._resize,
            self._lose_context,
            self._set_budgets,
        )

    def _resize(self) -> None:
        self._target.release()
        self._target = OffscreenTarget(*self._rng.choice(SIZES))
        self._renderer.target_rebound()

    def _set_budgets(self) -> None:
        """Between what the largest of the targets needs and twice as much."""
        gpu, host = (self._rng.choice((24, 32, 48)) << 20 for _ in range(2))
        self._viewer.set_budgets(gpu_bytes=gpu, host_bytes=host)

    def _lose_context(self) -> None:
        """As when a widget moves to another window: all that was on the GPU is gone."""
        self._tally.contexts_lost += 1
        self._viewer.detach()
        self._renderer.release()
        self._renderer = Renderer()
        self._viewer.attach(self._renderer)
        self._renderer.target_rebound()
