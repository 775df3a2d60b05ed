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


@pytest.fixture(scope="session")
def deep(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A grey TIFF of 16 bits from 1000 to 5080, of which two in a thousand are above 4936."""
    path = tmp_path_factory.mktemp("images") / "deep.tif"
    pixels = detailed(800, 600, 1).astype(np.uint16) * 16 + 1000
    pyvips.Image.new_from_array(pixels).tiffsave(str(path), tile=True, pyramid=True)
    return path


@pytest.fixture(scope="session")
def channels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A TIFF of five channels of 16 bits."""
    path = tmp_path_factory.mktemp("images") / "channels.tif"
    pixels = detailed(800, 600, 5).astype(np.uint16) * 100
    picture = pyvips.Image.new_from_array(pixels).copy(interpretation="b-w")
    picture.tiffsave(str(path), tile=True, pyramid=True)
    return path
