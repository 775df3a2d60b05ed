"""Sources in other processes: their tiles, their faults, and that nothing of them is left."""

import functools
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from glview.errors import ImageError, TileError
from glview.image import Margin, SampleType
from glview.options import ViewerOptions
from glview.pyramid import TileKey
from glview.session import Session
from glview.sources import isolated_pool
from glview.sources.base import TileSource
from glview.sources.isolated import IsolatedSource
from glview.sources.model import guessed_model
from glview.sources.opening import open_image
from glview.sources.synthetic import KeyedSource, SyntheticOptions
from tests.mutants import CHECKOUT
from tests.slides import tissue, write_svs
from tests.unit.sources.wayward import (
    FailingSource,
    OpeningSource,
    ShapesSource,
    WaywardSource,
    give_a_dict,
    large_pixels,
    refuse,
)

Isolate = Callable[..., IsolatedSource]
Start = Callable[..., "subprocess.Popen[str]"]
WITHIN_S = 30.0
"""For what takes a few tenths of a second on a machine that has nothing else to do."""


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """Where sources of `wayward` leave notes; if the test fails, none of their processes stays."""
    yield tmp_path
    for pid in filter(lives, pids(tmp_path) + pids(tmp_path, "started")):
        os.kill(pid, signal.SIGKILL)


