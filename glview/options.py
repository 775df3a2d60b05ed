"""What can be set about a viewer (pure, frozen)."""

import os
from dataclasses import dataclass, field

MIB = 1 << 20
MIN_GUTTER = 2
"""Filters are at most three texels wide: they look 1.5 texels past a tile's edge."""


def default_workers() -> int:
    """One decoding thread a core, two at least (one may wait for a disk), eight at most."""
    return min(max(os.cpu_count() or 2, 2), 8)


@dataclass(frozen=True, slots=True)
class ViewerOptions:
    """Budgets and manners of one viewer.

    ``gpu_bytes`` bounds the atlas of tiles (the composite of a cross-fade comes on top, 12 to 20
    bytes a pixel for each three bands), ``host_bytes`` decoded tiles and what sources cache.
    ``fade_s``: how long a tile that arrives late takes to appear; 0 for none. ``gutter``: texels of
    neighbours kept around each tile in the atlas. ``blend``: cross-fade between levels.
    """

    gpu_bytes: int = 256 * MIB
    host_bytes: int = 256 * MIB
    workers: int = field(default_factory=default_workers)
    fade_s: float = 0.1
    background: tuple[float, float, float] = (0.1, 0.1, 0.11)
    blend: bool = True
    prefetch: bool = True
    gutter: int = 4
    mark_holes: bool = True
    """Hatch tiles that cannot be read."""
    watch: bool = True
    """Show a file anew when it is replaced or rewritten (on Linux; see `glview.watch`)."""

    def __post_init__(self) -> None:
        if min(self.gpu_bytes, self.host_bytes, self.workers) < 1:
            raise ValueError(f"budgets and workers must be positive: {self}")
        if self.gutter < MIN_GUTTER:
            raise ValueError(f"a gutter has at least {MIN_GUTTER} texels: {self.gutter}")
        if not self.fade_s >= 0.0:
            raise ValueError(f"fade_s must not be negative: {self.fade_s}")
