"""Reads the examples out of a Markdown page and runs them as a reader would.

Every fenced ``bash``, ``console`` or ``python`` block of the page carries an HTML comment on the
line above it, which a reader does not see:

* ``<!-- run -->``: runs by itself and ends with status 0 and nothing on stderr. In a console block
  the lines after a ``$ command`` are its output, with ``...`` for anything.
* ``<!-- run window -->``: opens one window, shows a picture in it, and ends the same way when the
  window is closed.
* ``<!-- not run: REASON -->``.

Words after ``run`` combine: ``checkout`` runs in the checkout rather than in a directory with the
sample files of `make_samples`; ``full`` runs with ``--full`` only.
"""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyvips

from tests.display import VirtualDisplay, Window

LANGUAGES = frozenset({"bash", "console", "python"})
WORDS = frozenset({"checkout", "full", "window"})
TIMEOUT_S = 300.0

_BLOCK = re.compile(
    r"^(?P<above>[^\n]*)\n(?P<indent> *)```(?P<language>\w*)[^\n]*\n(?P<text>.*?)^ *```",
    re.MULTILINE | re.DOTALL,
)
_RUN = re.compile(r"\s*<!-- run(?P<words>( \w+)*) -->\s*")
_NOT_RUN = re.compile(r"\s*<!-- not run: \S.* -->\s*")


@dataclass(frozen=True, slots=True)
class Example:
    """One block that is to be run; ``line`` is its first line in the page."""

    line: int
    language: str
    text: str
    words: frozenset[str] = frozenset()


def read_examples(page: str) -> Iterator[Example]:
    """The blocks to run; ValueError for a block that does not say whether it runs."""
    for block in _BLOCK.finditer("\n" + page):
        language, above = block["language"], block["above"]
        if language not in LANGUAGES or _NOT_RUN.fullmatch(above):
            continue
        line = page.count("\n", 0, block.start("text") - 1) + 1
        mark = _RUN.fullmatch(above)
        words = frozenset(mark["words"].split()) if mark else frozenset()
        if not mark or not words <= WORDS:
            raise ValueError(f"line {line}: the {language} block needs <!-- run --> above it")
        text = re.sub(f"^{block['indent']}", "", block["text"], flags=re.MULTILINE)
        yield Example(line, language, text, words)


def make_samples(directory: Path) -> None:
    """Write photo.jpg, slide.tif (a tiled pyramid) and image.dzi, the files that examples name."""
    ramp = pyvips.Image.xyz(1500, 1100)
    waves = ((ramp[0] * 0.9).sin() + (ramp[1] * 1.3).cos()) * 60 + 128
    picture = waves.bandjoin([ramp[0] * 0.17, ramp[1] * 0.23]).cast("uchar")
    picture = picture.copy(interpretation="srgb")
    picture.jpegsave(str(directory / "photo.jpg"))
    picture.tiffsave(str(directory / "slide.tif"), tile=True, pyramid=True, compression="jpeg")
    picture.dzsave(str(directory / "image"))


def run_example(example: Example, directory: Path, display: VirtualDisplay) -> None:
    """Run a block in a directory; AssertionError where it does not do as it says."""
    env = display.env | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "XDG_CACHE_HOME": str(directory / "cache"),
        "XDG_CONFIG_HOME": str(directory / "config"),
    }
    for command, expected in _commands(example):
        others = {window.id for window in display.windows()}
        process = subprocess.Popen(
            command,
            cwd=directory,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        try:
            if "window" in example.words:
                _look_and_close(display, others, process)
            output, errors = process.communicate(timeout=TIMEOUT_S)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.communicate()
        assert (process.returncode, errors) == (0, ""), f"{command[-1]}\n{errors}"
        if expected:
            assert matches(expected, output), f"{command[-1]}\n{output}"


def matches(expected: str, output: str) -> bool:
    """Whether an output is as shown, ``...`` standing for anything."""
    pattern = ".*".join(re.escape(part) for part in expected.strip().split("..."))
    return re.fullmatch(pattern, output.strip(), re.DOTALL) is not None


def _commands(example: Example) -> Iterator[tuple[list[str], str]]:
    """Argument lists and the output that each is shown with ("": none is shown)."""
    if example.language == "python":
        yield [sys.executable, "-c", example.text], ""
    elif example.language == "bash":
        yield ["bash", "-euo", "pipefail", "-c", example.text], ""
    else:
        for part in re.split(r"^\$ ", example.text, flags=re.MULTILINE)[1:]:
            command, _, expected = part.partition("\n")
            yield ["bash", "-euo", "pipefail", "-c", command], expected


def _look_and_close(
    display: VirtualDisplay, others: set[int], process: subprocess.Popen[str]
) -> None:
    def opened() -> Window | None:
        assert process.poll() is None, f"ended without a window: {process.communicate()}"
        return next((window for window in display.windows() if window.id not in others), None)

    window = display.wait_for(opened, timeout_s=TIMEOUT_S)

    def picture() -> bool:
        return len(np.unique(display.screenshot(window))) > 16

    display.wait_for(picture, timeout_s=TIMEOUT_S)
    display.close_window(window)
