"""An image that is closed while its viewer goes on: what is told, freed and seen then."""

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import pyvips

from glview.stats import GpuBytes, HostBytes, MemoryUse, TileCounts
from glview.viewport import Viewport
from tests.unit.recorder import WaitingSource, until
from tests.unit.test_viewer import BACKGROUND, OPTIONS, Seat, picture, threads


@pytest.fixture
def seat() -> Iterator[Seat]:
    made = Seat()
    yield made
    made.viewer.close()


def open_files() -> set[str]:
    return {os.readlink(path) for path in Path("/proc/self/fd").iterdir() if path.is_symlink()}


def close(seat: Seat) -> None:
    """Close the image, wait until all of it has gone, and draw."""
    seat.viewer.close_image()
    until(lambda: threads("glview close") + threads("glview open") == 0)
    seat.draw()


def test_a_closed_image_is_told_once_and_nothing_of_it_is_left(seat: Seat) -> None:
    source = WaitingSource()
    seat.viewer.show(source)
    seat.settle()
    close(seat)
    seat.viewer.close_image()
    viewer = seat.viewer
    assert (seat.closed, source.closed) == (1, 1)
    assert (viewer.description, viewer.display, viewer.state, viewer.plane) == (
        None, None, None, (),
    )  # fmt: skip
    assert viewer.navigator.image_size is None
    assert not viewer.settled
    assert seat.renderer.cleared[-1] == BACKGROUND
    assert viewer.blank


def test_a_closed_image_leaves_its_memory(seat: Seat) -> None:
    seat.opened(picture(600, 400))
    seat.settle()
    assert seat.renderer.atlas_bytes > 0
    close(seat)
    assert seat.renderer.atlas_bytes == 0
    nothing = MemoryUse(
        GpuBytes(0, 0, OPTIONS.gpu_bytes), HostBytes(0, 0, 0, 0, OPTIONS.host_bytes)
    )
    assert (seat.viewer.stats().memory, seat.viewer.stats().tiles) == (nothing, TileCounts())


def test_a_closed_image_leaves_its_file(seat: Seat, tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    image = pyvips.Image.new_from_array(np.zeros((400, 600), np.uint8))
    image.tiffsave(str(path), tile=True, pyramid=True)
    seat.opened(path)
    seat.settle()
    assert str(path) in open_files()
    close(seat)
    assert str(path) not in open_files()
    # And nobody hears of its changes.
    os.utime(path)
    assert not seat.viewer.reload()
    assert threads("glview watch") == 0


def test_an_image_that_is_being_opened_is_called_off(seat: Seat) -> None:
    seat.opened(picture(600, 400))
    seat.viewer.open(np.zeros((4000, 4000, 3), np.uint8))
    close(seat)
    assert (len(seat.loaded), seat.failed, seat.viewer.opening) == (1, [], False)


def test_after_a_closed_image_another_is_fitted(seat: Seat) -> None:
    seat.opened(picture(600, 400))
    seat.settle()
    seat.viewer.navigator.rotate(90.0, seat.now)
    close(seat)
    seat.viewer.open(picture(600, 200), keep_view=True)
    until(lambda: not seat.draw() and seat.viewer.settled)
    assert seat.renderer.frames[-1].viewport == Viewport(300, 200, 300.0, 100.0, 0.5)
