"""Single pixels at full resolution, read beside the loader."""

import threading
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from glview.pixel_block import PixelBlock
from glview.probe import Probe, Sample
from glview.pyramid import IntRect, Level, Pyramid, TileKey
from glview.sources.array import ArrayOptions, array_source
from glview.sources.base import TileSource
from glview.sources.opaque import with_alpha
from glview.sources.synthetic import RGB8, FunctionSource, SyntheticOptions, keyed_texels
from tests.unit.recorder import WaitingSource, until


class Answers:
    """A probe with what it has answered."""

    def __init__(self, source: TileSource) -> None:
        self.wakes = 0
        self.probe = Probe(source, source.description, self._wake)

    def _wake(self) -> None:
        self.wakes += 1

    def of(self, x: float, y: float) -> Sample:
        assert self.probe.ask(x, y)
        found: list[Sample] = []

        def answered() -> bool:
            answer = self.probe.take()
            found.extend([answer] if answer is not None else [])
            return bool(found)

        until(answered)
        return found[0]


@pytest.fixture
def source() -> WaitingSource:
    return WaitingSource(1000, 700, SyntheticOptions(overlap=2, failing={TileKey(0, 0, 0)}))


@pytest.fixture
def answers(source: WaitingSource) -> Iterator[Answers]:
    made = Answers(source)
    yield made
    source.release()
    assert made.probe.close(2.0)


def keyed(x: int, y: int) -> tuple[float, ...]:
    return tuple(keyed_texels(0, IntRect(x, y, x + 1, y + 1), RGB8)[0, 0].tolist())


@pytest.mark.parametrize(("x", "y"), [(300.9, 10.2), (256.0, 256.0), (999.99, 699.99)])
def test_it_answers_with_the_samples_of_the_pixel(answers: Answers, x: float, y: float) -> None:
    assert answers.of(x, y) == Sample(int(x), int(y), keyed(int(x), int(y)))
    assert answers.wakes == 1
    assert answers.probe.take() is None


FAR = np.arange(4096).reshape(64, 64) + 3_000_000_000
FAR[0, :3] = -9999, 4250, 3_100_000_007


def told_of(array: NDArray[Any], *pixels: tuple[float, float]) -> list[float]:
    answers = Answers(array_source(array, ArrayOptions(nodata=-9999.0)))
    told = [answers.of(*pixel).values[0] for pixel in pixels]
    assert answers.probe.close(2.0)
    return told


def test_values_far_from_zero_are_told_as_they_are() -> None:
    assert told_of(FAR, (5.0, 0.0), (63.0, 63.0)) == [3_000_000_005.0, 3_000_004_095.0]


def test_values_close_together_keep_all_their_digits() -> None:
    dates = np.arange(4096).reshape(64, 64) / 4096.0 + 2459000.5
    assert told_of(dates, (63.0, 63.0)) == [2459001.499755859375]


def test_no_data_is_told_as_the_file_has_it() -> None:
    assert told_of(FAR, (0.0, 0.0)) == [-9999.0]


def test_a_value_far_from_all_others_is_told_without_the_digits_that_are_lost() -> None:
    # float32 has every 256th there, 4352 and no 4250, and every eighth.
    assert told_of(FAR, (1.0, 0.0), (2.0, 0.0)) == [4400.0, 3_100_000_008.0]


def test_a_block_tells_no_data_and_values_as_a_pixel_does() -> None:
    answers = Answers(array_source(FAR, ArrayOptions(nodata=-9999.0)))
    made: list[PixelBlock] = []
    answers.probe.ask_block(IntRect(0, 0, 6, 1), made.append)
    until(lambda: bool(made))
    told = made[0].samples[0, :, 0].tolist()
    assert told == [
        -9999.0,
        4400.0,
        3_100_000_008.0,
        3_000_000_003.0,
        3_000_000_004.0,
        3_000_000_005.0,
    ]
    assert answers.probe.close(2.0)


@pytest.mark.parametrize(("x", "y"), [(-0.1, 5.0), (5.0, -0.1), (1000.0, 5.0), (5.0, 700.0)])
def test_beside_the_image_there_is_no_question(answers: Answers, x: float, y: float) -> None:
    assert not answers.probe.ask(x, y)


def test_where_nothing_can_be_read_there_are_no_values(answers: Answers) -> None:
    assert answers.of(5.0, 6.0) == Sample(5, 6, ())


def test_pixels_of_one_tile_are_read_once(answers: Answers, source: WaitingSource) -> None:
    for x in (300.0, 301.0, 400.0):
        answers.of(x, 10.0)
    assert source.asked == [TileKey(0, 1, 0)]


def test_of_several_questions_the_last_counts(source: WaitingSource) -> None:
    told: list[Sample | None] = []
    probe = Probe(source, source.description, lambda: told.append(probe.take()))
    source.hold()
    probe.ask(300.0, 10.0)
    until(lambda: len(source.asked) == 1)
    for x in (310.0, 600.0, 320.0):
        probe.ask(x, 10.0)
    source.release()
    until(lambda: bool(told))
    assert probe.close(2.0)
    assert [sample.x for sample in told if sample] == [320.0]
    assert source.asked == [TileKey(0, 1, 0)]


def same(block: PixelBlock) -> PixelBlock:
    return block


