"""Planes by keys, along each axis."""

from collections.abc import Iterator

import numpy as np
import pytest

from glview.canvases.bindings import Command
from glview.canvases.input import Controls
from glview.canvases.notices import Notices
from glview.canvases.stepping import Stepping, go_to_plane
from glview.options import ViewerOptions
from glview.sources.array import ArrayOptions
from glview.sources.opening import open_image
from glview.viewer import Viewer


@pytest.fixture
def viewer() -> Iterator[Viewer]:
    """Of two pages of three times of four z."""
    viewer = Viewer(ViewerOptions(prefetch=False))
    stack = np.zeros((2, 3, 4, 8, 8), np.uint8)
    viewer.show(open_image(stack, options=ArrayOptions(axes="ptzyx")))
    yield viewer
    viewer.close()


def test_each_pair_of_keys_goes_along_an_axis_of_its_own(viewer: Viewer) -> None:
    stepping = Stepping(viewer, Notices())
    controls = Controls(viewer.navigator, on_command=stepping.take)
    planes = []
    for key in (".", ">", ":", ".", ";", "<", ","):
        assert controls.key(key, 0.0)
        planes.append(viewer.plane)
    assert planes == [
        (0, 0, 1),
        (0, 1, 1),
        (1, 1, 1),
        (1, 1, 2),
        (0, 1, 2),
        (0, 0, 2),
        (0, 0, 1),
    ]


def test_keys_of_axes_that_an_image_lacks_mean_nothing(viewer: Viewer) -> None:
    stepping = Stepping(viewer, Notices())
    stack = np.zeros((3, 8, 8), np.uint8)
    viewer.show(open_image(stack, options=ArrayOptions(axes="zyx")))
    assert stepping.take(Command.PLANE_ON)
    assert stepping.take(Command.SLOW_PLANE_ON)  # that there is none is told
    assert stepping.take(Command.SLOWEST_PLANE_ON)
    assert viewer.plane == (1,)


@pytest.mark.parametrize(
    ("asked", "plane", "told"),
    [
        ("z=3,t=2", (0, 1, 2), []),
        ("z=9", (0, 0, 0), ["--plane z=9: z goes from 1 to 4, not to '9'"]),
        ("", (0, 0, 0), []),
    ],
)
def test_words_that_mean_no_plane_are_told(
    viewer: Viewer, asked: str, plane: tuple[int, ...], told: list[str]
) -> None:
    said: list[str] = []
    go_to_plane(viewer, asked, said.append)
    assert (viewer.plane, said) == (plane, told)
