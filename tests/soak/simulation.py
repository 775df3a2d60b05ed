"""The core without GL, threads or clock, for millions of tiles.

A viewer over a terapixel is flown at random; its loader is one that obeys at once, its clock a
number. What must hold in every frame is checked in every frame.
"""

import logging
import random
import sys
import time
from collections import deque
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from typing import Any
from unittest import mock

from numpy.typing import NDArray

from glview import budgets
from glview.atlas import AtlasLayout, Move, Slot, next_layer_count
from glview.display import Display
from glview.errors import TileError
from glview.failures import Failures
from glview.frame import Frame, Mark, Outline, Panel, Scene, Target
from glview.image import Tile
from glview.loader import Loaded, LoaderCounts
from glview.options import ViewerOptions
from glview.pyramid import TileKey
from glview.session import Session
from glview.sources.synthetic import KeyedSource, SyntheticOptions
from glview.texels import TexelFormat
from glview.viewer import Viewer
from glview.viewport import Point, Viewport
from tests.footprint import footprint

SIDE = 1_000_000
TILE = 16
"""Small tiles make the same bookkeeping as large ones, for 1/256 of the bytes."""
FRAME_S = 1.0 / 60.0
WORKERS = 4
SIZES = ((320, 240), (256, 192), (100, 300), (64, 48))
GPU_BYTES = (2_500_000, 3_000_000, 4_000_000)
HOST_BYTES = (1_000_000, 2_000_000, 4_000_000)
RESTS_WITHIN = 20_000
"""Frames: each failed tile is tried five more times, after 31 s in all."""
GROWTH_MIB = 48.0
GROWTH_BLOCKS = 100_000
"""Of what Python holds; each failed tile is remembered, by some ten."""
MANY = 50


class Terapixel(KeyedSource):
    """Of its finer tiles one in 97 fails, a third of them for good, and one in 89 is empty."""

    def __init__(self) -> None:
        super().__init__(SIDE, SIDE, SyntheticOptions(tile_width=TILE, tile_height=TILE))
        self._attempts = 0

    def read_tile(self, key: TileKey) -> Tile | None:
        mixed = hash(key) & 0xFFFFFFFF
        if key.level < 9 and mixed % 97 == 0:
            self._attempts += 1
            heals = mixed % 3 != 0
            if not (heals and self._attempts % 2):
                raise TileError("it fails", may_heal=heals)
        if key.level < 9 and mixed % 89 == 0:
            return None
        return super().read_tile(key)


class ObedientLoader:
    """A `glview.loader.Loader` whose workers deliver when they are told to."""

    made: "list[ObedientLoader]" = []  # noqa: RUF012  # the way to the one that a viewer has made

    def __init__(
        self,
        decode: Callable[[TileKey], NDArray[Any] | None],
        *,
        workers: int,
        staging_bytes: int,
        tile_bytes: int,
        wake: Callable[[], None],
        slow: Callable[[TileKey], bool],
        name: str,
    ) -> None:
        del wake, slow, name
        self._decode = decode
        self._workers = workers
        self._staging_bytes = staging_bytes
        self._tile_bytes = tile_bytes
        self.waiting: deque[TileKey] = deque()
        self.begun: dict[TileKey, None] = {}
        self._results: deque[Loaded] = deque()
        self.staged_bytes = 0
        self.requests = 0
        self.delivered = 0
        self.alarm_s: float | None = None
        self.made.append(self)

    def want(self, keys: Sequence[TileKey], quiet: AbstractSet[TileKey] = frozenset()) -> None:
        del quiet  # nobody is woken here
        assert len(set(keys)) == len(keys), "a tile is asked for twice"
        before = set(self.waiting)
        self.requests += sum(key not in before for key in keys)
        ready = {result.key for result in self._results}
        self.waiting = deque(key for key in keys if key not in self.begun and key not in ready)

    def work(self, rng: random.Random, share: float) -> None:
        """Let workers finish, each with this chance, and begin what waits."""
        for key in [key for key in self.begun if rng.random() < share]:
            del self.begun[key]
            loaded = self._load(key)
            self._results.append(loaded)
            self.staged_bytes += loaded.size_bytes
            self.delivered += 1
        while self.waiting and len(self.begun) < self._workers and self._has_room():
            self.begun[self.waiting.popleft()] = None

    def _has_room(self) -> bool:
        coming = len(self.begun)
        taken = self.staged_bytes + (coming + 1) * self._tile_bytes
        return not (self.staged_bytes or coming) or taken <= self._staging_bytes

    def _load(self, key: TileKey) -> Loaded:
        try:
            return Loaded.of(key, self._decode(key))
        except TileError as error:
            return Loaded(key, None, str(error), error.may_heal)

    def drain(self, limit: int | None = None) -> list[Loaded]:
        count = len(self._results) if limit is None else min(limit, len(self._results))
        taken = [self._results.popleft() for _ in range(count)]
        self.staged_bytes -= sum(result.size_bytes for result in taken)
        return taken

    @property
    def has_results(self) -> bool:
        return bool(self._results)

    @property
    def has_news(self) -> bool:
        return self.has_results  # nothing is quiet here

    @property
    def idle(self) -> bool:
        return not (self.waiting or self.begun or self._results)

    def counts(self) -> LoaderCounts:
        return LoaderCounts(len(self.waiting), len(self.begun), len(self._results))

    def stage(self, staging_bytes: int) -> None:
        self._staging_bytes = staging_bytes

    def wake_after(self, delay_s: float | None) -> None:
        self.alarm_s = delay_s

    def close(self) -> bool:
        return True


