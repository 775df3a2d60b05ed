"""A real OpenGL context for each test run, and a stage to draw on."""

from collections.abc import Callable, Iterator

import pytest

from glview.canvases.egl import EglContext
from glview.gl import api
from tests.gl.debug import DebugOutput
from tests.gl.stage import Stage

# The very call at fault, not the frame it was made in.
api.check_each_call()


@pytest.fixture(scope="session")
def egl() -> Iterator[EglContext]:
    """One headless debug context; software or hardware, whichever the machine has."""
    context = EglContext(debug=True)
    yield context
    context.close()


@pytest.fixture
def context(egl: EglContext) -> Iterator[EglContext]:
    """The context made current, with no error and no message before and after the test."""
    with egl:
        output = DebugOutput()
        output.take()
        yield egl
        assert output.take() == []


@pytest.fixture
def stage(context: EglContext) -> Iterator[Callable[..., Stage]]:
    """Makes stages (a source, a target, the real session and renderer) and closes them."""
    del context  # only to be current
    stages: list[Stage] = []

    def make(*args: object, **kwargs: object) -> Stage:
        stages.append(Stage(*args, **kwargs))  # type: ignore[arg-type]  # passed on as given
        return stages[-1]

    yield make
    for made in stages:
        made.close()
