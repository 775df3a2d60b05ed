"""Promise: programs are type-checked strictly against the installed package, with what it tells."""

import ast
import re
import shutil
from pathlib import Path

import pytest
from PySide6.QtOpenGLWidgets import QOpenGLWidget

import glview
from tests.end_to_end.wheel import CHECKOUT, WheelEnvironment

PROGRAM = Path(__file__).with_name("user_program.py")
MISTAKES = """\
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter
import glview
from glview import Command, GLBigImageWidget, ViewerOptions, Viewport, ViewState, Window
widget = GLBigImageWidget()
def paint(painter: QPainter) -> None: ...
from glview import GLBigImagWidget  # attr-defined
GLBigImageWidget(size=(800, 600))  # call-arg
widget.load_image()  # call-arg
widget.load_image("a.dzi", zoom="fit")  # arg-type
widget.go_to(QPointF(3, 4), 2.0)  # arg-type
widget.go_to(3.0)  # call-arg
widget.fit(True)  # call-arg
widget.zoom_to(2.0)  # attr-defined
widget.zoom_to_rect((0, 0, 10, 10))  # arg-type
widget.view_state.to_json()  # union-attr
widget.restore_view("{}")  # arg-type
widget.run("fit")  # arg-type
widget.run(Command.SPIN)  # attr-defined
widget.set_keys(Command.FIT, Qt.Key.Key_F)  # arg-type
widget.zoom_in_key = "+"  # assignment
widget.wheel_mode = 3  # assignment
widget.viewport = Viewport(3, 4)  # misc
widget.add_overlay(paint)  # arg-type
widget.set_budgets(gpu=1)  # call-arg
widget.display = Window(0, 1)  # assignment
widget.imageLoded.connect(print)  # attr-defined
widget.stats().fps  # attr-defined
ViewerOptions(gpu_bytes="1 GB")  # arg-type
ViewState.from_json(None)  # arg-type
glview.render("a.dzi", size=300)  # arg-type
glview.render("a.dzi", zoom=0.5).save("a.png")  # attr-defined
glview.studio("a.dzi").picture()  # attr-defined
glview.make_pyramid("a.png")  # call-arg
glview.show("a.png")  # attr-defined
"""
"""Each line with a comment is wrong, in the way it says."""


@pytest.fixture(scope="module")
def checked(
    wheel_env: WheelEnvironment, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, list[str]]:
    """What mypy says of each of the programs, by file."""
    folder = tmp_path_factory.mktemp("typing")
    # What the check of the checkout has found out about Qt and numpy need not be found out again.
    if (CHECKOUT / ".mypy_cache").exists():
        shutil.copytree(CHECKOUT / ".mypy_cache", folder / ".mypy_cache")
    programs = {PROGRAM.name: PROGRAM.read_text(), "mistakes.py": MISTAKES}
    for name, text in programs.items():
        (folder / name).write_text(text)
    cache = f"--cache-dir={folder / '.mypy_cache'}"
    config = f"--config-file={CHECKOUT / 'pyproject.toml'}"
    paths = [str(folder / name) for name in programs]
    run = wheel_env.run_command("python", "-m", "mypy", "--strict", cache, config, *paths)
    assert run.returncode in {0, 1}, run.stdout + run.stderr
    said: dict[str, list[str]] = {name: [] for name in programs}
    for line in run.stdout.splitlines()[:-1]:
        said[Path(line.partition(":")[0]).name].append(line)
    return said


def test_a_program_that_uses_all_of_it_is_found_right(checked: dict[str, list[str]]) -> None:
    assert checked[PROGRAM.name] == []


def test_that_program_uses_all_of_it() -> None:
    tree = ast.parse(PROGRAM.read_text())
    used = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    used |= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    ours = {name for name in dir(glview.GLBigImageWidget) if not name.startswith("_")}
    assert set(glview.__all__) | (ours - set(dir(QOpenGLWidget))) <= used


def test_each_mistake_is_refused_where_it_is(checked: dict[str, list[str]]) -> None:
    found: dict[int, set[str]] = {}
    for line in checked["mistakes.py"]:
        if told := re.match(r"[^:]+:(\d+): error: .*\[([\w-]+)\]$", line):
            found.setdefault(int(told[1]), set()).add(told[2])
    expected = {
        number: set(codes.split())
        for number, line in enumerate(MISTAKES.splitlines(), 1)
        if (codes := line.partition("  # ")[2])
    }
    assert found == expected
