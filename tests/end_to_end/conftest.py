"""The built wheel, once for the whole run."""

from pathlib import Path

import pytest

from tests.end_to_end.wheel import WheelEnvironment, build_wheel


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel's file."""
    return build_wheel(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="session")
def wheel_env(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> WheelEnvironment:
    """The wheel installed away from the checkout: ``wheel_env.run("import glview; ...")``."""
    return WheelEnvironment.create(wheel, tmp_path_factory.mktemp("wheel_env"))
