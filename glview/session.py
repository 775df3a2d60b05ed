"""Everything that belongs to one opened image while it is shown."""

import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from glview.admission import Admission, Gaze
from glview.asking import Asking
from glview.display import Display, Magnification, WindowOrigin, shows_samples
from glview.errors import GpuMemoryError
from glview.failures import Failures
from glview.frame import Frame
from glview.gpu import Atlas, Uploader
from glview.gpu_budget import GpuBudget
from glview.groundwork import groundwork
from glview.intake import Intake
from glview.lighting import Lighting, Lit
from glview.loader import Loaded
from glview.lod import level_ranges
from glview.motion import Ahead
from glview.options import ViewerOptions, WindowRule
from glview.picture import Picture
from glview.planner import Planner
from glview.preparation import Preparation
from glview.probe import Probe, source_to_probe
from glview.pyramid import Rect
from glview.residency import Residency
from glview.scheduler import Plan, Rules
from glview.screen_colors import ScreenColors
from glview.sources.base import TileSource
from glview.sources.presented import presented
from glview.standing import Standing
from glview.stats import MemoryUse
from glview.supply import Supply
from glview.thumbnail import Thumbnail, thumbnail
from glview.viewport import Point, Viewport

SQUARES_FROM = 8.0
"""Device pixels an image pixel; where the lines of a pixel grid begin on most screens."""