class Slots:
    """A `glview.gpu.FrameRenderer` that keeps nothing but the last frame and its layout."""

    def __init__(self) -> None:
        self._layout: AtlasLayout | None = None
        self._layers = 0
        self._composite_bytes = 0
        self.frame: Frame | None = None

    def configure(self, layout: AtlasLayout, texels: TexelFormat, *, keep: bool = False) -> None:
        del keep
        assert texels.groups == layout.groups
        self._layout, self._layers = layout, 0

    def prepare(self, scene: Scene, display: Display) -> bool:
        del scene, display
        return False

    def empty(self) -> None:
        self._layout, self._layers = None, 0

    def reserve_composite(self, width_px: int, height_px: int) -> None: ...

    def make_room(self, tiles: int) -> None: ...

    def rearrange(self, layout: AtlasLayout, moves: Sequence[Move]) -> None:
        needed = max((move.new.layer + 1 for move in moves), default=0)
        self._layers = next_layer_count(0, needed, layout.max_layers)
        self._layout = layout

    def upload(self, slot: Slot, x: int, y: int, texels: NDArray[Any]) -> None:
        assert self._layout is not None
        assert x + texels.shape[2] <= self._layout.slot_width
        assert y + texels.shape[1] <= self._layout.slot_height
        self._layers = next_layer_count(self._layers, slot.layer + 1, self._layout.max_layers)
        assert slot.layer < self._layers

    @property
    def atlas_bytes(self) -> int:
        return self._layers * self._layout.bytes_per_layer if self._layout else 0

    @property
    def composite_bytes(self) -> int:
        return self._composite_bytes

    def draw(self, frame: Frame, target: Target) -> None:
        self.frame = frame
        self._composite_bytes = budgets.composite_bytes(
            target.width, target.height, frame.scene.texels
        )

    def clear(self, target: Target, color: tuple[float, float, float]) -> None:
        del target, color
        self.frame = None

    def draw_marks(self, marks: Sequence[Mark], target: Target) -> None: ...

    def draw_outlines(self, outlines: Sequence[Outline], target: Target, line_px: int) -> None: ...

    def draw_panels(self, panels: Sequence[Panel], target: Target) -> None: ...