@pytest.fixture
def isolate(folder: Path) -> Iterator[Isolate]:
    """Makes sources that are closed after the test."""
    del folder  # only to be torn down later
    made: list[IsolatedSource] = []

    def isolated(*arguments: Any, **options: Any) -> IsolatedSource:
        made.append(IsolatedSource(*arguments, **options))
        return made[-1]

    yield isolated
    for source in made:
        source.close()


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts programs that can import what the tests can; they do not outlive the test."""
    started: list[subprocess.Popen[str]] = []

    def program(text: str, *arguments: str) -> "subprocess.Popen[str]":
        path = tmp_path / "program.py"
        path.write_text(text)
        process = subprocess.Popen(
            [sys.executable, "-X", "dev", str(path), *arguments],
            env=os.environ | {"PYTHONPATH": str(CHECKOUT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        started.append(process)
        return process

    yield program
    for process in started:
        if process.poll() is None:
            process.kill()
            process.communicate()


def pids(folder: Path, what: str = "made") -> list[int]:
    """The processes that sources of `wayward` were made in."""
    return [int(path.name.removeprefix(f"{what}-")) for path in folder.glob(f"{what}-*")]


def lives(pid: int) -> bool:
    """Whether there is such a process; one that is dead and not waited for counts."""
    return Path(f"/proc/{pid}").exists()


def wait_for(what: Callable[[], object]) -> None:
    """Wait until something is true."""
    deadline = time.monotonic() + WITHIN_S
    while not what():
        assert time.monotonic() < deadline, "not within half a minute"
        time.sleep(0.01)


class Reader(threading.Thread):
    """Reads one tile in a thread; ``error`` is the text of its TileError."""

    def __init__(self, source: TileSource, column: int, row: int = 0) -> None:
        super().__init__(daemon=True)
        self._source, self._key = source, TileKey(0, column, row)
        self.error = ""
        self.start()

    def run(self) -> None:
        try:
            self._source.read_tile(self._key)
        except TileError as error:
            self.error = str(error)


def error_of(source: TileSource, column: int) -> TileError:
    with pytest.raises(TileError) as caught:
        source.read_tile(TileKey(0, column, 0))
    return caught.value


# Tiles


@pytest.mark.parametrize("sample_type", list(SampleType))
def test_tiles_and_description_are_those_of_the_source(
    isolate: Isolate, sample_type: SampleType
) -> None:
    options = SyntheticOptions(overlap=2, model=guessed_model(sample_type, 4))
    here, there = KeyedSource(600, 300, options), isolate(KeyedSource, 600, 300, options)
    assert there.description == here.description
    for level, grid in enumerate(here.description.pyramid.levels):
        for column in range(grid.columns):
            for row in range(grid.rows):
                tile = here.read_tile(TileKey(level, column, row))
                read = there.read_tile(TileKey(level, column, row))
                assert tile is not None
                assert read is not None
                assert read.margin == tile.margin
                assert read.pixels.dtype == tile.pixels.dtype
                assert np.array_equal(read.pixels, tile.pixels)


@pytest.mark.parametrize("column", range(4))
def test_an_array_may_lie_in_memory_as_it_will_and_be_larger_than_a_pipe(
    isolate: Isolate, column: int
) -> None:
    source = isolate(ShapesSource)
    tile = source.read_tile(TileKey(0, column, 0))
    assert tile is not None
    assert tile.margin == Margin(0, 1, 2, 3)
    assert tile.pixels.shape == (504, 702, 3)
    assert tile.pixels.dtype == ("<u2", "<u2", "<u2", ">u2")[column]
    assert tile.pixels[0, 1, 0] == 3
    assert tile.pixels[1, 0, 2] == 2108
    assert np.array_equal(tile.pixels, large_pixels())


def test_metadata_come_along(isolate: Isolate) -> None:
    assert isolate(ShapesSource).description.metadata == {"made by": "hand"}


def test_where_the_image_has_nothing_there_is_no_tile(isolate: Isolate) -> None:
    assert isolate(FailingSource).read_tile(TileKey(0, 7, 0)) is None


def test_files_can_be_read_elsewhere(isolate: Isolate, tmp_path: Path) -> None:
    import pyvips

    path = tmp_path / "a.png"
    pyvips.Image.black(300, 200).pngsave(str(path))
    source = isolate(open_image, path)
    assert (source.description.format, source.description.name) == ("PNG", str(path))


def test_two_tiles_are_read_at_a_time(isolate: Isolate, folder: Path) -> None:
    source = isolate(WaywardSource, str(folder), processes=2)
    readers = [Reader(source, 7, row) for row in range(2)]
    for reader in readers:
        reader.join(WITHIN_S)
    assert not any(reader.is_alive() for reader in readers)
    assert len(pids(folder)) == 2


def test_processes_are_started_when_they_are_wanted(isolate: Isolate, folder: Path) -> None:
    source = isolate(WaywardSource, str(folder), processes=8)
    for row in range(4):
        source.read_tile(TileKey(0, 0, row))
    assert len(pids(folder)) == 1


def test_caches_are_counted_as_far_as_heard_of(isolate: Isolate, folder: Path) -> None:
    source = isolate(WaywardSource, str(folder), processes=2)
    assert source.cache_bytes == 0
    source.read_tile(TileKey(0, 0, 0))
    assert source.cache_bytes == 1000
    readers = [Reader(source, 7, row) for row in range(2)]
    for reader in readers:
        reader.join(WITHIN_S)
    assert source.cache_bytes == 2000


def test_a_later_process_finds_what_the_first_one_found(
    isolate: Isolate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "widths").write_text("512\n512")
    monkeypatch.chdir(tmp_path)
    source = isolate(OpeningSource, "widths", processes=1)
    monkeypatch.chdir("/")
    assert error_of(source, 1).args == (
        "OpeningSource: tile (0, 1, 0): lost 2 processes, the last ended with status 0",
    )


# Faults of the source


def test_a_tile_error_arrives_as_it_was_raised(isolate: Isolate) -> None:
    error = error_of(isolate(FailingSource), 1)
    assert type(error) is TileError
    assert str(error) == "a.dzi: 1_0.jpg: cut short"
    assert error.may_heal


def test_an_error_of_the_source_s_own_class_arrives_as_one_of_glview_s(isolate: Isolate) -> None:
    error = error_of(isolate(FailingSource), 2)
    assert type(error) is TileError
    assert str(error) == "shelf 2 is out of order"
    assert vars(error)["code"] == 404


def test_a_fault_of_the_system_may_heal(isolate: Isolate, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(TileError) as caught:
        isolate(FailingSource).read_tile(TileKey(1, 0, 0))
    assert str(caught.value) == "tile (1, 0, 0): Connection timed out"
    assert caught.value.may_heal
    assert caplog.messages == []


def test_any_other_exception_names_tile_and_fault_and_is_logged(
    isolate: Isolate, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, "glview"):
        error = error_of(isolate(FailingSource), 3)
    assert str(error) == "tile (0, 3, 0): ValueError: no such thing"
    assert not error.may_heal
    assert caplog.messages[0].startswith("tile (0, 3, 0): the source failed\nTraceback")
    assert 'raise ValueError("no such thing")' in caplog.messages[0]


def test_another_error_of_glview_s_names_the_tile(
    isolate: Isolate, caplog: pytest.LogCaptureFixture
) -> None:
    assert str(error_of(isolate(FailingSource), 4)) == "tile (0, 4, 0): a.tif: is broken"
    assert caplog.messages == []


def test_an_error_that_cannot_be_sent_is_told(isolate: Isolate) -> None:
    error = error_of(isolate(FailingSource), 5)
    assert str(error) == "tile (0, 5, 0): TileError: with a lock in it"


def test_a_source_that_exits_is_told(isolate: Isolate) -> None:
    assert str(error_of(isolate(FailingSource), 6)) == (
        "FailingSource: tile (0, 6, 0): lost 2 processes, the last ended with status 3"
    )


@pytest.mark.parametrize(
    ("make", "fault"),
    [
        (refuse, "refuse: ValueError: will not"),
        (functools.partial(refuse, 1), "refuse: ValueError: will not"),
        (give_a_dict, "give_a_dict: TypeError: dict is no TileSource"),
        (functools.partial(open_image, "no/such.tif"), "no/such.tif: no such file"),
        (os.abort, "abort: its process was killed by SIGABRT"),
    ],
)
def test_what_cannot_be_opened_says_so_at_once(make: Any, fault: str) -> None:
    with pytest.raises(ImageError) as caught:
        IsolatedSource(make)
    assert str(caught.value) == fault


def test_what_cannot_be_sent_says_so() -> None:
    with pytest.raises(ImageError, match=r"<lambda>: cannot be sent to another process: .*lambda"):
        IsolatedSource(lambda: KeyedSource(1, 1))
    with pytest.raises(ImageError, match=r"^open_image: cannot be sent to another process: cannot"):
        IsolatedSource(open_image, threading.Lock())


def test_a_pool_has_a_process() -> None:
    with pytest.raises(ValueError, match="processes must be positive: 0"):
        IsolatedSource(KeyedSource, 1, 1, processes=0)


# Processes that die


def test_a_tile_whose_process_is_killed_is_read_by_another(isolate: Isolate, folder: Path) -> None:
    source = isolate(WaywardSource, str(folder), processes=1)
    tile, whole = source.read_tile(TileKey(0, 6, 1)), KeyedSource(2048, 1024)
    expected = whole.read_tile(TileKey(0, 6, 1))
    assert tile is not None
    assert expected is not None
    assert np.array_equal(tile.pixels, expected.pixels)
    assert len(pids(folder)) == 2


def test_a_tile_that_kills_each_process_is_told_and_the_others_live(
    isolate: Isolate, folder: Path
) -> None:
    source = isolate(WaywardSource, str(folder), processes=1)
    for _ in range(3):
        assert str(error_of(source, 5)) == (
            "WaywardSource: tile (0, 5, 0): lost 2 processes, the last was killed by SIGKILL"
        )
        assert source.read_tile(TileKey(0, 0, 0)) is not None


def test_after_three_in_a_row_no_more_are_started(isolate: Isolate, folder: Path) -> None:
    source = isolate(WaywardSource, str(folder), processes=1)
    error_of(source, 5)
    gave_up = (
        "WaywardSource: tile (0, 5, 0): not read, 3 processes were lost in a row, the last was"
        " killed by SIGKILL"
    )
    assert [str(error_of(source, 5)) for _ in range(3)] == [gave_up] * 3
    assert len(pids(folder)) == 3


@pytest.mark.parametrize(
    ("lines", "loss"),
    [
        ("512", "could not open it: widths: is empty"),
        ("512\n400", "found another image than the first one did"),
    ],
)
def test_a_process_that_cannot_take_the_place_of_another_says_why(
    isolate: Isolate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lines: str, loss: str
) -> None:
    (tmp_path / "widths").write_text(lines)
    monkeypatch.chdir(tmp_path)
    source = isolate(OpeningSource, "widths", processes=1)
    assert str(error_of(source, 1)) == (
        f"OpeningSource: tile (0, 1, 0): lost 2 processes, the last {loss}"
    )


def test_another_process_stands_in_for_a_stuck_one(
    isolate: Isolate, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(isolated_pool, "STUCK_AFTER_S", 0.1)
    source = isolate(WaywardSource, str(folder), 0.5, processes=1)
    stuck = [Reader(source, 1), Reader(source, 2)]
    wait_for(lambda: len(pids(folder)) == 2)  # the second is on its way
    tile = Reader(source, 0)
    tile.join(WITHIN_S)
    assert (tile.is_alive(), tile.error) == (False, "")
    assert all(reader.is_alive() for reader in stuck)


# The end


def test_closing_ends_all_processes_within_two_seconds_though_all_are_stuck(
    folder: Path,
) -> None:
    source = IsolatedSource(WaywardSource, str(folder), processes=5)
    readers = [Reader(source, column) for column in (1, 2, 3, 4)]
    wait_for(lambda: len(list(folder.glob("at-*"))) == 4 and pids(folder, "started"))
    source.read_tile(TileKey(0, 0, 0))
    assert len(pids(folder)) == 5
    start = time.monotonic()
    source.close()
    assert time.monotonic() - start < 2.0
    for reader in readers:
        reader.join(WITHIN_S)
    assert [reader.error for reader in readers] == ["WaywardSource: closed"] * 4
    assert not any(map(lives, pids(folder)))
    # What one of them had started is not ours to wait for.
    wait_for(lambda: not any(map(lives, pids(folder, "started"))))


def test_an_image_is_closed_within_two_seconds_with_what_is_stuck_in_it(folder: Path) -> None:
    source = IsolatedSource(WaywardSource, str(folder))
    session = Session(source, ViewerOptions(), wake=lambda: None)
    session._supply._loader.want([TileKey(0, 1, 0), TileKey(0, 2, 0)])
    wait_for(lambda: len(list(folder.glob("at-*"))) == 2)
    start_s = time.monotonic()
    session.close()
    assert time.monotonic() - start_s < 2.0
    assert not any(map(lives, pids(folder)))
    assert not any(thread.name.startswith("glview wayward") for thread in threading.enumerate())


def test_nothing_is_read_after_closing(folder: Path) -> None:
    source = IsolatedSource(WaywardSource, str(folder))
    source.close()
    source.close()
    assert str(error_of(source, 0)) == "WaywardSource: closed"
    assert not any(map(lives, pids(folder)))


def test_idle_processes_close_their_sources(tmp_path: Path) -> None:
    (tmp_path / "widths").write_text("512")
    make = functools.partial(OpeningSource, str(tmp_path / "widths"), closed="told")
    IsolatedSource(make).close()
    assert (tmp_path / "told").exists()


def test_no_descriptor_is_left_after_twenty() -> None:
    def descriptors() -> int:
        return len(os.listdir("/proc/self/fd"))

    IsolatedSource(KeyedSource, 512, 512).close()
    before = descriptors()
    for _ in range(20):
        source = IsolatedSource(KeyedSource, 512, 512)
        source.read_tile(TileKey(0, 0, 0))
        source.close()
    with pytest.raises(ImageError):
        IsolatedSource(refuse)
    assert descriptors() == before


# Whole programs


PLAIN = """
from glview.pyramid import TileKey
from glview.sources.isolated import IsolatedSource
from glview.sources.synthetic import KeyedSource
source = IsolatedSource(KeyedSource, 600, 500)
print(source.read_tile(TileKey(0, 2, 1)).pixels.shape)
"""


@pytest.mark.parametrize("end", ["source.close()\n", ""])
def test_a_program_needs_no_main_guard_and_may_forget_to_close(start: Start, end: str) -> None:
    program = start(PLAIN + end)
    assert program.communicate(timeout=WITHIN_S) == ("(244, 88, 3)\n", "")
    assert program.returncode == 0


MAIN = """
import glview
from glview.sources.isolated import IsolatedSource
def own(): ...
class Own: ...
for arguments in [(own,), (Own,), (glview.open_image, Own())]:
    try:
        IsolatedSource(*arguments)
    except glview.ImageError as error:
        print(error)
