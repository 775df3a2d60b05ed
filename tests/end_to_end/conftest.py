"""The built wheel, once for the whole run, and an image to make pictures of."""

from pathlib import Path

import numpy as np
import pytest
import pyvips
from numpy.typing import NDArray

from tests.end_to_end.wheel import WheelEnvironment, build_wheel
from tests.images import detailed


@pytest.fixture(scope="session")
def pixels() -> NDArray[np.uint8]:
    """The pixels of `image`."""
    return detailed(1201, 800)


@pytest.fixture(scope="session")
def image(tmp_path_factory: pytest.TempPathFactory, pixels: NDArray[np.uint8]) -> Path:
    """A DeepZoom pyramid of 1201x800 pixels, lossless, with a TIFF pyramid beside it."""
    folder = tmp_path_factory.mktemp("picture")
    picture = pyvips.Image.new_from_array(pixels).copy(interpretation="srgb")
    picture.dzsave(str(folder / "picture"), suffix=".png")
    picture.tiffsave(str(folder / "picture.tif"), tile=True, pyramid=True)
    return folder / "picture.dzi"


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel's file."""
    return build_wheel(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="session")
def wheel_env(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> WheelEnvironment:
    """The wheel installed away from the checkout: ``wheel_env.run("import glview; ...")``."""
    return WheelEnvironment.create(wheel, tmp_path_factory.mktemp("wheel_env"))