class Flight:
    """One viewer, flown in a time of its own."""

    def __init__(self, seed: int) -> None:
        self._rng = random.Random(seed)
        self.now = 0.0
        self.frames = 0
        self.rests = 0
        self.most_waiting = 0
        self._instant = 0.0
        self._share = 1.0
        self._seen_picture = self._whole_seen = False
        self._renderer = Slots()
        self._size = SIZES[0]
        self.viewer = Viewer(
            ViewerOptions(
                gpu_bytes=GPU_BYTES[-1], host_bytes=HOST_BYTES[-1], workers=WORKERS, watch=False
            ),
            stopwatch=self._stopwatch,
        )
        self.viewer.attach(self._renderer)
        self.viewer.show(Terapixel())
        self.loader = ObedientLoader.made[-1]

    def _stopwatch(self) -> float:
        """Half a millisecond each time it is read: a frame's slice is some eight uploads."""
        self._instant += 0.0005
        return self._instant

    def __str__(self) -> str:
        return (
            f"{self.loader.requests:,} tiles asked for, {self.loader.delivered:,} delivered in"
            f" {self.frames:,} frames ({self.now / 3600:.1f} h); {self.rests} times at rest; at"
            f" most {self.most_waiting} waited"
        )

    @property
    def _session(self) -> Session:
        session = self.viewer._session
        assert session is not None
        return session

    def fly(self) -> None:
        """Something that hands or programs might do, and what comes of it; now and then a rest."""
        self._share = self._rng.choice((0.05, 0.3, 1.0))
        self._rng.choice(self._deeds())()
        for _ in range(self._rng.randrange(1, 40)):
            self._draw()
        if self._rng.random() < 0.02:
            self._rest()

    def _draw(self) -> bool:
        self.now += FRAME_S
        self.loader.work(self._rng, self._share)
        focus = Point(10.0, 10.0) if self._rng.random() < 0.5 else None
        more = self.viewer.draw(Target(0, *self._size, depth=True), self.now, focus=focus)
        self.frames += 1
        self._check()
        return more

    def _check(self) -> None:
        """What holds in every frame."""
        session, loader = self._session, self.loader
        residency, plan = session._residency, session._plan
        assert plan is not None
        residents = residency.residents
        asked = [*loader.waiting]
        assert len(asked) <= residency.capacity, "more waits than a view can use"
        assert plan.keep.issuperset(asked), "what is not wanted waits"
        assert not any(key in residents or key in residency.empty for key in asked)
        self.most_waiting = max(self.most_waiting, len(asked))
        assert len(residents) <= residency.capacity
        assert len({resident.slot for resident in residents.values()}) == len(residents)
        frame = self._renderer.frame
        if self._seen_picture:
            assert frame is not None, "a blank after a picture"
        if frame is not None:
            self._seen_picture = True
            assert all(key in residents for key in frame.instances.keys), "drawn and not there"
            # A tile of the whole image that takes long is not waited for.
            self._whole_seen = self._whole_seen or session._ground.pinned[0] in residents
            if self._whole_seen:
                self._check_no_blank(frame)
        memory = self.viewer.stats().memory
        assert memory.gpu.total <= memory.gpu.budget, memory
        assert memory.host.total <= memory.host.budget, memory

    def _check_no_blank(self, frame: Frame) -> None:
        """Each tile in sight, or one that holds its place, is drawn, unless the image has none."""
        session, drawn = self._session, set(frame.instances.keys)
        pyramid = frame.scene.pyramid
        base = frame.base_level
        for key in session._plan.needed if session._plan else ():
            if key.level == base:
                above = (
                    TileKey(level, key.column >> up, key.row >> up)
                    for up, level in enumerate(range(base, len(pyramid.levels)))
                )
                assert not drawn.isdisjoint(above), f"nothing drawn at {key}"

    def _rest(self) -> None:
        """Everything comes to its end, and is as it should be."""
        self._share = 1.0
        quiet = 0
        for _ in range(RESTS_WITHIN):
            more = self._draw()
            at_rest = not more and self.loader.idle and self.loader.alarm_s is None
            quiet = quiet + 1 if at_rest else 0
            # One frame more: what found no slot is asked for again with the next one.
            if quiet > 1:
                break
        else:
            raise AssertionError(f"not at rest: {self.loader.counts()}, {self.loader.alarm_s}")
        session = self._session
        plan, residency = session._plan, session._residency
        assert plan is not None
        assert self.viewer.settled
        assert plan.needed <= residency.residents.keys() | residency.empty | set(failed(session))
        # What is worth having is there as well, but for the room of what stands in for good: where
        # a tile in sight has nothing or cannot be read.
        lacking = sum(1 for _ in residency.missing(plan.wanted))
        assert lacking == 0 or any(session._picture.standing_in(plan)), (
            f"{lacking} tiles are lacking"
        )
        self.rests += 1

    def _deeds(self) -> tuple[Callable[[], None], ...]:
        navigator, rng = self.viewer.navigator, self._rng
        view = navigator.view
        x, y = rng.uniform(0, view.width), rng.uniform(0, view.height)

        def drag() -> None:
            navigator.grab(x, y, self.now)
            for step in range(8):
                self._draw()
                navigator.drag(x + rng.uniform(-9, 30) * step, y + 11.0 * step, self.now)
            navigator.let_go(self.now)

        def jump() -> None:
            scale = 2.0 ** rng.uniform(-12, 3)
            place = rng.uniform(0, SIDE), rng.uniform(0, SIDE)
            navigator.set_view(Viewport(view.width, view.height, *place, scale))

        def fling() -> None:
            navigator.fling(Point(rng.gauss(0, 3000), rng.gauss(0, 3000)), self.now)

        def zoom() -> None:
            navigator.zoom(2.0 ** rng.uniform(-4, 4), x, y, self.now)

        return (
            *(4 * (zoom, fling, drag)),
            *(8 * (jump,)),
            lambda: navigator.rotate(rng.choice((90.0, -90.0, 17.3)), self.now),
            lambda: navigator.turn_upright(self.now),
            lambda: navigator.flip(self.now),
            lambda: navigator.fit(self.now),
            lambda: navigator.one_to_one(self.now),
            self._resize,
            self._lose_context,
            self._set_budgets,
            self.viewer.reload_failed,
        )

    def _resize(self) -> None:
        self._size = self._rng.choice(SIZES)

    def _lose_context(self) -> None:
        self._renderer = Slots()
        self.viewer.attach(self._renderer)
        self._seen_picture = self._whole_seen = False

    def _set_budgets(self) -> None:
        gpu_bytes, host_bytes = self._rng.choice(GPU_BYTES), self._rng.choice(HOST_BYTES)
        self.viewer.set_budgets(gpu_bytes=gpu_bytes, host_bytes=host_bytes)


