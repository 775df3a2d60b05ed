"""Options and fixtures for all tests."""

import signal
from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.display import VirtualDisplay

# The same examples each time, and no deadline: machines differ and are shared.
settings.register_profile("glview", deadline=None, derandomize=True, database=None)
settings.load_profile("glview")


def pytest_configure() -> None:
    """Let programs under test hear Ctrl-C: a shell starts background jobs with it ignored."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--full", action="store_true", help="run the exhaustive matrices as well")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--full"):
        return
    left_out = [item for item in items if item.get_closest_marker("full")]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if not item.get_closest_marker("full")]


@pytest.fixture(scope="session")
def display() -> Iterator[VirtualDisplay]:
    """One virtual screen for the whole run; start programs with ``env=display.env``."""
    with VirtualDisplay() as started:
        yield started


@pytest.fixture
def on_display(display: VirtualDisplay, monkeypatch: pytest.MonkeyPatch) -> VirtualDisplay:
    """The virtual screen, and this process's environment points to it for one test."""
    for name in ("WAYLAND_DISPLAY", "XAUTHORITY", "QT_QPA_PLATFORM", "QT_SCALE_FACTOR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in display.env.items():
        monkeypatch.setenv(name, value)
    return display
