"""The wheel works on its own, away from the checkout."""

import zipfile
from pathlib import Path

import glview
from tests.end_to_end.wheel import CHECKOUT, WheelEnvironment


def test_the_wheel_has_every_shader(wheel: Path) -> None:
    ours = {path.name for path in (CHECKOUT / "shaders").iterdir() if path.is_file()}
    names = zipfile.ZipFile(wheel).namelist()
    packed = {name.rpartition("/")[2] for name in names if name.startswith("glview/shaders/")}
    assert packed == ours
    assert packed


def test_the_wheel_has_the_package_and_nothing_else(wheel: Path) -> None:
    tops = {name.partition("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert tops == {"glview", f"glview_bigimage-{glview.__version__}.dist-info"}


def test_the_wheel_has_its_licence_and_types(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert any(name.endswith("/licenses/LICENSE") for name in names)
    assert "glview/py.typed" in names


def test_the_installed_package_is_the_wheels(wheel_env: WheelEnvironment) -> None:
    run = wheel_env.run("import glview; print(glview.__version__); print(glview.__file__)")
    assert run.stderr == ""
    version, file = run.stdout.split()
    assert version == glview.__version__
    assert Path(file).is_relative_to(wheel_env.prefix)