def block_of(probe: Probe) -> PixelBlock:
    found: list[PixelBlock] = []

    def answered() -> bool:
        block = probe.take_block()
        found.extend([block] if block is not None else [])
        return bool(found)

    until(answered)
    return found[0]


def test_a_block_is_put_together_from_its_tiles(answers: Answers, source: WaitingSource) -> None:
    answers.probe.ask_block(IntRect(500, 250, 520, 260), same)
    block = block_of(answers.probe)
    assert (block.column, block.row) == (500, 250)
    assert np.array_equal(block.samples, keyed_texels(0, IntRect(500, 250, 520, 260), RGB8))
    assert block.present.all()
    assert answers.wakes == 1
    assert sorted(source.asked) == [TileKey(0, c, r) for c in (1, 2) for r in (0, 1)]


def test_what_is_carried_with_an_offset_is_told_as_the_file_has_it() -> None:
    made = Answers(array_source(np.array([[3_000_000_000, 3_000_000_057]], np.uint32)))
    assert made.of(1, 0).values == (3_000_000_057.0,)
    made.probe.ask_block(IntRect(0, 0, 2, 1), same)
    assert block_of(made.probe).samples.tolist() == [[[3_000_000_000.0], [3_000_000_057.0]]]
    assert made.probe.close(2.0)


def test_a_block_tells_what_cannot_be_read(answers: Answers) -> None:
    answers.probe.ask_block(IntRect(250, 10, 260, 12), same)
    block = block_of(answers.probe)
    assert block.present.tolist() == [[False] * 6 + [True] * 4] * 2
    assert not block.samples[:, :6].any()


def test_of_several_blocks_the_last_counts_and_a_pixel_goes_first(source: WaitingSource) -> None:
    told: list[object] = []
    probe = Probe(
        source, source.description, lambda: told.append(probe.take() or probe.take_block())
    )
    source.hold()
    probe.ask_block(IntRect(500, 250, 520, 260), same)
    until(lambda: len(source.asked) == 1)
    probe.ask_block(IntRect(900, 600, 901, 601), same)
    probe.ask(700.0, 10.0)
    source.release()
    until(lambda: len(told) == 2)
    assert probe.close(2.0)
    assert [type(answer) for answer in told] == [Sample, PixelBlock]
    assert isinstance(told[1], PixelBlock)
    assert (told[1].column, told[1].row) == (900, 600)
    assert len(source.asked) == 3  # the first block was left after the tile under way


def test_no_thread_before_the_first_question_and_none_after_the_end(
    source: WaitingSource,
) -> None:
    made = Answers(source)
    names = {thread.name for thread in threading.enumerate()}
    assert "glview synthetic probe" not in names
    assert made.probe.close(2.0)
    made.probe.ask(300.0, 10.0)
    assert "glview synthetic probe" not in {thread.name for thread in threading.enumerate()}


def test_a_stuck_source_is_left(source: WaitingSource) -> None:
    made = Answers(source)
    source.hold()
    made.probe.ask(300.0, 10.0)
    until(lambda: len(source.asked) == 1)
    assert not made.probe.close(0.05)
    source.release()


def test_where_full_resolution_is_missing_the_middle_of_the_levels_pixel_is_told() -> None:
    pyramid = Pyramid(1000, 700, (Level(250, 175, 4.0, 4.0, 1.5, 1.5),))
    source = FunctionSource(
        pyramid, lambda _, rect: np.full((rect.height, rect.width, 3), rect.x0 + 7, np.uint8)
    )
    made = Answers(source)
    assert made.of(9.4, 5.6) == Sample(7.5, 7.5, (7.0, 7.0, 7.0))
    assert made.probe.close(2.0)


def test_a_block_that_takes_long_holds_up_no_pixel(source: WaitingSource) -> None:
    told: list[object] = []

    def hear() -> None:
        told.append(probe.take() or probe.take_block())

    probe = Probe(source, source.description, hear)
    source.hold()
    probe.ask_block(IntRect(300, 10, 900, 600), same)
    until(lambda: len(source.asked) == 1)
    probe.ask(700.0, 10.0)
    source.release()
    until(lambda: len(told) == 2)
    assert probe.close(2.0)
    assert [type(answer) for answer in told] == [Sample, PixelBlock]


def test_a_tile_that_cannot_be_read_is_not_read_for_each_pixel(
    answers: Answers, source: WaitingSource
) -> None:
    for x in range(5):
        assert answers.of(float(x), 6.0).values == ()
    assert source.asked == [TileKey(0, 0, 0)]


def test_a_tile_of_another_shape_is_none() -> None:
    pyramid = Pyramid(600, 400, (Level(600, 400, 1.0, 1.0),))
    source = FunctionSource(
        pyramid,
        lambda _, rect: np.full((rect.height - (rect.x0 == 0), rect.width, 3), 7, np.uint8),
    )
    made = Answers(source)
    assert made.of(5.0, 5.0).values == ()
    assert made.of(300.0, 5.0).values == (7.0, 7.0, 7.0)
    assert made.probe.close(2.0)


def test_only_what_is_the_files_is_told(source: WaitingSource) -> None:
    shown = with_alpha(source)
    told: list[Sample | None] = []
    probe = Probe(shown, source.description, lambda: told.append(probe.take()))
    probe.ask(300.0, 10.0)
    until(lambda: bool(told))
    assert probe.close(2.0)
    assert told[0] is not None
    assert told[0].values == keyed(300, 10)