"""


def test_what_is_defined_in_the_program_itself_is_refused_with_advice(start: Start) -> None:
    output, errors = start(MAIN).communicate(timeout=WITHIN_S)
    advice = (
        "is defined in __main__, which other processes cannot import: put it into a module and"
        " import it from there"
    )
    assert (output.splitlines(), errors) == (
        [
            f"own: cannot be sent to another process: own {advice}",
            f"Own: cannot be sent to another process: Own {advice}",
            f"open_image: cannot be sent to another process: Own {advice}",
        ],
        "",
    )


PATH = """
import sys
sys.path.insert(0, "lib")
import of_my_own
from glview.pyramid import TileKey
from glview.sources.isolated import IsolatedSource
source = IsolatedSource(of_my_own.make)
print(source.description.pyramid.width)
source.close()
"""


def test_modules_are_found_where_the_program_finds_them(tmp_path: Path) -> None:
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib/of_my_own.py").write_text(
        "from glview.sources.synthetic import KeyedSource\n"
        "def make():\n    return KeyedSource(77, 55)\n"
    )
    program = subprocess.run(
        [sys.executable, "-c", PATH],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(CHECKOUT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (program.stdout, program.stderr) == ("77\n", "")


TALKING = """
from glview.pyramid import TileKey
from glview.sources.isolated import IsolatedSource
from tests.unit.sources.wayward import TalkingSource
source = IsolatedSource(TalkingSource)
print(source.read_tile(TileKey(0, 1, 1)).pixels.shape, flush=True)
source.close()
"""


def test_what_a_source_prints_goes_to_stderr(start: Start) -> None:
    program = start(TALKING)
    output, errors = program.communicate("typed\n", timeout=WITHIN_S)
    assert output == "(256, 256, 3)\n"
    assert errors == "reading (0, 1, 1)\nand so does what it runs\n"


BUSY = """
import contextlib, sys, threading
import glview
from glview.pyramid import TileKey
from glview.sources.isolated import IsolatedSource
from tests.unit.sources.wayward import WaywardSource
source = IsolatedSource(WaywardSource, sys.argv[1], processes=3)
def read(column):
    with contextlib.suppress(glview.TileError):
        source.read_tile(TileKey(0, column, 0))
