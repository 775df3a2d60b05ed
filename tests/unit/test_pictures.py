"""docs/examples.md shows every example, in pictures of its window as it is."""

import re
from pathlib import Path

import pytest
import pyvips

from tests.mutants import CHECKOUT
from tests.pictures import EXAMPLES, PICTURES, SHOWN, SHRINK

NAMES = sorted(path.stem for path in EXAMPLES.glob("*.py"))
PAGE = (CHECKOUT / "docs" / "examples.md").read_text()
MOST_BYTES = 120_000


def window_px(program: Path) -> tuple[int, int]:
    """The size of the window that a program asks for."""
    text = program.read_text()
    found = re.search(r"\.resize\((\d+), (\d+)\)", text) or re.search(
        r"width=(\d+), height=(\d+)", text
    )
    assert found is not None, program
    return int(found[1]), int(found[2])


def test_each_example_has_a_picture_and_each_picture_an_example() -> None:
    assert sorted(SHOWN) == NAMES
    assert sorted(path.stem for path in PICTURES.iterdir()) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_the_page_shows_the_example(name: str) -> None:
    assert f"## [{name}.py](../examples/{name}.py)\n" in PAGE
    assert f"](examples-images/{name}.png)\n" in PAGE


@pytest.mark.parametrize("name", NAMES)
def test_its_picture_is_small_and_of_its_window(name: str) -> None:
    path = PICTURES / f"{name}.png"
    assert path.stat().st_size < MOST_BYTES
    picture = pyvips.Image.new_from_file(str(path))
    width, height = window_px(EXAMPLES / f"{name}.py")
    assert (picture.width, picture.height) == (round(width * SHRINK), round(height * SHRINK))
