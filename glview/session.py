"""Everything that belongs to one opened image while it is shown."""

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import Any, Protocol

from numpy.typing import NDArray

from glview import budgets, texels
from glview.atlas import AtlasLayout, Move, Slot, fallbacks, plan_layout
from glview.cover import overview_level, single_tile_level, tiles_of
from glview.display import Display, default_display
from glview.errors import ContextError, GpuMemoryError, UnsupportedImageError
from glview.failures import Failures
from glview.frame import EMPTY, Frame, InstanceTable, Scene
from glview.instances import build, still_appearing
from glview.loader import Loaded
from glview.lod import LodChoice, level_ranges, reach_texels
from glview.motion import Ahead
from glview.options import ViewerOptions
from glview.planner import Planner
from glview.probe import Probe
from glview.pyramid import MAX_LEVELS, Level, Rect, TileKey
from glview.residency import Residency
from glview.residents import LONG_AGO_S
from glview.scheduler import Plan, Rules
from glview.sources.base import TileSource
from glview.sources.presented import presented
from glview.stats import GpuBytes, MemoryUse, TileCounts
from glview.supply import Supply
from glview.thumbnail import Thumbnail, thumbnail
from glview.tile_states import TileState, tile_states
from glview.viewport import Point, Viewport

log = logging.getLogger("glview")

ROOT_PATIENCE_S = 0.5
"""How long tiles in sight wait for the one of the whole image before they are shown alone."""
SLOW_TILES = 64.0
"""A tile made of more stored ones than this waits behind all that is in sight: at 2,000 tiles a
second it takes longer than two frames."""
DROPPED_A_FRAME = 32
"""Results without texels for the atlas that a frame takes in past its slice of time, looking for
one that has: a failure that is logged takes 0.05 ms."""


class Uploader(Protocol):
    """The part of a renderer that an image's tiles go to."""

    def configure(self, layout: AtlasLayout, texels: texels.TexelFormat) -> None: ...

    def prepare(self, scene: Scene, display: Display) -> bool:
        """Do a little of what pictures of a scene will take; False if nothing was left to do."""

    def reserve_composite(self, width_px: int, height_px: int) -> None:
        """Have what blending levels takes; `GpuMemoryError` if it cannot be had."""

    def upload(self, slot: Slot, x: int, y: int, texels: NDArray[Any]) -> None:
        """`GpuMemoryError` where there is no memory for the slot's layer."""


