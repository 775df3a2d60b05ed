"""From one image of a file to another: each of a size, and with axes and a display of its own."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile

from glview.canvases.bindings import Command
from glview.canvases.notices import Notices
from glview.canvases.stepping import Stepping
from glview.display import Window
from glview.errors import GlviewError
from glview.image import Axis, Series
from glview.panels import Tone
from glview.series import choices, chosen, series_names, series_text
from glview.sources.opening import open_image
from glview.view_state import ViewState
from glview.viewport import Viewport
from tests.unit.recorder import until
from tests.unit.test_viewer import Seat

VIEW = Viewport(300, 200, 120.0, 90.0, 2.0)
ALL = (
    Series("slide", 400, 300, 1, 1, 1),
    Series("stack", 400, 300, 1, 3, 1),
    Series("label", 120, 80, 1, 1, 1),
)


def write(path: Path, planes: int = 3) -> None:
    """Two images of one size, the second of three planes, and a small one in colours."""
    ramp = np.tile(np.linspace(10, 250, 400).astype(np.uint8), (300, 1))
    plain: Any = {"photometric": "minisblack", "tile": (64, 64)}
    with tifffile.TiffWriter(path, ome=True) as writer:
        writer.write(ramp, metadata={"axes": "YX", "Name": "slide"}, **plain)
        stack = np.stack([ramp // (2 + z) for z in range(planes)])
        writer.write(stack, metadata={"axes": "ZYX", "Name": "stack"}, **plain)
        label = np.full((80, 120, 3), 200, np.uint8)
        told = {"axes": "YXS", "Name": "label"}
        writer.write(label, metadata=told, photometric="rgb", tile=(64, 64))


class Several(Seat):
    """A viewer of that file; ``changed`` has the images that it has told of."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.changed: list[int] = []
        self.viewer._telling.events = replace(
            self.viewer._telling.events,
            series_changed=lambda told: self.changed.append(told.series),
        )
        write(path)
        self.opened(path)
        self.settle()

    def go(self, series: int) -> None:
        """Go there, and draw until it is final."""
        self.viewer.go_to_series(series)
        self.settle()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a.ome.tif"


@pytest.fixture
def seat(path: Path) -> Iterator[Several]:
    made = Several(path)
    yield made
    made.viewer.close()


def test_a_file_tells_of_its_images(seat: Several) -> None:
    assert seat.viewer.all_series == ALL
    assert seat.viewer.series == 0


def test_another_of_them_comes_fitted_and_is_told(seat: Several) -> None:
    seat.viewer.navigator.set_view(replace(VIEW, rotation=90.0))
    seat.viewer.go_to_series(2)
    assert seat.viewer.series == 2
    assert seat.viewer.description is not None
    assert seat.viewer.description.series == 0
    assert not seat.viewer.settled
    seat.settle()
    assert seat.changed == [2]
    assert [told.pyramid.width for told in seat.loaded] == [400, 120]
    assert seat.renderer.frames[-1].viewport == Viewport(300, 200, 60.0, 40.0, 2.5)


def test_one_of_the_same_size_keeps_the_view(seat: Several) -> None:
    seat.viewer.navigator.set_view(VIEW)
    seat.go(1)
    assert seat.viewer.navigator.view == VIEW


def test_no_frame_is_blank_meanwhile(seat: Several) -> None:
    seat.renderer.cleared.clear()
    seat.renderer.frames.clear()
    for series in (1, 2, 0):
        seat.go(series)
    assert seat.renderer.cleared == []
    assert all(frame.instances.base_count for frame in seat.renderer.frames)
    assert not any(frame.instances.partial_count for frame in seat.renderer.frames)


def test_it_is_made_ready_in_the_view_that_it_comes_up_with(seat: Several) -> None:
    seat.go(2)
    seat.viewer.navigator.set_view(Viewport(300, 200, 10.0, 10.0, 20.0))
    seat.settle()
    seat.viewer.go_to_series(0)

    def has_opened() -> bool:
        seat.viewer.poll()
        return seat.viewer._images.incoming is not None

    until(has_opened)
    incoming = seat.viewer._images.incoming
    assert incoming is not None
    seat.draw()
    assert incoming._view == Viewport(300, 200, 200.0, 150.0, 2 / 3)


def test_each_comes_as_it_was_left(seat: Several) -> None:
    seat.go(1)
    seat.viewer.go_to_plane((2,))
    seat.settle()
    left = (Window(3.0, 44.0),)
    seat.viewer.update_display(windows=left, gamma=2.0)
    seat.go(0)
    assert seat.viewer.display is not None
    assert seat.viewer.display.gamma == 1.0
    assert seat.viewer.display.windows != left
    seat.go(1)
    assert seat.viewer.plane_shown == (2,)
    assert (seat.viewer.display.windows, seat.viewer.display.gamma) == (left, 2.0)


def test_one_that_has_fewer_planes_by_now_comes_at_its_last(seat: Several, path: Path) -> None:
    seat.go(1)
    seat.viewer.go_to_plane((2,))
    seat.settle()
    seat.go(0)
    write(path.parent / "new.ome.tif", planes=2)
    (path.parent / "new.ome.tif").replace(path)
    seat.go(1)
    assert (seat.failed, seat.viewer.plane_shown) == ([], (1,))


def test_what_is_no_matter_of_data_stays(seat: Several) -> None:
    seat.viewer.update_display(background=(1.0, 0.0, 0.5))
    seat.go(2)
    assert seat.viewer.display is not None
    assert seat.viewer.display.background == (1.0, 0.0, 0.5)


