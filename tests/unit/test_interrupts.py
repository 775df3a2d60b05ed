"""Ctrl-C while a program comes up."""

import subprocess
import sys

import pytest

# Ctrl-C amid an import, in code that loses exceptions as callbacks in C do.
PROGRAM = """
import contextlib, os, runpy, signal, sys

class Strike:
    def find_spec(self, name, path=None, target=None):
        if name == sys.argv[0]:
            with contextlib.suppress(KeyboardInterrupt):
                os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Strike())
signal.signal(signal.SIGINT, {handler})
sys.argv = sys.argv[1:]
runpy.run_module("glview", run_name="__main__")
"""
HEARD, IGNORED = "signal.default_int_handler", "signal.SIG_IGN"


def start(module: str, *arguments: str, handler: str = HEARD) -> tuple[int, str]:
    """Exit status and stderr of glview that Ctrl-C meets as it imports a module."""
    program = PROGRAM.format(handler=handler)
    done = subprocess.run(
        [sys.executable, "-c", program, module, *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stderr


@pytest.mark.parametrize(
    ("module", "arguments"),
    [
        ("glview.usage", ["a.png"]),
        ("glfw", ["a.png"]),
        ("PySide6.QtWidgets", ["--qt", "a.png"]),
        ("glview.canvases.qt_window", ["--qt", "a.png"]),
    ],
)
def test_a_window_that_comes_up_ends_at_once(module: str, arguments: list[str]) -> None:
    assert start(module, *arguments) == (130, "")


def test_where_it_is_ignored_it_stays_so() -> None:
    assert start("glview.usage", "--version", handler=IGNORED) == (0, "")


def test_other_commands_tidy_up() -> None:
    # Here the exception is lost, as it would not be where something is to be tidied up.
    status, told = start("glview.sources.describe", "info", "nowhere.png")
    assert (status, told) == (1, "glview: nowhere.png: no such file\n")
