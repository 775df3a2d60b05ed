"""Watching one file: real files, real events. Quiet periods are shorter here than in use."""

import logging
import os
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from glview.watch import FileWatch
from tests.unit.recorder import until

QUIET_S = 0.1
UNNOTICED_S = 5 * QUIET_S


class Watched:
    """A file under watch; every call of ``wake`` is noted."""

    def __init__(self, path: Path, quiet_s: float = QUIET_S) -> None:
        self.calls: list[float] = []
        self.threads: set[str] = set()
        self.watch = FileWatch(str(path), self._wake, quiet_s=quiet_s)

    def _wake(self) -> None:
        self.calls.append(time.monotonic())
        self.threads.add(threading.current_thread().name)

    def told(self) -> int:
        """How often it was told once nothing more comes."""
        time.sleep(UNNOTICED_S)
        return len(self.calls)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "a.png"
    made.write_bytes(b"first")
    return made


@pytest.fixture
def watched(path: Path) -> Iterator[Watched]:
    made = Watched(path)
    yield made
    made.watch.close()
    made.watch.join(5.0)


def test_a_file_renamed_over_it_is_told_once(path: Path, watched: Watched) -> None:
    new = path.with_name("new.png")
    new.write_bytes(b"second")
    new.rename(path)
    until(lambda: watched.calls != [])
    assert watched.told() == 1
    assert watched.threads == {"glview watch"}


def test_a_file_moved_in_from_another_folder_is_told(path: Path, watched: Watched) -> None:
    (path.parent / "other").mkdir()
    new = path.parent / "other" / "new.png"
    new.write_bytes(b"second")
    new.rename(path)
    until(lambda: len(watched.calls) == 1)


def test_a_file_written_in_place_is_told_once(path: Path, watched: Watched) -> None:
    path.write_bytes(b"second")
    until(lambda: watched.calls != [])
    assert watched.told() == 1


def test_a_file_deleted_is_not_told_and_one_made_in_its_place_is(
    path: Path, watched: Watched
) -> None:
    path.unlink()
    assert watched.told() == 0
    path.write_bytes(b"second")
    until(lambda: watched.calls != [])
    assert watched.told() == 1


def test_a_second_change_is_told_as_well(path: Path, watched: Watched) -> None:
    path.write_bytes(b"second")
    until(lambda: len(watched.calls) == 1)
    path.write_bytes(b"third")
    until(lambda: len(watched.calls) == 2)


def test_many_quick_writes_are_told_once_after_the_last(path: Path, watched: Watched) -> None:
    for number in range(12):
        path.write_bytes(b"x" * number)
        time.sleep(QUIET_S / 4)
    last = time.monotonic()
    until(lambda: watched.calls != [])
    assert watched.told() == 1
    assert watched.calls[0] - last > 0.7 * QUIET_S


def test_a_file_that_is_still_being_written_is_not_told(path: Path, watched: Watched) -> None:
    with path.open("wb") as file:
        for _ in range(4):
            file.write(b"half")
            file.flush()
            time.sleep(2 * QUIET_S)
        assert watched.calls == []
    until(lambda: watched.calls != [])


def test_a_file_that_is_begun_anew_is_not_told_before_it_is_closed(
    path: Path, watched: Watched
) -> None:
    path.unlink()
    with path.open("wb") as file:
        file.write(b"half")
        file.flush()
        assert watched.told() == 0
    until(lambda: watched.calls != [])
    assert watched.told() == 1


def test_a_file_opened_again_by_its_writer_is_not_told_before_it_rests(
    path: Path, watched: Watched
) -> None:
    path.write_bytes(b"half")
    with path.open("ab") as file:
        for _ in range(12):
            file.write(b"more")
            file.flush()
            time.sleep(QUIET_S / 4)
        last = time.monotonic()
    until(lambda: watched.calls != [])
    assert watched.calls[0] > last
    assert watched.told() == 1


def test_a_copy_that_is_given_its_old_times_last_is_told_once(path: Path, watched: Watched) -> None:
    new = path.with_name("new.png")
    new.write_bytes(b"other")
    os.utime(new, (1.0e9, 1.0e9))
    shutil.copyfile(new, path)
    time.sleep(QUIET_S / 2)
    shutil.copystat(new, path)
    until(lambda: watched.calls != [])
    assert watched.told() == 1


def test_other_files_in_the_folder_are_not_told(path: Path, watched: Watched) -> None:
    other = path.with_name("a.png.part")
    other.write_bytes(b"second")
    other.rename(path.with_name("b.png"))
    path.with_name("b.png").unlink()
    assert watched.told() == 0


