"""From picture to picture of one file: the one on the screen stays until the next is there."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile

from glview.canvases.bindings import Command
from glview.canvases.notices import Notices
from glview.canvases.stepping import Stepping, go_to_plane
from glview.display import Window
from glview.display_steps import band_names
from glview.errors import GlviewError
from glview.image import Axis, ImageDescription
from glview.sources.array import ArrayOptions
from glview.sources.base import TileSource, at_plane
from glview.sources.opening import open_image
from glview.viewport import Viewport
from tests.unit.recorder import until
from tests.unit.test_viewer import Seat

VIEW = Viewport(300, 200, 200.0, 150.0, 2.0)


class Stack:
    """A source of planes whose opening can be held up, and fail; it notes what was opened."""

    def __init__(self, source: TileSource, opened: list[tuple[int, ...]], bad: set[int]) -> None:
        self._source = source
        self._opened = opened
        self._bad = bad

    def __getattr__(self, name: str) -> Any:
        return getattr(self._source, name)

    @property
    def description(self) -> ImageDescription:
        return self._source.description

    def at_plane(self, plane: tuple[int, ...]) -> "Stack":
        self._opened.append(plane)
        if plane[-1] in self._bad:
            raise OSError("the drive is gone")
        return Stack(at_plane(self._source, plane), self._opened, self._bad)


class Planes(Seat):
    def __init__(self) -> None:
        super().__init__()
        self.planes: list[tuple[int, ...]] = []
        self.asked: list[tuple[int, ...]] = []
        self.bad: set[int] = set()
        self.viewer._telling.events = replace(
            self.viewer._telling.events, plane_changed=lambda told: self.planes.append(told.plane)
        )
        stack = np.zeros((2, 40, 300, 400), np.uint8)
        stack += np.arange(40, dtype=np.uint8)[:, None, None]
        source = open_image(stack, options=ArrayOptions(axes="tzyx"))
        self.opened(Stack(source, self.asked, self.bad))
        self.settle()

    def arrive(self, plane: tuple[int, ...]) -> None:
        """Draw until a plane is shown, then until it is settled."""

        def there() -> bool:
            self.draw()
            return self.viewer.plane_shown == plane

        until(there)
        self.settle()


@pytest.fixture
def made() -> Iterator[Seat]:
    """A viewer that shows nothing yet."""
    seat = Seat()
    yield seat
    seat.viewer.close()


@pytest.fixture
def seat() -> Iterator[Planes]:
    made = Planes()
    yield made
    made.viewer.close()


def test_another_plane_comes_with_view_and_display_kept(seat: Planes) -> None:
    assert seat.viewer.plane == (0, 0)
    seat.viewer.navigator.set_view(VIEW)
    seat.viewer.update_display(gamma=2.0)
    seat.viewer.go_to_plane((1, 7))
    assert seat.viewer.plane == (1, 7)
    assert seat.viewer.plane_shown == (0, 0)
    seat.arrive((1, 7))
    assert seat.planes == [(1, 7)]
    assert len(seat.loaded) == 1
    assert seat.renderer.frames[-1].viewport == VIEW
    assert seat.renderer.frames[-1].display.gamma == 2.0


def test_no_frame_is_blank_or_unsharp_meanwhile(seat: Planes) -> None:
    seat.renderer.cleared.clear()
    seat.renderer.frames.clear()
    for z in range(1, 6):
        seat.viewer.go_to_plane((0, z))
        seat.arrive((0, z))
    assert seat.renderer.cleared == []
    assert all(frame.instances.base_count for frame in seat.renderer.frames)
    assert not any(frame.instances.partial_count for frame in seat.renderer.frames)
    assert seat.planes == [(0, z) for z in range(1, 6)]


def test_who_scrubs_sees_some_of_them_and_always_the_last(seat: Planes) -> None:
    for z in range(1, 40):
        seat.viewer.go_to_plane((0, z))
        seat.draw()
    seat.arrive((0, 39))
    assert seat.planes[-1] == (0, 39)
    assert len(seat.asked) < 39
    # What was begun was shown, in the order of the hand.
    assert seat.planes == seat.asked
    assert seat.planes == sorted(seat.planes)


def test_back_to_the_plane_shown_ends_there(seat: Planes) -> None:
    seat.viewer.go_to_plane((0, 1))
    seat.viewer.go_to_plane((0, 0))
    assert seat.viewer.plane == (0, 0)
    until(lambda: not seat.draw() and bool(seat.viewer._images.ahead))
    seat.settle()
    assert seat.planes == []
    assert seat.viewer.plane_shown == (0, 0)


def test_so_it_does_where_the_other_was_opened_already(seat: Planes) -> None:
    seat.viewer.go_to_plane((0, 1))
    until(lambda: seat.viewer._planes._opener._opened is not None)
    seat.viewer.go_to_plane((0, 0))
    until(lambda: not seat.draw() and bool(seat.viewer._images.ahead))
    seat.settle()
    assert seat.planes == []


def test_a_plane_that_cannot_be_opened_is_told_and_the_picture_stays(seat: Planes) -> None:
    seat.bad.add(3)
    seat.viewer.go_to_plane((0, 3))

    def told() -> bool:
        seat.draw()
        return bool(seat.failed)

    until(told)
    assert "the drive is gone" in seat.failed[0].fault
    assert seat.viewer.plane == (0, 0)
    seat.viewer.go_to_plane((0, 4))
    seat.arrive((0, 4))


def test_there_are_no_others(seat: Planes) -> None:
    with pytest.raises(IndexError, match=r"there is no plane \(0, 40\): it has 2 of t, 40 of z"):
        seat.viewer.go_to_plane((0, 40))


def test_another_image_overtakes_a_plane(seat: Planes) -> None:
    seat.viewer.go_to_plane((0, 1))
    seat.opened(np.zeros((50, 60), np.uint8))
    seat.settle()
    assert seat.viewer.plane == ()
    assert seat.planes == []


def test_a_file_that_changes_is_shown_at_its_plane(made: Seat, tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    pixels = np.ones((3, 300, 400), np.uint8)
    tifffile.imwrite(path, pixels, photometric="minisblack")
    made.opened(path)
    made.settle()
    made.viewer.go_to_plane((2,))

    def there() -> bool:
        made.draw()
        return made.viewer.plane_shown == (2,)

    until(there)
    original = made.viewer._images.original
    assert original is not None
    assert made.viewer.reload()

    def again() -> bool:
        made.draw()
        return len(made.loaded) == 2

    until(again)
    assert made.viewer.description is not None
    assert made.viewer.description.axes == (Axis("page", 3),)
    assert made.viewer.plane_shown == (2,)


def test_a_file_that_changes_after_a_step_is_noticed(made: Seat, tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, np.ones((3, 300, 400), np.uint8), photometric="minisblack")
    made.opened(path)
    made.settle()
    made.viewer.go_to_plane((1,))

    def there() -> bool:
        made.draw()
        return made.viewer.plane_shown == (1,)

    until(there)
    new = tmp_path / "new.tif"
    tifffile.imwrite(new, np.full((3, 300, 400), 2, np.uint8), photometric="minisblack")
    new.replace(path)

    def anew() -> bool:
        made.draw()
        return len(made.loaded) == 2

    until(anew)
    assert made.viewer.plane_shown == (1,)


@pytest.mark.parametrize(("left", "plane"), [(3, (2,)), (1, ())])
def test_a_file_that_lost_the_plane_shown_shows_the_nearest(
    made: Seat, tmp_path: Path, left: int, plane: tuple[int, ...]
) -> None:
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, np.ones((6, 300, 400), np.uint8), photometric="minisblack")
    made.viewer.open(path, plane=(5,))

    def draws(images: int) -> bool:
        made.draw()
        return len(made.loaded) == images

    until(lambda: draws(1))
    made.settle()
    new = tmp_path / "new.tif"
    tifffile.imwrite(new, np.ones((left, 300, 400), np.uint8), photometric="minisblack")
    new.replace(path)
    until(lambda: draws(2))
    assert made.viewer.plane_shown == plane
    assert made.failed == []


def test_a_file_whose_plane_cannot_be_read_any_more_tells_it_and_the_picture_stays(
    made: Seat,
    tmp_path: Path,
) -> None:
    path = tmp_path / "a.ome.tif"
    tifffile.imwrite(path, np.ones((3, 300, 400), np.uint8), metadata={"axes": "ZYX"})
    made.viewer.open(path, plane=(2,))

    def draws() -> bool:
        made.draw()
        return len(made.loaded) == 1

    until(draws)
    made.settle()
    # Of its three pictures it has the first page only.
    new = tmp_path / "new.tif"
    with tifffile.TiffFile(path) as file:
        told = file.pages.first.description
    tifffile.imwrite(new, np.ones((300, 400), np.uint8), description=told, metadata=None)
    new.replace(path)

    def told_of() -> bool:
        made.draw()
        return len(made.failed) == 1

    until(told_of)
    assert "page 3 of 1 is missing" in str(made.failed[0])
    assert made.viewer.plane_shown == (2,)
    made.settle()


def test_a_file_loaded_anew_shows_the_same_of_its_images(made: Seat, tmp_path: Path) -> None:
    path = tmp_path / "a.ome.tif"
    with tifffile.TiffWriter(path, ome=True) as writer:
        for width in (300, 400):
            pixels = np.ones((3, 200, width), np.uint8)
            writer.write(pixels, metadata={"axes": "ZYX"}, photometric="minisblack")
    made.viewer.open(path, series=1, plane=(2,))

    def draws(images: int) -> bool:
        made.draw()
        return len(made.loaded) == images

    until(lambda: draws(1))
    made.settle()
    assert made.viewer.reload()
    until(lambda: draws(2))
    assert [described.pyramid.width for described in made.loaded] == [400, 400]
    assert made.viewer.plane_shown == (2,)


def test_an_image_opens_at_a_plane() -> None:
    stack = np.arange(12, dtype=np.uint8).reshape(3, 2, 2)
    source = open_image(stack, options=ArrayOptions(axes="zyx"), plane=(2,))
    assert source.description.plane == (2,)
    source.close()


def test_a_display_that_is_set_while_a_plane_comes_is_that_of_the_plane(seat: Planes) -> None:
    seat.viewer.go_to_plane((0, 1))

    def comes() -> bool:
        seat.viewer.poll()
        return seat.viewer._images.incoming is not None

    until(comes)
    seat.viewer.update_display(gamma=3.0)
    seat.arrive((0, 1))
    assert seat.viewer.display is not None
    assert seat.viewer.display.gamma == 3.0


def test_a_file_that_cannot_be_opened_while_a_plane_comes_leaves_the_one_shown(
    made: Seat,
    tmp_path: Path,
) -> None:
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, np.ones((3, 300, 400), np.uint8), photometric="minisblack")
    made.opened(path)
    made.settle()
    made.viewer.go_to_plane((1,))

    def comes() -> bool:
        made.viewer.poll()
        return made.viewer._images.incoming is not None

    until(comes)
    made.viewer.open(tmp_path / "missing.tif")
    until(lambda: not made.draw() and bool(made.failed))
    # Whatever is still made ready has come by then.
    until(lambda: not made.draw() and made.viewer._images.incoming is None)
    assert len(made.loaded) == 1
    assert made.viewer.plane_shown == made.viewer.plane == (0,)
    assert made.viewer.reload()


def test_a_view_of_a_page_with_other_bands_comes_back_in_its_display(
    made: Seat, tmp_path: Path
) -> None:
    path = tmp_path / "a.tif"
    with tifffile.TiffWriter(path) as writer:
        writer.write(np.ones((30, 40), np.uint8), photometric="minisblack")
        writer.write(np.ones((30, 40, 3), np.uint8), photometric="rgb")
    made.opened(path)
    made.settle()
    made.viewer.go_to_plane((1,))
    until(lambda: not made.draw() and made.viewer.plane_shown == (1,))
    made.viewer.update_display(windows=(Window(1, 9), Window(2, 9), Window(3, 9)))
    state = made.viewer.state
    assert state is not None
    made.viewer.go_to_plane((0,))
    until(lambda: not made.draw() and made.viewer.plane_shown == (0,))
    made.viewer.restore(state)
    until(lambda: not made.draw() and made.viewer.plane_shown == (1,))
    assert made.viewer.state == state
    grey = replace(
        state.display, windows=state.display.windows[:1], colors=state.display.colors[:1]
    )
    with pytest.raises(GlviewError, match="a view of 1 bands, of an image of 3"):
        made.viewer.restore(replace(state, display=grey))


def test_a_view_that_is_kept_comes_back_at_its_plane(seat: Planes) -> None:
    seat.viewer.go_to_plane((1, 7))
    seat.arrive((1, 7))
    state = seat.viewer.state
    assert state is not None
    assert state.plane == (1, 7)
    seat.viewer.go_to_plane((0, 3))
    seat.arrive((0, 3))
    seat.viewer.restore(replace(state, plane=()))
    assert seat.viewer.plane == (0, 3)
    seat.viewer.restore(state)
    assert seat.viewer.plane == (1, 7)
    seat.arrive((1, 7))
    with pytest.raises(GlviewError, match=r"other planes: \(5, 0\)"):
        seat.viewer.restore(replace(state, plane=(5, 0)))


def test_words_of_the_command_line_go_to_a_plane(seat: Planes) -> None:
    said: list[str] = []
    go_to_plane(seat.viewer, "z=4", said.append)
    assert seat.viewer.plane == (0, 3)
    go_to_plane(seat.viewer, "", said.append)
    assert (seat.viewer.plane, said) == ((0, 3), [])
    go_to_plane(seat.viewer, "z=41", said.append)
    assert said == ["--plane z=41: z goes from 1 to 40, not to '41'"]


def test_an_image_comes_up_at_the_plane_that_words_mean_with_its_own_windows(
    made: Seat,
    tmp_path: Path,
) -> None:
    path = tmp_path / "a.tif"
    stack = np.tile(np.arange(400, dtype=np.uint16), (3, 300, 1))
    stack += np.array([0, 10000, 20000], np.uint16)[:, None, None]
    tifffile.imwrite(path, stack, photometric="minisblack", metadata={"axes": "ZYX"})
    made.viewer.open(path, plane="z=3")
    made.settle()
    assert [told.plane for told in made.loaded] == [(2,)]
    assert made.viewer.display is not None
    assert made.viewer.display.windows[0].low == pytest.approx(20000, abs=16)


def test_a_plane_after_one_without_values_has_windows_of_its_own(made: Seat) -> None:
    """As the first of a radio cube mostly has none."""
    cube = np.tile(np.linspace(5000.0, 9000.0, 400, dtype=np.float32), (3, 300, 1))
    cube[0] = np.nan
    made.opened(open_image(cube, options=ArrayOptions(axes="zyx")))
    made.settle()
    made.viewer.go_to_plane((1,))

    def there() -> bool:
        made.draw()
        return made.viewer.plane_shown == (1,)

    until(there)
    made.settle()
    assert made.viewer.display is not None
    window = made.viewer.display.windows[0]
    assert (window.low, window.high) == pytest.approx((5000.0, 9000.0), abs=60.0)


def test_a_plane_in_words_that_cannot_be_opened_is_told(made: Seat) -> None:
    source = open_image(np.zeros((4, 30, 40), np.uint8), options=ArrayOptions(axes="zyx"))
    made.viewer.open(Stack(source, [], {2}), plane="z=3")
    until(lambda: not made.draw() and bool(made.failed))
    assert "the drive is gone" in made.failed[0].fault
    assert made.loaded == []


def test_words_for_no_plane_leave_the_one_that_comes_up(made: Seat, tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, np.ones((3, 30, 40), np.uint8), photometric="minisblack")
    made.viewer.open(path, plane="z=9")
    made.settle()
    assert [told.plane for told in made.loaded] == [(0,)]
    assert made.failed == []


class Channels(Seat):
    """Thirty channels of 16 bits, each far brighter than the one before."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        data = np.tile(np.arange(400, dtype=np.uint16), (30, 300, 1))
        data += (np.arange(30, dtype=np.uint16) * 2000)[:, None, None]
        tifffile.imwrite(
            path,
            data,
            ome=True,
            photometric="minisblack",
            metadata={"axes": "CYX", "Channel": {"Name": [f"CD{at}" for at in range(30)]}},
        )
        self.opened(path)
        self.settle()

    def go(self, channel: int) -> None:
        self.viewer.go_to_plane((channel,))
        self.settle()

    @property
    def low(self) -> float:
        assert self.viewer.display is not None
        return self.viewer.display.windows[0].low