def failed(session: Session) -> Failures:
    """Tiles that cannot be read."""
    return session._failures


def simulate(requests: int, seed: int, told: Callable[[str], None] = lambda _: None) -> Flight:
    """Fly until so many tiles were asked for; AssertionError if anything does not hold."""
    tiles_as_they_are = mock.patch("glview.session.presented", lambda source: source)
    with tiles_as_they_are, mock.patch("glview.supply.Loader", ObedientLoader):
        flight = Flight(seed)
    log = logging.getLogger("glview")
    level = log.level
    log.setLevel(logging.ERROR)
    try:
        _fly(flight, requests, told)
    finally:
        log.setLevel(level)
    return flight


def _fly(flight: Flight, requests: int, told: Callable[[str], None]) -> None:
    began, due = time.monotonic(), 0
    warm_mib, warm_blocks = 0.0, 0
    while flight.loader.requests < requests:
        flight.fly()
        if flight.loader.requests >= due:
            due += max(requests // MANY, 1)
            memory_mib = footprint().memory_mib
            if flight.loader.requests > requests // 10:
                blocks = sys.getallocatedblocks()
                warm_mib, warm_blocks = warm_mib or memory_mib, warm_blocks or blocks
                assert blocks < warm_blocks + GROWTH_BLOCKS, f"{warm_blocks} blocks, then {blocks}"
                assert memory_mib < warm_mib + GROWTH_MIB, f"{warm_mib:.0f} MiB, {memory_mib:.0f}"
            told(
                f"{time.monotonic() - began:6.0f} s  {flight.loader.requests:>12,} asked for"
                f"  {flight.loader.delivered:>11,} delivered  {flight.frames:>9,} frames"
                f"  {memory_mib:6.1f} MiB"
            )