def test_reading_and_opening_without_writing_are_not_told(path: Path, watched: Watched) -> None:
    path.read_bytes()
    path.open("r+b").close()
    assert watched.told() == 0


def test_a_link_is_followed_to_the_file_it_points_to(path: Path, tmp_path: Path) -> None:
    (tmp_path / "runs").mkdir()
    target = tmp_path / "runs" / "1.png"
    target.write_bytes(b"first")
    path.unlink()
    path.symlink_to(target)
    linked = Watched(path)
    target.write_bytes(b"second")
    until(lambda: len(linked.calls) == 1)
    second = tmp_path / "2.png"
    second.write_bytes(b"third")
    path.unlink()
    path.symlink_to(second)
    until(lambda: len(linked.calls) == 2)
    target.write_bytes(b"fourth")
    assert linked.told() == 2
    second.write_bytes(b"fifth")
    until(lambda: len(linked.calls) == 3)
    linked.watch.close()
    linked.watch.join(5.0)


def test_a_name_that_is_no_utf8_is_watched(tmp_path: Path) -> None:
    name = os.fsdecode(b"\xff\xe9.png")
    (tmp_path / name).write_bytes(b"first")
    watched = Watched(tmp_path / name)
    (tmp_path / name).write_bytes(b"second")
    until(lambda: watched.calls != [])
    watched.watch.close()
    watched.watch.join(5.0)


def test_taking_says_once_that_it_changed(path: Path, watched: Watched) -> None:
    assert not watched.watch.take()
    path.write_bytes(b"second")
    until(lambda: watched.calls != [])
    assert watched.watch.take()
    assert not watched.watch.take()


def test_a_folder_that_is_not_there_cannot_be_watched(tmp_path: Path) -> None:
    before = open_descriptors()
    with pytest.raises(FileNotFoundError):
        FileWatch(str(tmp_path / "none" / "a.png"), lambda: None)
    assert open_descriptors() == before


def test_a_fault_of_the_callback_is_logged_and_the_watch_goes_on(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    calls = []

    def wake() -> None:
        calls.append(1)
        raise RuntimeError("no")

    watch = FileWatch(str(path), wake, quiet_s=QUIET_S)
    with caplog.at_level(logging.ERROR, "glview"):
        path.write_bytes(b"second")
        until(lambda: len(calls) == 1)
        path.write_bytes(b"third")
        until(lambda: len(calls) == 2)
    watch.close()
    watch.join(5.0)
    assert "the wake callback failed" in caplog.text


def test_a_closed_watch_tells_nothing_and_ends_at_once(path: Path) -> None:
    watched = Watched(path)
    path.write_bytes(b"second")
    start = time.monotonic()
    watched.watch.close()
    watched.watch.close()
    watched.watch.join(5.0)
    assert time.monotonic() - start < 1.0
    assert watched.told() == 0


def test_a_hundred_watches_leave_no_thread_and_no_descriptor(path: Path) -> None:
    threads, descriptors = threading.active_count(), open_descriptors()
    for number in range(100):
        watch = FileWatch(str(path), lambda: None)
        path.write_bytes(b"x" * number)
        watch.close()
        watch.join(5.0)
    assert threading.active_count() == threads
    assert open_descriptors() == descriptors


def open_descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))


def test_nothing_is_done_while_nothing_happens(watched: Watched) -> None:
    (thread,) = (thread for thread in threading.enumerate() if thread.name == "glview watch")
    time.sleep(0.2)
    before = wake_ups(thread)
    time.sleep(1.0)
    assert wake_ups(thread) == before
    assert watched.calls == []


def test_a_download_in_the_folder_does_not_keep_it_awake(path: Path, watched: Watched) -> None:
    (thread,) = (thread for thread in threading.enumerate() if thread.name == "glview watch")
    before = wake_ups(thread)
    with path.with_name("download").open("wb") as file:
        for _ in range(500):
            file.write(b"x")
            file.flush()
            time.sleep(0.0005)
    # To begin it and to end it; each may wait for the interpreter, too.
    assert wake_ups(thread) - before < 20
    assert watched.calls == []


def wake_ups(thread: threading.Thread) -> int:
    """How often the system has woken a thread up."""
    status = Path(f"/proc/self/task/{thread.native_id}/status").read_text()
    (line,) = (line for line in status.splitlines() if line.startswith("voluntary_ctxt"))
    return int(line.split()[1])
