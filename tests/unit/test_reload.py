"""Files that change while they are shown: opened anew, the view kept, no blank between."""

import os
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import pyvips

from glview.display import Window
from glview.incoming import Incoming
from glview.offscreen import still_options
from glview.session import Session
from glview.sources.synthetic import KeyedSource
from glview.viewport import Viewport
from tests.unit.recorder import until
from tests.unit.test_viewer import OPTIONS, TARGET, Seat, picture, threads

VIEW = Viewport(300, 200, 500.0, 100.0, 1.0)


@pytest.fixture
def seat() -> Iterator[Seat]:
    made = Seat()
    yield made
    made.viewer.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A PNG of 600x400 pixels."""
    made = tmp_path / "a.png"
    write(made, 600, 400, 10)
    return made


def write(path: Path, width: int, height: int, value: int) -> None:
    """Put a PNG of one grey in the place of a file."""
    pixels = np.full((height, width, 3), value, np.uint8)
    new = path.with_name("new.png")
    pyvips.Image.new_from_array(pixels).pngsave(str(new))
    new.replace(path)


def shown(seat: Seat, path: Path) -> None:
    seat.opened(path)
    seat.settle()


def loaded_again(seat: Seat, times: int = 2) -> None:
    """Draw when woken until an image was loaded so many times, then until it is settled."""

    def done() -> bool:
        seat.draw()
        return len(seat.loaded) == times

    until(done)
    seat.settle()


def test_a_file_that_is_replaced_is_shown_and_the_view_stays(seat: Seat, path: Path) -> None:
    shown(seat, path)
    view = replace(VIEW, rotation=30.0, flip=True)
    seat.viewer.navigator.set_view(view)
    seat.settle()
    write(path, 600, 400, 200)
    loaded_again(seat)
    assert len(seat.renderer.layouts) == 2
    assert seat.renderer.frames[-1].viewport == view
    assert seat.settled == 3


def test_there_is_no_frame_without_a_picture_between_old_and_new(seat: Seat, path: Path) -> None:
    shown(seat, path)
    seat.renderer.cleared.clear()
    seat.renderer.frames.clear()
    write(path, 600, 400, 200)
    loaded_again(seat)
    assert seat.renderer.cleared == []
    assert all(frame.instances.base_count for frame in seat.renderer.frames)
    # Nothing is seen to appear: the new picture is whole at once.
    assert not any(frame.instances.partial_count for frame in seat.renderer.frames)


def test_a_motion_goes_on_across_a_file_of_the_same_size(seat: Seat, path: Path) -> None:
    shown(seat, path)
    seat.viewer.navigator.go_to(VIEW, seat.now)
    seat.viewer.reload()
    loaded_again(seat)
    assert seat.viewer.navigator.view == VIEW


def test_a_file_of_another_size_shows_the_same_part(seat: Seat, path: Path) -> None:
    shown(seat, path)
    seat.viewer.navigator.set_view(VIEW)
    write(path, 1200, 800, 200)
    loaded_again(seat)
    assert seat.viewer.navigator.view == Viewport(300, 200, 1000.0, 200.0, 0.5)


def test_what_is_fitted_stays_fitted(seat: Seat, path: Path) -> None:
    shown(seat, path)
    write(path, 300, 400, 200)
    loaded_again(seat)
    assert seat.viewer.navigator.view == Viewport(300, 200, 150.0, 200.0, 0.5)
    assert seat.viewer.navigator.fitted


def test_the_display_is_kept_where_it_still_fits(seat: Seat, path: Path) -> None:
    shown(seat, path)
    seat.viewer.update_display(gamma=2.0)
    write(path, 600, 400, 200)
    loaded_again(seat)
    assert seat.renderer.frames[-1].display.gamma == 2.0
    pyvips.Image.new_from_array(np.zeros((400, 600), np.uint8)).pngsave(str(path))
    loaded_again(seat, 3)
    assert seat.renderer.frames[-1].display.gamma == 1.0


def test_colours_are_those_of_the_new_profile_all_the_same(seat: Seat, path: Path) -> None:
    shown(seat, path)
    seat.viewer.update_display(gamma=2.0)
    picture = pyvips.Image.new_from_array(np.full((400, 600, 3), 90, np.uint8))
    profile = pyvips.Image.profile_load("p3")
    picture.set_type(pyvips.GValue.blob_type, "icc-profile-data", profile)
    new = path.with_name("new.png")
    picture.pngsave(str(new))
    new.replace(path)
    loaded_again(seat)
    display = seat.renderer.frames[-1].display
    assert display.gamma == 2.0
    assert display.color_table is not None


def test_a_file_that_cannot_be_opened_anew_is_told_once_and_the_picture_stays(
    seat: Seat, path: Path
) -> None:
    shown(seat, path)
    path.write_bytes(b"half of an image")

    def failed() -> bool:
        seat.draw()
        return len(seat.failed) == 1

    until(failed)
    for _ in range(5):
        seat.draw()
        time.sleep(0.1)
    assert [error.fault for error in seat.failed] == ["not a known kind of image"]
    assert len(seat.renderer.layouts) == 1
    assert seat.renderer.frames[-1].instances.base_count
    write(path, 600, 400, 200)
    loaded_again(seat)
    assert len(seat.failed) == 1


def test_a_file_that_is_deleted_changes_nothing(seat: Seat, path: Path) -> None:
    shown(seat, path)
    path.unlink()
    wakes = seat.wakes
    time.sleep(0.5)
    assert seat.wakes == wakes
    assert seat.failed == []


def test_a_file_can_be_reloaded_by_hand_without_a_watch(path: Path) -> None:
    seat = Seat(replace(OPTIONS, watch=False))
    shown(seat, path)
    assert threads("glview watch") == 0
    assert seat.viewer.reload()
    loaded_again(seat)
    seat.viewer.close()


def test_sources_cannot_be_reloaded(seat: Seat) -> None:
    assert not seat.viewer.reload()
    seat.viewer.show(KeyedSource(512, 512))
    assert not seat.viewer.reload()


def test_another_image_that_is_being_opened_is_not_overtaken(seat: Seat, path: Path) -> None:
    shown(seat, path)
    seat.viewer.open(picture(60, 40))
    assert seat.viewer.reload()
    loaded_again(seat)
    assert [description.pyramid.width for description in seat.loaded] == [600, 60]


def test_a_change_while_another_image_cannot_be_opened_is_not_lost(seat: Seat, path: Path) -> None:
    shown(seat, path)
    write(path, 600, 400, 200)
    time.sleep(0.5)
    seat.viewer.open(path.with_name("none.png"))
    loaded_again(seat)
    assert [error.fault for error in seat.failed] == ["no such file"]


def test_another_image_ends_the_watch(seat: Seat, path: Path) -> None:
    shown(seat, path)
    assert threads("glview watch") == 1
    seat.opened(picture(60, 40))
    until(lambda: threads("glview watch") == 0)


def test_an_image_that_cannot_be_opened_leaves_no_watch(seat: Seat, path: Path) -> None:
    path.write_bytes(b"not an image")
    seat.opened(path)
    assert len(seat.failed) == 1
    until(lambda: threads("glview watch") == 0)


def test_closing_amid_a_reload_leaves_nothing(path: Path) -> None:
    seat = Seat()
    shown(seat, path)
    seat.viewer.reload()
    until(lambda: threads("glview open") == 0)
    seat.viewer.poll()
    assert threads("glview watch") == 2
    seat.viewer.close()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("glview")]


def test_a_hundred_times_opened_and_closed_leave_no_thread_and_no_descriptor(path: Path) -> None:
    shown_once_and_closed(path)
    threads_before, descriptors_before = threading.active_count(), open_descriptors()
    for number in range(100):
        shown_once_and_closed(path)
        write(path, 60, 40, number)
    assert threading.active_count() == threads_before
    assert open_descriptors() == descriptors_before


def shown_once_and_closed(path: Path) -> None:
    seat = Seat()
    seat.opened(path)
    seat.draw()
    seat.viewer.close()


def open_descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))


def test_pictures_made_without_a_window_watch_nothing() -> None:
    assert still_options().watch is False


def made_ready(seat: Seat) -> Incoming:
    """What is opened anew and not brought in yet, since nothing is drawn."""

    def there() -> bool:
        seat.viewer.poll()
        return seat.viewer._images.incoming is not None

    until(there)
    assert seat.viewer._images.incoming is not None
    return seat.viewer._images.incoming


def test_an_image_made_ready_behind_another_has_a_quarter_of_the_host_budget(
    seat: Seat, path: Path
) -> None:
    shown(seat, path)
    before = seat.viewer._session
    assert before is not None
    write(path, 600, 400, 200)
    incoming = made_ready(seat)
    seat.viewer.set_budgets(host_bytes=64 << 20)
    assert before.memory(None).host.budget == 48 << 20
    assert incoming.session.memory(None).host.budget == 16 << 20
    loaded_again(seat)
    assert incoming.session is seat.viewer._session
    assert incoming.session.memory(None).host.budget == 64 << 20


def test_squares_that_are_asked_for_meanwhile_are_those_of_the_image_that_comes(
    seat: Seat, path: Path
) -> None:
    shown(seat, path)
    write(path, 600, 400, 200)
    incoming = made_ready(seat)
    seat.viewer.squares = True
    loaded_again(seat)
    assert incoming.session is seat.viewer._session
    assert incoming.session.squares


def test_an_image_made_ready_behind_another_shares_its_slice_of_each_frame(path: Path) -> None:
    write(path, 2048, 2048, 10)
    ticks = iter(range(1_000_000))
    seat = Seat(stopwatch=lambda: 0.001 * next(ticks))
    seat.opened(path)
    until(lambda: not seat.viewer.draw(TARGET, 0.5) and seat.viewer.settled)

    def quiet() -> bool:
        tiles = seat.viewer.stats().tiles
        return not (seat.viewer.get_ahead(0.5) or tiles.waiting or tiles.decoding or tiles.staged)

    until(quiet)
    seat.viewer.reload()
    incoming, before = made_ready(seat), seat.viewer._session
    assert before is not None
    seat.viewer.navigator.set_view(Viewport(300, 200, 1000.0, 1000.0, 1.0))
    seat.viewer.draw(TARGET, 1.1, upload_budget_s=0.0)

    def arrived(session: Session) -> bool:
        counts = session.standing.tile_counts()
        return counts.staged >= 4 and not (counts.waiting or counts.decoding)

    def uploaded() -> tuple[int, int]:
        return (
            before.standing.tile_counts().resident,
            incoming.session.standing.tile_counts().resident,
        )

    until(lambda: arrived(before) and arrived(incoming.session))
    shown, ready = uploaded()
    # Each tile takes a reading of the stopwatch, which goes on by a millisecond.
    seat.viewer.draw(TARGET, 1.2, upload_budget_s=0.010)
    shown, ready = uploaded()[0] - shown, uploaded()[1] - ready
    assert min(shown, ready) >= 3
    assert shown + ready <= 10
    seat.viewer.close()


def test_an_image_that_is_overtaken_gives_its_share_of_the_budget_back(
    seat: Seat, path: Path
) -> None:
    shown(seat, path)
    write(path, 600, 400, 200)
    made_ready(seat)
    seat.viewer._images.drop_incoming()
    assert seat.viewer.stats().memory.host.budget == 256 << 20


def first_value(seat: Seat) -> float:
    """The sample of the image's first pixel, as it is now."""
    seat.viewer.ask(0.5, 0.5)
    answers: list[float] = []

    def answered() -> bool:
        sample = seat.viewer.answer()
        answers.extend(sample.values if sample is not None else ())
        return bool(answers)

    until(answered)
    return answers[0]