def test_the_last_of_several_that_are_asked_for_counts(seat: Several) -> None:
    seat.viewer.go_to_series(1)
    seat.draw()
    seat.viewer.go_to_series(2)
    seat.settle()
    assert seat.changed == [2]


def test_back_to_the_one_shown_calls_the_other_off(seat: Several) -> None:
    seat.viewer.go_to_series(2)
    seat.viewer.go_to_series(0)
    assert seat.viewer.series == 0
    seat.settle()
    assert seat.changed == []
    assert not seat.viewer.opening


def test_there_are_no_others(seat: Several) -> None:
    for series in (-1, 3):
        with pytest.raises(IndexError, match=f"there is no image {series}: it has 3"):
            seat.viewer.go_to_series(series)


def test_a_source_does_not_lead_to_the_others(seat: Several, path: Path) -> None:
    seat.opened(open_image(path, series=1))
    assert seat.viewer.description is not None
    assert seat.viewer.description.series == 1
    assert (seat.viewer.all_series, seat.viewer.series) == ((), 1)
    with pytest.raises(IndexError, match="there is no image 0: it has 1"):
        seat.viewer.go_to_series(0)


def test_one_that_cannot_be_opened_is_told_and_the_picture_stays(seat: Several, path: Path) -> None:
    path.unlink()
    seat.viewer.go_to_series(2)

    def told() -> bool:
        seat.draw()
        return bool(seat.failed)

    until(told)
    assert (seat.viewer.series, seat.changed) == (0, [])
    seat.settle()


def test_a_file_that_comes_before_it_forgets_it(seat: Several, path: Path) -> None:
    seat.viewer.go_to_series(1)

    def is_ready_behind() -> bool:
        seat.viewer.poll()
        return not seat.viewer.opening

    until(is_ready_behind)
    seat.viewer.open(path.parent / "none.tif")

    def told() -> bool:
        seat.draw()
        return bool(seat.failed)

    until(told)
    seat.settle()
    assert (seat.viewer.series, seat.changed) == (0, [])
    assert len(seat.loaded) == 1


def test_reload_stays_there(seat: Several) -> None:
    seat.go(1)
    seat.viewer.go_to_plane((1,))
    seat.settle()
    assert seat.viewer.reload()

    def draws() -> bool:
        seat.draw()
        return len(seat.loaded) == 3

    until(draws)
    seat.settle()
    assert (seat.viewer.series, seat.viewer.plane_shown) == (1, (1,))


def test_a_reload_while_one_comes_brings_that(seat: Several) -> None:
    seat.viewer.go_to_series(2)
    assert seat.viewer.reload()
    seat.settle()
    assert seat.changed == [2]


def test_a_view_is_of_its_image(seat: Several) -> None:
    seat.go(1)
    seat.viewer.go_to_plane((2,))
    seat.settle()
    seat.viewer.navigator.set_view(VIEW)
    seat.viewer.update_display(gamma=2.0)
    seat.settle()
    state = seat.viewer.state
    assert state is not None
    assert state.series == 1
    assert ViewState.from_json(state.to_json()) == state
    seat.viewer.update_display(gamma=3.0)
    seat.go(2)
    seat.viewer.restore(state)
    seat.settle()
    assert (seat.viewer.series, seat.viewer.plane_shown) == (1, (2,))
    assert seat.viewer.navigator.view == VIEW
    assert seat.viewer.display == state.display
    with pytest.raises(GlviewError, match="a view of image 4, of a file of 3"):
        seat.viewer.restore(replace(state, series=3))


def test_a_view_of_a_file_of_one_names_none(seat: Several) -> None:
    seat.opened(np.zeros((30, 40), np.uint8))
    seat.settle()
    assert seat.viewer.all_series == ()
    assert seat.viewer.state is not None
    assert seat.viewer.state.series is None


def test_keys_go_there_and_say_so(seat: Several) -> None:
    notices = Notices()
    stepping = Stepping(seat.viewer, notices)
    for command, series in (
        (Command.SERIES_ON, 1),
        (Command.SERIES_ON, 2),
        (Command.SERIES_ON, 2),
        (Command.SERIES_BACK, 1),
    ):
        assert stepping.take(command)
        assert seat.viewer.series == series
    assert notices._message is not None
    assert notices._message[0] == "image 2 of 3 (stack)"
    notices.clear_message()  # as the image does that comes
    stepping.series_changed()
    assert notices._message == ("image 2 of 3 (stack)", "", Tone.PLAIN)
    notices.clear_message()
    # What a program asks for is not said.
    stepping.series_changed()
    assert not notices.speaks
    seat.opened(np.zeros((30, 40), np.uint8))
    assert stepping.take(Command.SERIES_ON)
    assert notices._message == ("The file has one image only", "", Tone.PLAIN)


def test_they_are_told_before_the_axes_of_the_one_shown() -> None:
    z = Axis("z", 3)
    assert choices(ALL, (z,)) == (Axis("image", 3, ("slide", "stack", "label")), z)
    assert choices((), (z,)) == (z,)
    assert chosen(ALL, 1, (2,)) == (1, 2)
    assert chosen((), 0, (2,)) == (2,)
    assert series_text(ALL, 2) == "image 3 of 3 (label)"
    assert series_text((), 0) == ""


def test_one_without_a_name_is_called_by_its_size() -> None:
    assert series_names((replace(ALL[0], name=" "), replace(ALL[1], name="a\nb"))) == (
        "400 x 300",
        "a b",
    )