@pytest.fixture
def many(tmp_path: Path) -> Iterator[Channels]:
    made = Channels(tmp_path / "a.ome.tif")
    yield made
    made.viewer.close()


def test_each_channel_along_an_axis_has_windows_of_its_own(many: Channels) -> None:
    many.viewer.update_display(gamma=2.0)
    for channel in (0, 1, 2, 1, 20):
        many.go(channel)
        assert many.low == pytest.approx(2000 * channel, abs=20)
        assert many.viewer.display is not None
        assert many.viewer.display.gamma == 2.0


def test_a_channel_along_an_axis_has_its_name(many: Channels) -> None:
    many.go(7)
    assert many.viewer.description is not None
    assert band_names(many.viewer.description) == ("CD7",)
    nameless = replace(many.viewer.description, channels=())
    assert band_names(nameless) == ("channel 8",)


def test_a_view_that_is_kept_comes_back_in_the_windows_of_its_channel(many: Channels) -> None:
    many.go(3)
    many.viewer.update_display(windows=(Window(6100.0, 6200.0),))
    state = many.viewer.state
    assert state is not None
    many.go(0)
    many.viewer.restore(state)
    assert many.low == pytest.approx(0, abs=20)  # still the other channel's
    many.settle()
    assert many.viewer.plane_shown == (3,)
    assert many.low == 6100.0


