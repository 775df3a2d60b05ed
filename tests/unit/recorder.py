"""Stand-ins for what the core is given: a renderer that remembers, a source that waits."""

import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

from numpy.typing import NDArray

from glview.atlas import AtlasLayout, Move, Slot, next_layer_count
from glview.display import Display
from glview.errors import GpuMemoryError, TileError
from glview.frame import Frame, Mark, Outline, Panel, Scene, Target
from glview.image import ImageDescription, Tile
from glview.pyramid import TileKey
from glview.sources.synthetic import KeyedSource, SyntheticOptions
from glview.texels import TexelFormat

SOON_S = 10.0


def until(condition: Callable[[], bool]) -> None:
    """Wait for another thread."""
    limit = time.monotonic() + SOON_S
    while not condition():
        assert time.monotonic() < limit, "it did not come about"
        time.sleep(0.001)


class RecordingRenderer:
    """A `FrameRenderer` that draws nothing and remembers everything."""

    def __init__(self) -> None:
        self.layouts: list[AtlasLayout] = []
        self.moves: list[Sequence[Move]] = []
        self.layers = 0
        self.most_bytes: int | None = None
        """What a texture may take at most; None: anything."""
        self.refusals = 0
        self.prepared: list[Display] = []
        self.reserved: list[tuple[int, int]] = []
        self.uploads: list[tuple[Slot, int, int, tuple[int, ...]]] = []
        self.frames: list[Frame] = []
        self.cleared: list[tuple[float, float, float]] = []
        self.marks: list[Mark] = []
        self.outlines: list[tuple[tuple[Outline, ...], int]] = []

    def configure(self, layout: AtlasLayout, texels: TexelFormat, *, keep: bool = False) -> None:
        del keep
        assert texels.groups == layout.groups
        self.layouts.append(layout)
        self.uploads.clear()
        self.layers = 0

    def empty(self) -> None:
        self.layouts.clear()
        self.layers = 0

    def make_room(self, tiles: int) -> None:
        layout = self.layouts[-1]
        needed = min(-(-tiles // layout.slots_per_layer), layout.max_layers)
        layers = next_layer_count(self.layers, needed, layout.max_layers)
        if layers > self.layers:
            self.layers = self._allocated(layout, layers)

    def prepare(self, scene: Scene, display: Display) -> bool:
        """One program for each scene and display: that of the display."""
        del scene
        if display in self.prepared:
            return False
        self.prepared.append(display)
        return True

    def reserve_composite(self, width_px: int, height_px: int) -> None:
        self.reserved.append((width_px, height_px))

    def rearrange(self, layout: AtlasLayout, moves: Sequence[Move]) -> None:
        if not layout.is_shaped_like(self.layouts[-1]) or self.layers > layout.max_layers:
            needed = max((move.new.layer + 1 for move in moves), default=0)
            self.layers = self._allocated(layout, next_layer_count(0, needed, layout.max_layers))
        self.layouts.append(layout)
        self.moves.append(moves)

    @property
    def atlas_bytes(self) -> int:
        return self.layers * self.layouts[-1].bytes_per_layer if self.layouts else 0

    @property
    def composite_bytes(self) -> int:
        return 0

    def upload(self, slot: Slot, x: int, y: int, texels: NDArray[Any]) -> None:
        most = self.layouts[-1].max_layers
        layers = next_layer_count(self.layers, slot.layer + 1, most)
        if layers > self.layers:
            self.layers = self._allocated(self.layouts[-1], layers)
        assert slot.layer < self.layers <= most
        self.uploads.append((slot, x, y, texels.shape))

    def _allocated(self, layout: AtlasLayout, layers: int) -> int:
        size_bytes = layers * layout.bytes_per_layer
        if self.most_bytes is not None and size_bytes > self.most_bytes:
            self.refusals += 1
            raise GpuMemoryError("tiles", size_bytes)
        return layers

    def draw(self, frame: Frame, target: Target) -> None:
        assert (frame.viewport.width, frame.viewport.height) == (target.width, target.height)
        self.frames.append(frame)

    def clear(self, target: Target, color: tuple[float, float, float]) -> None:
        del target
        self.cleared.append(color)

    def draw_marks(self, marks: Sequence[Mark], target: Target) -> None:
        del target
        self.marks += marks

    def draw_outlines(self, outlines: Sequence[Outline], target: Target, line_px: int) -> None:
        del target
        self.outlines.append((tuple(outlines), line_px))

    def draw_panels(self, panels: Sequence[Panel], target: Target) -> None:
        raise NotImplementedError

    @property
    def slots(self) -> list[Slot]:
        """Where whole tiles went."""
        return [slot for slot, _, _, shape in self.uploads if min(shape[1:3]) > 100]


class WaitingSource:
    """A `TileSource` of keyed texels that notes what it is asked for and can be held up."""

    def __init__(
        self, width: int = 8192, height: int = 8192, options: SyntheticOptions | None = None
    ) -> None:
        self._inner = KeyedSource(width, height, options)
        self._passes = threading.Event()
        self._passes.set()
        self.asked: list[TileKey] = []
        self.closed = 0
        self.held: Callable[[TileKey], bool] = lambda _: True

    @property
    def description(self) -> ImageDescription:
        return self._inner.description

    @property
    def cache_bytes(self) -> int:
        return 0

    def hold(self, which: Callable[[TileKey], bool] = lambda _: True) -> None:
        """From now on these tiles wait."""
        self.held = which
        self._passes.clear()

    def release(self) -> None:
        self._passes.set()

    def read_tile(self, key: TileKey) -> Tile | None:
        self.asked.append(key)
        if self.held(key):
            assert self._passes.wait(SOON_S)
        return self._inner.read_tile(key)

    def close(self) -> None:
        self.closed += 1


class HealingSource(WaitingSource):
    """Some of its tiles cannot be read before they are mended."""

    def __init__(self, *bad: TileKey, may_heal: bool = True, tile_px: int = 256) -> None:
        super().__init__(options=SyntheticOptions(tile_px, tile_px, name="a"))
        self.bad = set(bad)
        self.may_heal = may_heal

    def read_tile(self, key: TileKey) -> Tile | None:
        tile = super().read_tile(key)
        if key in self.bad:
            raise TileError(f"{tuple(key)} does not answer", may_heal=self.may_heal)
        return tile
