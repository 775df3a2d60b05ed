"""What a viewer and all that it starts take, as the system counts it (Linux)."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterable
from pathlib import Path

from glview.bench.process import proportional_bytes

_TICKS_S = 1.0 / os.sysconf("SC_CLK_TCK")


def tree(root: int) -> list[int]:
    """A process and all that descend from it; none where it is gone."""
    children: dict[int, list[int]] = {}
    found = []
    for entry in os.listdir("/proc"):
        if entry.isdigit() and (fields := _fields(int(entry))):
            children.setdefault(int(fields[1]), []).append(int(entry))
            if int(entry) == root:
                found.append(root)
    for pid in found:
        found += children.get(pid, [])
    return found


def processor_s(pids: Iterable[int]) -> float:
    """Seconds of all processors, with children that have ended."""
    return sum(sum(map(int, fields[11:15])) * _TICKS_S for pid in pids if (fields := _fields(pid)))


def proportional_mib(pids: Iterable[int]) -> float:
    """Pages in memory; of those that several processes share, each has its part (PSS)."""
    return sum(proportional_bytes(pid) or 0 for pid in pids) / (1 << 20)


class Memory:
    """Looks twice a second how much a tree of processes takes, until `stop`."""

    def __init__(self, root: int) -> None:
        self.peak_mib = 0.0
        self._root = root
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def _look(self) -> None:
        while not self._ended.wait(0.5):
            self.peak_mib = max(self.peak_mib, proportional_mib(tree(self._root)))

    def stop(self) -> None:
        self._ended.set()
        self._thread.join()


def end(program: subprocess.Popen[bytes], grace_s: float = 3.0) -> None:
    """End a program that was started, and all that it has started, each by its own number.

    The program is asked first, so that it can end its children; what is left is killed.
    """
    pids = tree(program.pid)
    _signal([program.pid], signal.SIGTERM)
    if not _gone(program, pids, grace_s):
        _signal(pids, signal.SIGKILL)
        _gone(program, pids, grace_s)
    program.wait()


def _signal(pids: Iterable[int], number: int) -> None:
    for pid in pids:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            continue


def _gone(program: subprocess.Popen[bytes], pids: Iterable[int], within_s: float) -> bool:
    until = time.monotonic() + within_s
    while time.monotonic() < until:
        program.poll()
        if not any((fields := _fields(pid)) and fields[0] != "Z" for pid in pids):
            return True
        time.sleep(0.02)
    return False


def _fields(pid: int) -> list[str]:
    """Of /proc/PID/stat what follows the name: state, parent, ...; none where it is gone."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace")
    except OSError:
        return []
    return text[text.rindex(")") + 2 :].split()
