"""What starting costs: Python, imports, and a program until its first picture."""

import functools
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import glview
from glview.bench.rows import Row, in_rounds
from glview.bench.settings import Settings
from glview.bench.subject import Subject
from glview.errors import GlviewError
from glview.options import ViewerOptions

IMPORTS = {
    "Python alone": "pass",
    "import glview": "import glview",
    "what the window imports": "from glview.view_command import spare_probe; spare_probe();"
    " import glview.canvases.glfw",
    "what the Qt widget imports": "import glview.canvases.qt",
}


def cases(subject: Subject, settings: Settings, options: ViewerOptions) -> Iterator[Row]:
    """Each in a process of its own, as the system has it in memory; to its end or its pictures."""
    jobs = {name: functools.partial(_took_ms, code) for name, code in IMPORTS.items()}
    for name, took_ms in in_rounds(jobs, settings.starts).items():
        yield Row(f"start: {name}", "ms", tuple(took_ms))
    if subject.path is not None:
        yield from picture_cases(subject.path, settings, options)


def picture_cases(path: Path, settings: Settings, options: ViewerOptions) -> Iterator[Row]:
    """Until the first picture and the sharp one, within the budgets of the options."""
    first_ms, sharp_ms = [], []
    numbers = (settings.width, settings.height, options.host_bytes, options.gpu_bytes)
    for _ in range(settings.starts):
        start = time.monotonic()
        told = _run("-m", "glview.bench.started", path, *map(str, numbers))
        first, sharp = map(float, told.split())
        first_ms.append((first - start) * 1e3)
        sharp_ms.append((sharp - start) * 1e3)
    note = "without a window"
    yield Row("start: first picture", "ms", tuple(first_ms), note=note)
    yield Row("start: sharp", "ms", tuple(sharp_ms), note=note)


def _took_ms(code: str) -> float:
    start = time.monotonic()
    _run("-c", code)
    return (time.monotonic() - start) * 1e3


def _run(*arguments: str | Path) -> str:
    """What Python with these arguments prints."""
    above = str(Path(glview.__file__).resolve().parents[1])
    paths = filter(None, (above, os.environ.get("PYTHONPATH")))
    done = subprocess.run(
        [sys.executable, *map(str, arguments)],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(paths)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        last = (done.stderr.strip() or f"status {done.returncode}").splitlines()[-1]
        raise GlviewError(f"a program that was started to be timed failed: {last}")
    return done.stdout
