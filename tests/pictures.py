"""The pictures of docs/examples.md: each program of examples/ in a window, with hands on it.

``python -m tests.pictures [NAME...]`` makes them anew, all or those of the examples named; all take
half a minute. Look at them before you commit them.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import numpy as np
import pyvips
from numpy.typing import NDArray

from glview.sample import make_sample
from glview.sample_picture import make_picture
from tests.canvases.program import Program, running
from tests.display import VirtualDisplay
from tests.mutants import CHECKOUT

EXAMPLES = CHECKOUT / "examples"
PICTURES = CHECKOUT / "docs" / "examples-images"
WIDTH, HEIGHT = 2048, 2500
"""Of the sample: the same picture in a few seconds."""
SHRINK = 0.5
"""Of the windows; the pictures stand in a page of text."""
STILL_S = 0.6
"""A window that has not changed for so long is final."""

Pixels = NDArray[np.uint8]


class Stage:
    """A screen, and images to show on it."""

    def __init__(self, display: VirtualDisplay, folder: Path) -> None:
        self.display = display
        self.folder = folder
        self.image = make_sample(folder / "archipelago.dzi", width=WIDTH, height=HEIGHT)
        self.grey = folder / "grey.png"
        make_picture(WIDTH, HEIGHT).colourspace("b-w").pngsave(str(self.grey))

    @contextmanager
    def example(self, name: str, *arguments: object) -> Iterator[Program]:
        """A program with its window, from the first still picture on until it is closed."""
        self.display.move(5, 5)
        command = [sys.executable, str(EXAMPLES / f"{name}.py"), *map(str, arguments)]
        with running(self.display, command) as started:
            self.look(started)
            yield started
            self.display.close_window(started.window)
            started.ends()

    def look(self, program: Program) -> Pixels:
        return self.display.settled_screenshot(program.window, still_s=STILL_S)

    def point(self, program: Program, x: int, y: int) -> None:
        self.display.move(program.window.x + x, program.window.y + y)

    def click(self, program: Program, x: int, y: int) -> None:
        """A click that is no double click of the one before."""
        time.sleep(0.5)
        self.display.click(program.window.x + x, program.window.y + y)


def embed(stage: Stage) -> Pixels:
    with stage.example("embed", stage.image) as program:
        stage.point(program, 450, 330)
        stage.display.wheel(4)
        return stage.look(program)


def from_array(stage: Stage) -> Pixels:
    with stage.example("from_array") as program:
        stage.point(program, 300, 200)
        stage.display.wheel(5)
        return stage.look(program)


def keep_view(stage: Stage) -> Pixels:
    kept = stage.folder / "state.json"
    with stage.example("keep_view", stage.image, kept) as program:
        stage.point(program, 400, 150)
        stage.display.wheel(7)
        stage.look(program)
    with stage.example("keep_view", stage.image, kept) as program:
        return stage.look(program)


def linked_views(stage: Stage) -> Pixels:
    with stage.example("linked_views", stage.image, stage.grey) as program:
        stage.point(program, 250, 300)
        stage.display.wheel(5)
        return stage.look(program)


def markers(stage: Stage) -> Pixels:
    with stage.example("markers", stage.image) as program:
        stage.point(program, 380, 100)
        stage.display.wheel(6)
        stage.look(program)
        for x, y in ((120, 480), (520, 430), (760, 520)):
            stage.click(program, x, y)
        return stage.look(program)


SHOWN: dict[str, Callable[[Stage], Pixels]] = {
    "embed": embed,
    "from_array": from_array,
    "keep_view": keep_view,
    "linked_views": linked_views,
    "markers": markers,
}


def save(pixels: Pixels, path: Path) -> None:
    """As a small PNG of few colours."""
    picture = pyvips.Image.new_from_array(pixels).copy(interpretation="srgb").resize(SHRINK)
    picture.pngsave(str(path), palette=True, Q=30, effort=10, dither=0.0, keep="none")


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.pictures", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="examples, all if none is named")
    names = parser.parse_args().names or list(SHOWN)
    if unknown := set(names) - set(SHOWN):
        parser.error(f"no such example: {', '.join(sorted(unknown))}")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        stage = Stage(stack.enter_context(VirtualDisplay()), folder)
        PICTURES.mkdir(exist_ok=True)
        for name in names:
            path = PICTURES / f"{name}.png"
            save(SHOWN[name](stage), path)
            print(path.relative_to(CHECKOUT), path.stat().st_size)


if __name__ == "__main__":
    main()