def test_a_key_along_an_axis_that_is_not_there_says_so() -> None:
    seat = Seat()
    seat.opened(open_image(np.zeros((4, 30, 40), np.uint8), options=ArrayOptions(axes="zyx")))
    seat.settle()
    notices = Notices()
    stepping = Stepping(seat.viewer, notices)
    assert stepping.take(Command.SLOW_PLANE_ON)
    assert notices._message is not None
    assert notices._message[0] == "Its pictures have no other axis"
    seat.viewer.close()


def test_one_channel_of_several_is_shown_alone_and_stays_so_when_the_file_changes(
    made: Seat, tmp_path: Path
) -> None:
    path, new = tmp_path / "a.ome.tif", tmp_path / "new.ome.tif"
    for name, value in ((path, 1), (new, 2)):
        channels = np.full((3, 300, 400), value, np.uint8)
        tifffile.imwrite(name, channels, photometric="minisblack", metadata={"axes": "CYX"})
    made.viewer.open(path, plane="channel=2")

    def draws(images: int) -> bool:
        made.draw()
        return len(made.loaded) == images

    until(lambda: draws(1))
    assert (made.loaded[0].axes, made.viewer.plane_shown) == ((Axis("channel", 3),), (1,))
    made.settle()
    new.replace(path)
    until(lambda: draws(2))
    assert (made.loaded[1].axes, made.viewer.plane_shown) == ((Axis("channel", 3),), (1,))
