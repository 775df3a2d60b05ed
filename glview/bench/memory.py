"""What the system says that this process takes (Linux)."""

from collections.abc import Iterator
from pathlib import Path

from glview.bench.rows import Row


def cases() -> Iterator[Row]:
    """The most it ever took, and what it takes now; nothing where the system does not tell."""
    for case, field in (("memory: peak", "VmHWM"), ("memory: end", "VmRSS")):
        kib = _status().get(field)
        if kib is not None:
            yield Row(case, "MiB", (kib / 1024,), note="of the process, after the flights")


def _status() -> dict[str, int]:
    """The sizes in /proc/self/status, in KiB."""
    try:
        lines = Path("/proc/self/status").read_text("utf-8", "replace").splitlines()
    except OSError:
        return {}
    fields = [line.replace(":", " ").split() for line in lines if line.endswith(" kB")]
    return {words[0]: int(words[1]) for words in fields}
