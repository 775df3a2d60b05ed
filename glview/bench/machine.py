"""The machine that measures, and what else it does meanwhile."""

import os
import platform
import subprocess
import time
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from glview import __version__

PACKAGES = ("numpy", "PyOpenGL", "pyvips", "pyvips-binary", "simplejpeg")
_STEAL = 7
"""The field of what the machine below this one took, if it is a virtual one."""

_SHORTEST_S = 0.2
"""The system counts in steps of 0.01 s."""


def facts() -> dict[str, object]:
    """Processor, versions, commit."""
    return {
        "machine": platform.machine(),
        "system": platform.platform(),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "glview": __version__,
        "packages": {name: _version(name) for name in PACKAGES},
        "commit": _commit(),
        "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
    }


class Others:
    """How many cores were busy with something else since this was made.

    Programs that this process started and waited for count as its own work.
    """

    def __init__(self) -> None:
        self._since = time.perf_counter(), busy_s(), _own_s()

    def cores(self) -> float | None:
        """None where the system does not tell, and after too short a time."""
        since_s, before_s, own_s = self._since
        wall_s, now_s = time.perf_counter() - since_s, busy_s()
        if before_s is None or now_s is None or wall_s < _SHORTEST_S:
            return None
        others_s = now_s - before_s - (_own_s() - own_s)
        return max(others_s, 0.0) / wall_s


def _own_s() -> float:
    """Processor time of this process and its children that have ended."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def busy_s() -> float | None:
    """Seconds that all cores together have been busy since the system started (Linux)."""
    try:
        first = Path("/proc/stat").read_text("ascii").partition("\n")[0].split()
    except OSError:
        return None
    fields = [int(field) for field in first[1:9]]
    user, nice, system, _idle, _wait, irq, soft = fields[:_STEAL]
    stolen = sum(fields[_STEAL:])
    return (user + nice + system + irq + soft + stolen) / os.sysconf("SC_CLK_TCK")


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8", "replace").splitlines()
    except OSError:
        return platform.processor()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _commit() -> str | None:
    """Of the checkout that this runs in; None for an installed package, in whatever checkout."""
    checkout = Path(__file__).resolve().parents[2]
    if not (checkout / ".git").exists():
        return None
    try:
        done = subprocess.run(
            ["git", "rev-parse", "--short", "HEAD"],
            cwd=checkout,
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout.strip()
