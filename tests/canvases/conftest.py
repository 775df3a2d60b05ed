"""Images to show in windows."""

from pathlib import Path

import numpy as np
import pytest
import pyvips
from numpy.typing import NDArray

from tests.images import detailed

WIDTH, HEIGHT = 3001, 2000


@pytest.fixture(scope="session")
def pixels() -> NDArray[np.uint8]:
    """The pixels of `image`."""
    return detailed(WIDTH, HEIGHT)


@pytest.fixture(scope="session")
def image(tmp_path_factory: pytest.TempPathFactory, pixels: NDArray[np.uint8]) -> Path:
    """A DeepZoom pyramid of 3001x2000 pixels, lossless."""
    folder = tmp_path_factory.mktemp("images")
    picture = pyvips.Image.new_from_array(pixels).copy(interpretation="srgb")
    picture.dzsave(str(folder / "picture"), suffix=".png")
    return folder / "picture.dzi"


@pytest.fixture(scope="session")
def second_image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A PNG of 400x300 pixels."""
    path = tmp_path_factory.mktemp("images") / "second.png"
    picture = pyvips.Image.new_from_array(detailed(400, 300, seed=2))
    picture.copy(interpretation="srgb").pngsave(str(path))
    return path
