"""What can be set about a viewer (pure, frozen)."""

import os
from dataclasses import dataclass, field

MIB = 1 << 20


def default_workers() -> int:
    """One decoding thread a core, two at least (one may wait for a disk), eight at most."""
    return min(max(os.cpu_count() or 2, 2), 8)


@dataclass(frozen=True, slots=True)
class ViewerOptions:
    """Budgets and manners of one viewer.

    ``gpu_bytes`` bounds textures, ``host_bytes`` decoded tiles and what sources cache on the host.
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
