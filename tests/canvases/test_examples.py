"""The programs of ``examples/``, as people run them."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

import glview
from glview.viewport import Viewport
from tests.canvases.conftest import HEIGHT, WIDTH
from tests.canvases.program import TOLERANCE, Program, running
from tests.display import VirtualDisplay
from tests.mutants import CHECKOUT

PAGE = (CHECKOUT / "docs" / "examples.md").read_text()


@contextmanager
def example(display: VirtualDisplay, name: str, *arguments: object) -> Iterator[Program]:
    """An example with its window, which is closed in the end; it must end well."""
    display.move(5, 5)
    path = CHECKOUT / "examples" / name
    command = [sys.executable, "-W", "error", str(path), *map(str, arguments)]
    with running(display, command) as started:
        yield started
        display.close_window(started.window)
        assert started.ends() == (0, "")


@pytest.mark.parametrize(
    ("name", "usage"),
    [
        ("embed.py", "IMAGE"),
        ("markers.py", "IMAGE"),
        ("linked_views.py", "IMAGE IMAGE"),
        ("keep_view.py", "IMAGE STATE.json"),
    ],
)
def test_without_an_image_they_say_how_they_are_run(name: str, usage: str) -> None:
    path = CHECKOUT / "examples" / name
    done = subprocess.run([sys.executable, str(path)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"usage: {name} [-h] {usage}\n")
    assert f"    python examples/{name} {usage}\n" in PAGE
    assert f"\npython examples/{name} {usage}\n" in path.read_text()


def test_embed_shows_the_image_fitted(display: VirtualDisplay, image: Path) -> None:
    with example(display, "embed.py", image) as started:
        started.shows(image, Viewport(900, 600).fitted(WIDTH, HEIGHT))
        started.wait_for_title("picture.dzi")


def test_linked_views_move_together(display: VirtualDisplay, image: Path) -> None:
    with example(display, "linked_views.py", image, image) as started:
        window = started.window

        def halves() -> bool:
            seen = display.screenshot(window)
            return bool(min(seen[:, :400].std(), seen[:, 600:].std()) > 10.0)

        display.wait_for(halves)
        fitted = display.settled_screenshot(window)
        display.move(window.x + 100, window.y + 200)
        display.wheel(6)

        def same() -> bool:
            """Whether both views show the same, and not what they did."""
            seen = display.settled_screenshot(window)
            if np.abs(seen.astype(int) - fitted).max() <= TOLERANCE:
                return False
            left = seen[:, :480].astype(int)
            # The right one begins behind the left one and the handle between them.
            return any(
                np.abs(seen[:, dx : dx + 400].astype(int) - left[:, :400]).max() <= TOLERANCE
                for dx in range(480, 530)
            )

        display.wait_for(same)


def test_markers_are_painted_and_added_by_clicks(display: VirtualDisplay, image: Path) -> None:
    with example(display, "markers.py", image) as started:
        view = Viewport(900, 600).fitted(WIDTH, HEIGHT)
        place = view.s_from_i(1000.0 + 12.0, 350.0)
        rim = slice(round(place.y) - 2, round(place.y) + 3), slice(round(place.x) - 2, None)
        display.wait_for(lambda: bool(yellow(display.screenshot(started.window))[rim][:, :5].any()))
        before = yellow(display.settled_screenshot(started.window))
        window = started.window
        display.click(window.x + 600, window.y + 200)

        def added() -> bool:
            ring = yellow(display.screenshot(window)) & ~before
            return bool(ring[190:211, 590:611].sum() > 10)

        display.wait_for(added)


def yellow(picture: NDArray[np.uint8]) -> NDArray[np.bool_]:
    off: NDArray[np.int64] = np.abs(picture.astype(int) - (255, 212, 0)).max(axis=-1)
    return off < 60


def test_an_array_is_shown_and_its_samples_are_told(display: VirtualDisplay) -> None:
    with example(display, "from_array.py") as started:
        # A pointer that has come to rest before there is an image is told of nothing.
        display.wait_for(lambda: display.screenshot(started.window).std() > 10.0)
        window = started.window
        display.move(window.x + 350, window.y + 300)
        display.wait_for(lambda: started.window.title.startswith("x 1500  y 1500  value 0.5"))


def test_a_view_is_kept_until_the_next_time(
    display: VirtualDisplay, image: Path, tmp_path: Path
) -> None:
    kept = tmp_path / "state.json"
    with example(display, "keep_view.py", image, kept) as started:
        started.shows(image, Viewport(900, 600).fitted(WIDTH, HEIGHT))
        display.move(started.window.x + 200, started.window.y + 300)
        display.wheel(6)
        first = display.settled_screenshot(started.window, still_s=0.5)
    state = json.loads(kept.read_text())
    assert state["scale"] == 1.0  # six notches stop there
    with example(display, "keep_view.py", image, kept) as started:
        expected = glview.render(
            image,
            size=(900, 600),
            center=(state["centre_x"], state["centre_y"]),
            zoom=state["scale"],
        )
        started.shows_picture(expected)
        assert np.array_equal(display.settled_screenshot(started.window), first)
