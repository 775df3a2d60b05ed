"""What the system says that a process takes of memory (Linux)."""

from pathlib import Path


def resident_bytes() -> int | None:
    """All pages of this process that are in memory; None where the system does not tell.

    Counted one by one, which takes a millisecond: what /proc/self/status says of now may be behind.
    """
    return _field(Path("/proc/self/smaps_rollup"), "Rss")


def proportional_bytes(pid: int) -> int | None:
    """The same of any process, but of pages that several share each has its part (PSS)."""
    return _field(Path(f"/proc/{pid}/smaps_rollup"), "Pss")


def peak_bytes() -> int | None:
    """The most that this process ever had in memory."""
    return _field(Path("/proc/self/status"), "VmHWM")


def _field(path: Path, name: str) -> int | None:
    try:
        lines = path.read_text("utf-8", "replace").splitlines()
    except OSError:
        return None
    found = (line.split() for line in lines if line.startswith(f"{name}:"))
    return next((int(words[1]) << 10 for words in found), None)