class Session:
    """One image: the supply of its tiles, those that are resident, and the plan for the last view.

    Used by the thread that owns the view. `close` must be called, on any thread, as the last call.
    """

    def __init__(
        self,
        source: TileSource,
        options: ViewerOptions,
        *,
        wake: Callable[[], None],
        answered: Callable[[], None] | None = None,
        read_ahead: Callable[[], None] | None = None,
        stopwatch: Callable[[], float] = time.perf_counter,
        screen: ScreenColors | None = None,
    ) -> None:
        self.file_description = source.description
        self.source = source
        """What the file holds, as it was opened."""
        opened, source = source, presented(source)
        description = source.description
        pyramid = description.pyramid
        ground = groundwork(description, options)
        self.description = description
        self.is_ahead = False
        """Whether it is made ready for later: what comes is told by ``read_ahead``, too."""
        self.squares = False
        """Whether image pixels are squares from `SQUARES_FROM` on, whatever the display says.

        Where their values are told, none shall have the colours of its neighbours."""
        self._wake, self._read_ahead = wake, read_ahead or wake
        self._ground, self._scene = ground, ground.scene
        self._failures = Failures()
        self._lacking = Failures()
        self._residency = Residency(
            pyramid,
            ground.layout,
            gutter=options.gutter,
            reach=ground.reach,
            failures=self._failures,
            lacking=self._lacking,
        )
        self._lighting = Lighting(
            description,
            options,
            ground.pinned,
            self._residency.residents,
            screen or ScreenColors(options.display_profile),
        )
        self._planner = Planner(pyramid, self._scene.ranges)
        self._picture = Picture(pyramid, self._residency, ground.root)
        self._gpu = GpuBudget(
            self._residency,
            self._planner,
            ground.scene.texels,
            options.gpu_bytes,
            name=description.name,
        )
        self._preparation = Preparation()
        self._prefetch = options.prefetch
        self._moving = False
        self._swift = False
        self._sight = Rect(0.0, 0.0, 0.0, 0.0)
        self._supply = Supply(
            source,
            options,
            first=ground.root,
            slow_levels=ground.slow_levels,
            slot_bytes=ground.layout.slot_bytes,
            wake=self._has_come,
            read_ahead=read_ahead,
            probe=Probe(source_to_probe(opened, source), opened.description, answered or wake),
        )
        self._asking = Asking(
            self._supply, self._residency, self._picture, self._failures, self._lacking
        )
        self.standing = Standing(
            pyramid,
            ground.pinned,
            self._planner,
            self._residency,
            self._asking,
            self._supply,
            self._failures,
            self._lacking,
        )
        """What there is of the view that is planned, and what cannot be read."""
        self._admission = Admission(
            pyramid,
            self._residency,
            self._supply,
            self._picture,
            self._lighting,
            name=description.name,
        )
        self._intake = Intake(self._supply, self._residency, self._gpu, stopwatch)

    def _has_come(self) -> None:
        """On a worker: tiles are there."""
        (self._read_ahead if self.is_ahead else self._wake)()

    def set_budgets(self, gpu_bytes: int, host_bytes: int) -> None:
        """Keep to other budgets: on the host at once, on the GPU with the next `fit`."""
        self._gpu.set(gpu_bytes)
        self._supply.set_budget(host_bytes, strip_bytes=self._residency.host_bytes)

    def fit(self, gpu: Atlas, width_px: int, height_px: int) -> None:
        """Keep to the GPU's budget with a target of this size; before a frame is planned for it.

        `ContextError` where the driver has not the memory for any picture.
        """
        most = self._supply.most_slots(self._ground.strip_bytes, self._ground.with_strips)
        as_light = shows_samples(
            self.display, self.description.sample_type, self.description.offset
        )
        self._gpu.fit(gpu, width_px, height_px, most_slots=most, takes_composite=not as_light)

    def refuse(self, refused: GpuMemoryError) -> None:
        """An upload made elsewhere was refused: the next `fit` makes do with what is there."""
        self._gpu.refuse(refused)

    def memory(self, gpu: Atlas | None) -> MemoryUse:
        """What is taken of both budgets now."""
        return MemoryUse(self._gpu.use(gpu), self._supply.host_use(self._residency.host_bytes))

    @property
    def display(self) -> Display:
        """How data becomes light, as `Lighting.display` has it; may be set: nothing is decoded."""
        return self._lighting.display

    @display.setter
    def display(self, display: Display) -> None:
        self._choose_ranges(display)
        self._lighting.display = display

    def _choose_ranges(self, display: Display) -> None:
        if display.blend != self.display.blend:
            ranges = level_ranges(self._scene.pyramid, blend=display.blend)
            self._scene = replace(self._scene, ranges=ranges)
            self._planner.forget(ranges)

    def adopt(self, before: Lit, *, found: bool, alike: bool) -> None:
        """Be shown as another image, as `Lighting.adopt` has it."""
        self._choose_ranges(before.display)
        self._lighting.adopt(before, found=found, alike=alike)

    @property
    def lit(self) -> Lit:
        """How it is shown, for others to `adopt`."""
        return self._lighting.lit

    @property
    def window_origin(self) -> WindowOrigin:
        """Whose doing the windows are; may be set after them, by who gives back what was so."""
        return self._lighting.window_origin

    @window_origin.setter
    def window_origin(self, origin: WindowOrigin) -> None:
        self._lighting.window_origin = origin

    @property
    def first_display(self) -> Display:
        """The display as `reset_display` would make it."""
        return self._lighting.first_display

    @property
    def first_background(self) -> tuple[float, float, float]:
        """What the image was first shown on."""
        return self._lighting.first_background

    def reset_display(self) -> None:
        """Windows, colours, curve and bands as the image was first shown; what is behind it stays.

        Where windows are still to be found, they come then.
        """
        self._lighting.reset()

    @property
    def is_windowed(self) -> bool:
        """Whether the windows will not become others by themselves any more."""
        return self._lighting.is_final

    def visible_values(self) -> NDArray[np.floating]:
        """Some of the values in sight as the picture's level has them, shape (bands, count).

        While none of them is there yet, of what is; none where nothing in sight can be read.
        """
        keys = self.standing.in_sight()
        if self.standing.is_complete() and not any(
            map(self._residency.residents.__contains__, keys)
        ):
            return np.zeros((self.description.bands, 0), np.float32)
        return self._lighting.values(keys, self._sight)

    def auto_window(self, rule: WindowRule | None = None) -> None:
        """Take windows for what is in sight, by a rule; None: that of the options."""
        self._lighting.suit(self.standing.in_sight(), self._sight, rule)

    @property
    def _displays(self) -> tuple[Display, ...]:
        """What pictures are made with: the display, and the same with squares."""
        if not self.squares:
            return (self.display,)
        return self.display, replace(self.display, magnification=Magnification.NEAREST)

    def attach(self, uploader: Uploader) -> None:
        """A new context: its atlas is empty, and filled again from what the host has kept."""
        uploader.configure(self._residency.layout, self._scene.texels)
        self._preparation.begin_anew()
        self._admission.begin_anew()
        self._residency.lose()
        self._gpu.begin_anew()
        self._picture.begin_anew()
        self._planner.forget()

    def follow(
        self,
        view: Viewport,
        *,
        focus: Point | None,
        moving: bool,
        ahead: Ahead | None = None,
        swift: bool = False,
    ) -> bool:
        """Plan for a view and ask for what it lacks; True if the plan now is for this very view.

        ``ahead`` is what the view will come to show, if it is carried by a motion; ``swift`` says
        that it moves faster than an eye can follow.
        """
        before = self._plan
        self._moving, self._swift, self._sight = moving, swift, view.i_bounds()
        rules = Rules(
            self._residency.capacity,
            self._ground.pinned,
            self._ground.slow_levels,
            # What is to be seen first has the machine for itself.
            self._prefetch and self._picture.is_begun,
            self._gpu.cross_fade,
        )
        if self._planner.follow(view, rules, focus=focus, moving=moving, ahead=ahead):
            assert self._plan is not None
            if before is not None and self._plan.choice.base > before.choice.base:
                # Zooming out: what appears over finer tiles would now do so over coarser ones.
                self._residency.finish_appearing(below=self._plan.choice.base)
            self._asking.ask(self._plan)
        return self._planner.is_for(view)

    @property
    def _plan(self) -> Plan | None:
        return self._planner.plan

    def take(self, uploader: Uploader, now_s: float, budget_s: float) -> bool:
        """Upload what has arrived, as `Intake.take` does; True if more waits.

        And have the GPU ready for what pictures take beside tiles.
        """
        if self._plan is not None:
            self._asking.ask_again(self._plan)
        behind = not self._can_blend(uploader) or self._prepares(uploader)
        if not self._picture.is_begun:
            assert self._plan is not None
            tiles = min(len(self._plan.keep), self._residency.capacity)
            self._preparation.begin(uploader, self._scene, self._displays[0], tiles)
        self._intake.take(uploader, budget_s, lambda loaded: self._admit(loaded, now_s))
        self._admission.pause()
        if not self._lighting.is_final and self._plan is not None and self.standing.is_complete():
            self._lighting.do_without(self._plan.keep, self.standing.in_sight())
        return behind or self._gpu.is_refused or self._supply.has_more

    def _can_blend(self, uploader: Uploader) -> bool:
        """Whether the plan can be carried out: without a composite levels cannot be blended."""
        if self._plan is None or not self._plan.choice.fading:
            return True
        return self._gpu.reserve(uploader)

    def _prepares(self, uploader: Uploader) -> bool:
        """Whether there was something to do for a display that is another: not in a motion.

        Nor before the first picture, which makes what it takes itself.
        """
        if self._moving or not self._picture.is_begun:
            return False
        return self._preparation.go_on(uploader, self._scene, self._displays)

    def get_ahead(self, uploader: Uploader) -> None:
        """Have the GPU ready for what pictures come: 13 ms on llvmpipe after a first picture."""
        if not self._moving and self._picture.is_begun:
            self._preparation.make_all(uploader, self._scene, self._displays)

    def _admit(self, loaded: Loaded, now_s: float) -> bool:
        """Take in one result; True if there is something to upload."""
        assert self._plan is not None
        gaze = Gaze(self._plan, self._sight, self._swift, self.display.fade_s)
        return self._admission.admit(loaded, gaze, now_s)

    def retry(self, now_s: float) -> None:
        """Ask again for tiles that failed, as `Asking.retry` does."""
        assert self._plan is not None
        self._asking.retry(self._plan, now_s)

    def reload_failed(self) -> None:
        """Ask for every failed tile anew, as if it had not been tried: at once if it is wanted.

        And for those with holes, which stay on the screen meanwhile.
        """
        self._asking.forget_failures()
        if self._plan is not None:
            self._asking.ask(self._plan)

    @property
    def is_begun(self) -> bool:
        """Whether a picture was made in this context."""
        return self._picture.is_begun

    def has_picture(self, now_s: float, *, blurred: bool = False) -> bool:
        """Whether a frame would leave no blank, as `Picture.is_ready` has it, in its own windows.

        ``blurred``: whether or not sharp tiles may come in a moment.
        """
        if not self._picture.is_ready(now_s, sharp=blurred or self.standing.is_complete()):
            return False
        return self._picture.is_begun or self._lighting.may_begin(self.standing.in_sight(), now_s)

    def frame(self, view: Viewport, now_s: float) -> Frame:
        """The picture of a view made of what is resident."""
        assert self._plan is not None
        squared = self.squares and view.scale >= SQUARES_FROM
        display = self._displays[-1] if squared else self.display
        return self._picture.frame(self._scene, view, display, self._plan, now_s)

    def thumbnail(self, width_px: int, height_px: int) -> Thumbnail | None:
        """The whole image in a size; None until all that it is made of is there, or failed."""
        if not all(map(self._residency.is_settled, self._ground.pinned)):
            return None
        residents = self._residency.residents
        return thumbnail(self._scene, residents, self.display, width_px, height_px)

    def is_appearing(self, now_s: float) -> bool:
        """Whether a tile of the last picture is still fading in."""
        return self._picture.is_appearing(now_s, self.display.fade_s)

    @property
    def source_bytes(self) -> int:
        """What the image itself holds on the host."""
        return self._supply.source_bytes

    @property
    def probe(self) -> Probe:
        """Tells what single pixels are."""
        return self._supply.probe

    def close(self) -> None:
        """Stop the workers and close the source, within two seconds."""
        self._supply.close()