@pytest.mark.parametrize("dtype", ["uint8", "float64"])
def test_an_array_that_was_changed_is_read_anew_and_the_view_stays(seat: Seat, dtype: str) -> None:
    array = np.full((400, 600), 10, dtype)
    seat.opened(array)
    seat.viewer.navigator.set_view(VIEW)
    seat.settle()
    assert first_value(seat) == 10
    array[:] = 200
    seat.renderer.cleared.clear()
    assert seat.viewer.reload()
    loaded_again(seat)
    assert first_value(seat) == 200
    assert (seat.viewer.navigator.view, seat.renderer.cleared) == (VIEW, [])


@pytest.mark.parametrize(
    ("hand", "expected"), [(None, Window(0, 6120)), (Window(5, 50), Window(5, 50))]
)
def test_what_is_read_anew_is_in_windows_of_its_own_unless_they_are_set(
    seat: Seat, hand: Window | None, expected: Window
) -> None:
    array = np.tile(np.arange(1024, dtype=np.uint16), (600, 1))
    seat.opened(array)
    seat.settle()
    assert seat.renderer.frames[-1].display.windows == (Window(0, 1020),)
    if hand is not None:
        seat.viewer.update_display(windows=(hand,))
    array *= 6
    first = len(seat.renderer.frames)
    before = seat.viewer.display
    assert before is not None
    seat.viewer.reload()
    loaded_again(seat)
    shown = [frame.display.windows for frame in seat.renderer.frames[first:]]
    assert set(shown) <= {before.windows, (expected,)}
    assert shown[-1] == (expected,)


def test_an_array_that_was_copied_is_not_kept_for_a_reload(seat: Seat) -> None:
    seat.opened(np.full((400, 600), 10.0))
    seat.settle()
    assert not seat.viewer.reload()