for column in (1, 2):
    threading.Thread(target=read, args=(column,), daemon=True).start()
read(0)
print("ready", flush=True)
"""


def busy(start: Start, folder: Path, end: str) -> "tuple[subprocess.Popen[str], list[int]]":
    """A program that has an idle, a spinning and a sleeping process; and their ids."""
    program = start(BUSY + end, str(folder))
    assert program.stdout is not None
    assert program.stdout.readline() == "ready\n"
    wait_for(lambda: len(list(folder.glob("at-*"))) == 2)
    found = pids(folder)
    assert len(found) in (2, 3)
    assert all(map(lives, found))
    return program, found


def test_processes_end_with_a_parent_that_is_killed(start: Start, folder: Path) -> None:
    program, found = busy(start, folder, "import time; time.sleep(1000)")
    program.kill()
    program.communicate(timeout=WITHIN_S)
    wait_for(lambda: not any(map(lives, found)))


def test_a_program_may_end_while_its_sources_are_stuck(start: Start, folder: Path) -> None:
    program, found = busy(start, folder, "sys.stdin.readline()")
    start_s = time.monotonic()
    _, errors = program.communicate("go on\n", timeout=WITHIN_S)
    assert (program.returncode, errors) == (0, "")
    assert not any(map(lives, found))
    assert time.monotonic() - start_s < 10.0


INTERRUPTED = """
import sys
from glview.pyramid import TileKey
from glview.sources.isolated import IsolatedSource
from tests.unit.sources.wayward import WaywardSource
source = IsolatedSource(WaywardSource, sys.argv[1], processes=1)
try:
    source.read_tile(TileKey(0, 7, 0))
except KeyboardInterrupt:
    print("interrupted", flush=True)
print(source.read_tile(TileKey(0, 0, 1)).pixels[0, 0], flush=True)
source.close()
"""


def test_an_interrupt_is_for_the_program_alone_and_mixes_no_answers(
    start: Start, folder: Path
) -> None:
    program = start(INTERRUPTED, str(folder))
    wait_for(lambda: list(folder.glob("at-7-*")))
    os.killpg(program.pid, signal.SIGINT)
    (folder / "at-7-other").touch()  # lets the tile be read, if anybody still does
    output, errors = program.communicate(timeout=WITHIN_S)
    # The formula of `keyed_texels` at x = 0, y = 256, level 0.
    texel = [(256 * 7) % 251, (256 * 10 + 101) % 251, (256 * 13 + 202) % 251]
    assert texel == [35, 151, 16]
    assert (output, errors) == ("interrupted\n[ 35 151  16]\n", "")


def test_no_pictures_are_listed_that_it_cannot_give(isolate: Isolate, tmp_path: Path) -> None:
    write_svs(tmp_path / "a.svs", tissue(300, 200), steps=(4,))
    source = isolate(open_image, str(tmp_path / "a.svs"))
    assert source.description.associated == ()