class Atlas(Protocol):
    """The part of a renderer that keeps to a budget, and says what it takes."""

    def rearrange(self, layout: AtlasLayout, moves: Sequence[Move]) -> None:
        """`GpuMemoryError` where there is no memory for it: then nothing has changed."""

    @property
    def atlas_bytes(self) -> int: ...

    @property
    def composite_bytes(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Hole:
    """A tile that cannot be read, and why."""

    key: TileKey
    error: str


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
        stopwatch: Callable[[], float] = time.perf_counter,
    ) -> None:
        self.file_description = source.description
        source = presented(source)
        description = source.description
        pyramid = description.pyramid
        if len(pyramid.levels) > MAX_LEVELS:
            raise UnsupportedImageError(
                description.name, f"{len(pyramid.levels)} levels; at most {MAX_LEVELS} can be shown"
            )
        if description.bands > texels.MAX_BANDS:
            raise UnsupportedImageError(
                description.name,
                f"{description.bands} bands; at most {texels.MAX_BANDS} can be shown",
            )
        self.description = description
        self._display = replace(
            default_display(description),
            background=options.background,
            blend=options.blend,
            fade_s=options.fades_s,
        )
        self._options = options
        self._stopwatch = stopwatch
        form = texels.texel_format(description)
        self._scene = Scene(
            pyramid, level_ranges(pyramid, blend=options.blend), form, options.gutter
        )
        self._layout = plan_layout(
            max(_slot_width(level) for level in pyramid.levels),
            max(_slot_height(level) for level in pyramid.levels),
            gutter=options.gutter,
            bytes_per_texel=form.bytes_per_texel,
            groups=form.groups,
            budget_bytes=options.gpu_bytes,
        )
        self._target_px: tuple[int, int] | None = None
        self._refused: GpuMemoryError | None = None
        self._granted_bytes: int | None = None
        self._untold: GpuMemoryError | None = None
        self._warned: set[str] = set()
        self._cross_fade = True
        self._moving = False
        self._prepared: Display | None = None
        # One tile of the whole image comes first, so that the first picture has no blank; then the
        # overview, which stays for ever, too.
        self._root = TileKey(single_tile_level(pyramid), 0, 0)
        overview = tiles_of(pyramid, overview_level(pyramid))
        self._pinned = tuple(dict.fromkeys((self._root, *overview)))
        self._slow_levels = frozenset(
            level
            for level in range(len(pyramid.levels))
            if pyramid.tiles_read_for(level) > SLOW_TILES
        )
        self._failures = Failures()
        reach = reach_texels(pyramid)
        self._residency = Residency(
            pyramid, self._layout, gutter=options.gutter, reach=reach, failures=self._failures
        )
        around = self._layout.slot_width + self._layout.slot_height - 4 * options.gutter
        self._strip_bytes = 2 * options.gutter * around * form.bytes_per_texel
        self._with_strips = sum(
            level.columns * level.rows for level in pyramid.levels if level.overlap < reach
        )
        self._rebuilding = False
        self._asked_again: Plan | None = None
        self._planner = Planner(pyramid, self._scene.ranges)
        self._table: InstanceTable = EMPTY
        self._table_of: tuple[object, ...] = ()
        self._epoch_s = 0.0
        self._sight = Rect(0.0, 0.0, 0.0, 0.0)
        self._youngest_s = LONG_AGO_S
        self._impatient_at_s: float | None = None
        self._supply = Supply(
            source,
            options,
            first=self._root,
            slow_levels=self._slow_levels,
            slot_bytes=self._layout.slot_bytes,
            wake=wake,
            answered=answered or wake,
        )

    def set_budgets(self, gpu_bytes: int, host_bytes: int) -> None:
        """Keep to other budgets: on the host at once, on the GPU with the next `fit`."""
        self._options = replace(self._options, gpu_bytes=gpu_bytes, host_bytes=host_bytes)
        self._target_px = None
        self._granted_bytes = None
        self._supply.set_budget(host_bytes, strip_bytes=self._residency.host_bytes)

    def fit(self, gpu: Atlas, width_px: int, height_px: int) -> None:
        """Keep to the GPU's budget with a target of this size; before a frame is planned for it.

        The atlas gets what the composite leaves. Tiles stay as long as they fit: those that the
        picture needs first, then those seen last. Where the driver refuses memory, the atlas stays
        as large as it is; `ContextError` where that is too little for any picture.
        """
        if self._refused is not None:
            self._make_do(gpu, self._refused)
            self._refused = None
        if self._target_px == (width_px, height_px):
            return
        self._target_px = (width_px, height_px)
        self._cross_fade = True
        composite = budgets.composite_bytes(width_px, height_px, self._scene.texels)
        layout = self._layout.within(
            budgets.atlas_bytes(self._options.gpu_bytes, composite, self._layout.slot_bytes),
            layers_now=gpu.atlas_bytes // self._layout.bytes_per_layer,
            most_slots=self._supply.most_slots(self._strip_bytes, self._with_strips),
        )
        most = self._granted_bytes
        if most is not None and layout.capacity * layout.slot_bytes > most:
            return
        try:
            self._rearrange(gpu, layout)
        except GpuMemoryError as refused:
            self._make_do(gpu, refused)

    def _rearrange(self, gpu: Atlas, layout: AtlasLayout) -> None:
        """Take another layout; `GpuMemoryError` where that cannot be: then nothing has changed."""
        if layout == self._layout:
            return
        first: list[TileKey] = []
        if self._plan is not None:
            essential = self._plan.essential
            first = [*(key for key in self._plan.wanted if key in essential), *essential]
        planned = self._residency.rearranged(layout, first)
        gpu.rearrange(layout, planned.moves)
        self._residency.rearrange(planned)
        self._layout = layout
        self._planner.forget()

    def _make_do(self, gpu: Atlas, refused: GpuMemoryError) -> None:
        """Go on with the atlas as it is allocated, or with a smaller one where that is too little.

        Another attempt at the whole budget is made when that is set, and in a new context.
        """
        self._residency.lose_from(gpu.atlas_bytes // self._layout.bytes_per_layer)
        self._planner.forget()
        told = refused
        least = budgets.LEAST_SLOTS
        for layout in fallbacks(self._layout, gpu.atlas_bytes, refused.size_bytes, least):
            try:
                self._rearrange(gpu, layout)
                break
            except GpuMemoryError as again:
                told = again
        else:
            least_mib = -(-least * self._layout.slot_bytes >> 20)
            raise ContextError(f"{self.description.name}: {told}; a picture takes {least_mib} MiB")
        self._granted_bytes = self._layout.capacity * self._layout.slot_bytes
        self._untold = self._untold or refused
        if gpu.atlas_bytes:
            self._tell_of_refusal()

    def _tell_of_refusal(self) -> None:
        if self._untold is not None:
            granted_bytes = self._granted_bytes or 0
            self._warn("atlas", f"{self._untold}; {granted_bytes >> 20} MiB must do")
            self._untold = None

    def refuse(self, refused: GpuMemoryError) -> None:
        """An upload made elsewhere was refused: the next `fit` makes do with what is there."""
        self._refused = refused

    def _warn(self, what: str, fault: str) -> None:
        """Once for each thing that was refused."""
        if what not in self._warned:
            self._warned.add(what)
            log.warning("%s: %s", self.description.name, fault)

    def memory(self, gpu: Atlas | None) -> MemoryUse:
        """What is taken of both budgets now."""
        return MemoryUse(
            GpuBytes(
                gpu.atlas_bytes if gpu else 0,
                gpu.composite_bytes if gpu else 0,
                self._options.gpu_bytes,
            ),
            self._supply.host_use(self._residency.host_bytes),
        )

    @property
    def display(self) -> Display:
        """How data becomes light; may be set, which decodes nothing."""
        return self._display

    @display.setter
    def display(self, display: Display) -> None:
        if display.blend != self._display.blend:
            ranges = level_ranges(self._scene.pyramid, blend=display.blend)
            self._scene = replace(self._scene, ranges=ranges)
            self._planner.forget(ranges)
        self._display = display

    def attach(self, uploader: Uploader) -> None:
        """A new context: its atlas is empty, and filled again from what the host has kept."""
        uploader.configure(self._layout, self._scene.texels)
        while uploader.prepare(self._scene, self._display):
            pass
        self._prepared = self._display
        self._refused = self._granted_bytes = None
        self._rebuilding = self.has_tiles
        self._residency.lose(self._layout)
        self._target_px = None
        self._planner.forget()
        self._table, self._table_of = EMPTY, ()
        self._impatient_at_s = None

    def follow(
        self, view: Viewport, *, focus: Point | None, moving: bool, ahead: Ahead | None = None
    ) -> bool:
        """Plan for a view and ask for what it lacks; True if the plan now is for this very view.

        ``ahead`` is what the view will come to show, if it is carried by a motion.
        """
        before = self._plan
        self._moving = moving
        rules = Rules(
            self._residency.capacity,
            self._pinned,
            self._slow_levels,
            self._options.prefetch,
            self._cross_fade,
        )
        if self._planner.follow(view, rules, focus=focus, moving=moving, ahead=ahead):
            assert self._plan is not None
            if before is not None and self._plan.choice.base > before.choice.base:
                # Zooming out: what appears over finer tiles would now do so over coarser ones.
                self._residency.finish_appearing(below=self._plan.choice.base)
            self._ask(self._plan)
        return self._planner.is_for(view)

    @property
    def _plan(self) -> Plan | None:
        return self._planner.plan

    def _ask(self, plan: Plan) -> None:
        self._supply.ask(plan, self._residency.missing(plan.wanted))

    def take(self, uploader: Uploader, now_s: float, budget_s: float) -> bool:
        """Upload what has arrived, for ``budget_s`` at most; True if more waits.

        And have the GPU ready for what pictures take beside tiles. One tile always goes, so that a
        slow machine gets on, too. What is not uploaded (failed, empty, left by the view) does not
        count as that one, up to `DROPPED_A_FRAME`.
        """
        self._ask_again()
        behind = not self._can_blend(uploader) or self._prepares(uploader)
        deadline = self._stopwatch() + budget_s
        uploaded = dropped = 0
        while self._refused is None and (loaded := self._supply.next()):
            if self._take_one(uploader, loaded, now_s):
                uploaded += 1
            else:
                dropped += 1
            self._supply.share(self._residency.host_bytes)
            over = self._stopwatch() >= deadline
            if over and (uploaded or dropped >= DROPPED_A_FRAME):
                break
        self._rebuilding = self._rebuilding and self._supply.keeps_some
        return behind or self._refused is not None or self._supply.has_more

    def _can_blend(self, uploader: Uploader) -> bool:
        """Whether the plan can be carried out: without a composite levels cannot be blended."""
        if not (self._cross_fade and self._target_px and self._plan and self._plan.choice.fading):
            return True
        try:
            uploader.reserve_composite(*self._target_px)
        except GpuMemoryError as refused:
            self._cross_fade = False
            self._warn("composite", f"{refused}, so levels do not cross-fade")
        return self._cross_fade

    def _prepares(self, uploader: Uploader) -> bool:
        """Whether there was something to do for a display that is another: not in a motion."""
        if self._prepared is self._display or self._moving:
            return False
        if uploader.prepare(self._scene, self._display):
            return True
        self._prepared = self._display
        return False

    def _take_one(self, uploader: Uploader, loaded: Loaded, now_s: float) -> bool:
        """Take in one result; True if anything was uploaded."""
        assert self._plan is not None
        if loaded.error is not None:
            if loaded.key not in self._failures:
                log.warning("%s: %s", self.description.name, loaded.error)
            self._residency.fail(loaded, now_s)
            return False
        if loaded.texels is not None:
            self._supply.keep(loaded)
            if loaded.key not in self._plan.keep:
                return False  # the view has moved on
        # The first picture does not fade in (its tile may be late, and a picture there without it),
        # nor one that is rebuilt, nor does what replaces sharper tiles, nor what is out of sight.
        first = loaded.key == self._root and not self._table_of
        fades = (
            self.display.fade_s > 0.0
            and not first
            and not self._rebuilding
            and loaded.key in self._plan.seen
            and not self._residency.is_covered_by_finer(loaded.key)
        )
        birth_s = now_s if fades else LONG_AGO_S
        uploads = self._residency.admit(loaded, self._keeps(loaded.key), birth_s)
        try:
            for upload in uploads:
                uploader.upload(upload.slot, upload.x, upload.y, upload.texels)
        except GpuMemoryError as refused:
            # Its slot, the first in its layer, would show what is in another.
            self._refused = refused
            self._residency.lose_from(uploads[0].slot.layer)
            return False
        self._tell_of_refusal()
        if uploads and birth_s == now_s:
            self._youngest_s = now_s
        return bool(uploads)

    def _keeps(self, key: TileKey) -> Iterator[AbstractSet[TileKey]]:
        """What must stay where a tile needs a slot, and if that leaves none; made when asked for.

        What is likely to come into sight shall not drive out what is on the screen.
        """
        assert self._plan is not None
        yield self._plan.keep.union(self._standing_in_sight())
        if key in self._plan.essential:
            yield self._plan.essential

    def _ask_again(self) -> None:
        """Once for each plan, when the picture is complete, ask for what is lacking still.

        Tiles that are only likely to come into sight found no slot, or lost it, while others stood
        in for those of the picture.
        """
        if self._asked_again is self._plan or not self.is_complete():
            return
        if not any(self._standing_in_sight()):
            assert self._plan is not None
            self._asked_again = self._plan
            self._ask(self._plan)

    def _standing_in_sight(self) -> Iterator[TileKey]:
        """What the last picture shows beside the tiles that its plan wants.

        Out of sight they must make room: they stand in for the very tiles that would come.
        """
        assert self._plan is not None
        sight = self._sight
        for key in set(self._table.keys) - self._plan.keep:
            rect = self._scene.pyramid.i_rect(key)
            across = rect.x0 < sight.x1 and sight.x0 < rect.x1
            if across and rect.y0 < sight.y1 and sight.y0 < rect.y1:
                yield key

    def retry(self, now_s: float) -> None:
        """Ask again for failed tiles whose pause is over, and be woken for the next.

        Only what the view still wants is asked for, and only for such a tile is anybody woken.
        """
        assert self._plan is not None
        if self._failures.ask_due(self._plan.keep, now_s):
            self._ask(self._plan)
        due_s = self._failures.next_due_s(self._plan.keep)
        self._supply.wake_after(None if due_s is None else due_s - now_s)

    def reload_failed(self) -> None:
        """Ask for every failed tile anew, as if it had not been tried: at once if it is wanted."""
        self._failures.clear()
        if self._plan is not None:
            self._ask(self._plan)

    @property
    def has_tiles(self) -> bool:
        """Whether any tile has arrived."""
        return bool(self._residency.residents)

    def has_picture(self, now_s: float) -> bool:
        """Whether a frame would leave no blank: the tile of the whole image is there, or failed.

        Where that tile takes long to make (an image without levels), what is there is shown after
        `ROOT_PATIENCE_S`.
        """
        if self._table_of or self._residency.is_settled(self._root):
            return True  # where there is a picture it stays, though that tile may be read anew
        if not self._residency.residents:
            return False
        if self._impatient_at_s is None:
            self._impatient_at_s = now_s + ROOT_PATIENCE_S
        return now_s >= self._impatient_at_s

    def frame(self, view: Viewport, now_s: float) -> Frame:
        """The picture of a view made of what is resident."""
        assert self._plan is not None
        appearing = now_s - self._youngest_s < self.display.fade_s
        made_of = (self._residency.version, self._plan, appearing)
        if made_of != self._table_of:
            self._epoch_s = now_s
            self._table = build(
                self._scene.pyramid,
                self._plan.choice,
                self._plan.cover,
                self._residency.residents,
                gutter=self._scene.gutter,
                groups=self._scene.texels.groups,
                now_s=now_s,
                fade_s=self.display.fade_s,
            )
            # Who goes first when room is short: what is out of sight, then what is only likely to
            # come into sight, then what stands in on the screen, and never what the picture needs.
            self._residency.touch(reversed(self._plan.wanted))
            self._residency.touch(self._table.keys)
            self._table_of = made_of
        self._sight = view.i_bounds()
        return Frame(
            self._scene,
            view,
            self.display,
            self._table,
            self._plan.choice.base,
            now_s - self._epoch_s,
            self._table.partial_count > 0,
        )

    def thumbnail(self, width_px: int, height_px: int) -> Thumbnail | None:
        """The whole image in a size; None until all that it is made of is there, or failed."""
        if not all(map(self._residency.is_settled, self._pinned)):
            return None
        residents = self._residency.residents
        return thumbnail(self._scene, residents, self._display, width_px, height_px)

    def is_appearing(self, now_s: float) -> bool:
        """Whether a tile of the last picture is still fading in."""
        fade_s = self.display.fade_s
        if now_s - self._youngest_s >= fade_s:
            return False
        return any(still_appearing(self._residency.residents, self._table.keys, now_s, fade_s))

    def tile_states(self, now_s: float) -> dict[TileKey, TileState]:
        """What the tiles around the planned view are to the picture, as `tile_states` has it."""
        if self._plan is None:
            return {}
        return tile_states(
            self._scene.pyramid,
            self._plan.choice,
            self._plan.cover,
            self._residency.residents,
            failed=self._failures,
            empty=self._residency.empty,
            now_s=now_s,
            fade_s=self.display.fade_s,
        )

    @property
    def levels(self) -> LodChoice:
        """The levels that make the picture; full resolution before the first plan."""
        return self._plan.choice if self._plan is not None else LodChoice(0, ())

    @property
    def _needed(self) -> frozenset[TileKey]:
        """What the planned view needs; nothing before the first plan."""
        return self._plan.needed if self._plan is not None else frozenset()

    def tile_counts(self) -> TileCounts:
        """How many tiles there are in which state."""
        residency, needed = self._residency, self._needed
        return TileCounts(
            len(residency.residents),
            residency.capacity,
            len(needed),
            sum(key in residency.residents or key in residency.empty for key in needed),
            len(self._failures),
            *self._supply.counts(),
        )

    @property
    def is_reduced(self) -> bool:
        """Whether the picture is made of coarser tiles than the view asks for, for want of room."""
        return self._planner.is_reduced

    def is_complete(self) -> bool:
        """Whether every tile that the planned view needs is there, has nothing, or failed."""
        return self._plan is not None and all(map(self._residency.is_settled, self._plan.needed))

    def progress(self) -> tuple[int, int]:
        """How many tiles the planned view needs, and how many of them need not be waited for."""
        needed = self._needed
        return len(needed), sum(map(self._residency.is_settled, needed))

    def holes(self) -> list[Hole]:
        """The tiles of the planned view that cannot be read."""
        if self._plan is None or not self._failures:
            return []
        return self._as_holes(key for key in self._plan.needed if key in self._failures)

    def new_holes(self) -> list[Hole]:
        """Those of `holes` that no call before this one gave."""
        if self._plan is None or not self._failures:
            return []
        return self._as_holes(self._failures.tell(self._plan.needed))

    def errors(self) -> tuple[Hole, ...]:
        """Every tile of the image that was found unreadable, in sight or not."""
        return tuple(self._as_holes(self._failures))

    def _as_holes(self, keys: Iterable[TileKey]) -> list[Hole]:
        return [Hole(key, self._failures[key].error) for key in sorted(keys)]

    @property
    def probe(self) -> Probe:
        """Tells what single pixels are."""
        return self._supply.probe

    def close(self) -> None:
        """Stop the workers and close the source, within two seconds."""
        self._supply.close()


def _slot_width(level: Level) -> int:
    return min(level.tile_width, level.width)


def _slot_height(level: Level) -> int:
    return min(level.tile_height, level.height)
