"""What a viewer takes of its budgets, as values to be shown (pure, frozen)."""

from dataclasses import dataclass

from glview.frame_times import FrameTimes
from glview.viewport import Viewport


@dataclass(frozen=True, slots=True)
class GpuBytes:
    """Bytes of textures: the atlas and the composite as they are allocated now."""

    atlas: int
    composite: int
    budget: int

    @property
    def total(self) -> int:
        return self.atlas + self.composite


@dataclass(frozen=True, slots=True)
class HostBytes:
    """Bytes on the host.

    ``staged`` wait for their upload, ``strips`` complete neighbours' gutters, ``source`` is what
    the image's source keeps (`TileSource.cache_bytes`), ``cache`` are tiles kept to be uploaded
    again.
    """

    staged: int
    strips: int
    source: int
    cache: int
    budget: int

    @property
    def total(self) -> int:
        return self.staged + self.strips + self.source + self.cache


@dataclass(frozen=True, slots=True)
class MemoryUse:
    """Both budgets at one moment."""

    gpu: GpuBytes
    host: HostBytes


@dataclass(frozen=True, slots=True)
class TileCounts:
    """Tiles of the image shown, counted.

    ``resident`` are in the atlas, which holds ``capacity``. ``needed`` make the settled picture of
    the view; ``there`` of them are resident, or known to have nothing. ``failed`` are all that were
    found unreadable, in sight or not. ``waiting`` are wanted and not begun, ``decoding`` are being
    read, ``staged`` wait for their upload.
    """

    resident: int = 0
    capacity: int = 0
    needed: int = 0
    there: int = 0
    failed: int = 0
    waiting: int = 0
    decoding: int = 0
    staged: int = 0

    @property
    def under_way(self) -> int:
        """Tiles that are on their way to the atlas."""
        return self.waiting + self.decoding + self.staged


@dataclass(frozen=True, slots=True)
class Stats:
    """What a viewer shows, and what it takes to show it, at one moment.

    Without an image all counts are zero and ``name`` and ``format`` are empty; the budgets are
    those set, and ``frames`` are those drawn before.
    """

    name: str
    """Of the image, as `glview.ImageDescription` has it; ``format`` likewise."""
    format: str
    view: Viewport
    """In device pixels."""
    base_level: int
    """The finest level that is shown in full; 0 is full resolution."""
    fading_levels: tuple[int, ...]
    """The levels in their cross-fade over it, finest first."""
    reduced: bool
    """Whether the levels are coarser than the view asks for, for want of room."""
    settled: bool
    """Whether the last picture is final: see `Viewer.settled`."""
    tiles: TileCounts
    memory: MemoryUse
    frames: FrameTimes
