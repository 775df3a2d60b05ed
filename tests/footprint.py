"""What the system says that this process takes."""

import ctypes
import os
import threading
from dataclasses import dataclass

from glview.bench.process import resident_bytes

_COUNTS = (
    "arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks", "fsmblks", "uordblks", "fordblks",
    "keepcost",
)  # fmt: skip


class _Mallinfo(ctypes.Structure):
    """glibc's ``struct mallinfo2``."""

    _fields_ = [(name, ctypes.c_size_t) for name in _COUNTS]  # as ctypes wants it


@dataclass(frozen=True, slots=True)
class Footprint:
    """Of this process at one moment."""

    memory_mib: float
    """Resident set size: what is shared counts in full, since a part of it would grow whenever
    another process that has the same libraries ends (by 60 MiB, seen in a soak)."""
    used_mib: float
    """Of that what malloc has given out, in its heaps and as mappings (glibc; else 0)."""
    descriptors: int
    threads: int


def footprint() -> Footprint:
    """Now."""
    resident = resident_bytes()
    assert resident is not None
    used = _malloc_used() / (1 << 20)
    return Footprint(
        resident / (1 << 20), used, len(os.listdir("/proc/self/fd")), threading.active_count()
    )


def _malloc_used() -> int:
    try:
        mallinfo = ctypes.CDLL(None).mallinfo2
    except AttributeError:
        return 0
    mallinfo.restype = _Mallinfo
    found = mallinfo()
    return int(found.uordblks + found.hblkhd)
