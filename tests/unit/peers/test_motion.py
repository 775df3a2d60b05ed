"""What recordings say of frames, answers and what was missing."""

import pytest

from benchmarks.peers import motion, pixels
from benchmarks.peers.motion import Response
from benchmarks.peers.pixels import Rows
from tests.unit.peers.recordings import GREEN, enlarged, noise, shown


def test_an_answer_is_timed_from_its_strokes() -> None:
    before, blurry, sharp = noise(0), noise(1), noise(2)
    nearly = sharp.copy()
    nearly[:1] = 0
    recording = shown(
        [(0.0, before), (1.5, blurry), (1.75, nearly), (2.0, sharp)], acted_s=(1.0, 1.25)
    )
    assert motion.response(recording) == Response(500.0, 750.0, 750.0, 2)


def test_a_picture_before_the_first_stroke_is_no_answer() -> None:
    recording = shown([(0.0, noise(0)), (0.5, noise(1))], acted_s=(1.0,))
    assert motion.response(recording) == Response(None, None, None, 0)


def test_what_had_no_rest_when_time_was_up_is_never_sharp_nor_final() -> None:
    pictures = [(0.0, noise(0)), (1.5, noise(1)), (2.0, noise(2))]
    recording = shown(pictures, acted_s=(1.0,), settled=False)
    assert motion.response(recording) == Response(500.0, None, None, 2)
    assert motion.final_ms(recording) is None


def test_what_comes_after_the_last_act_is_final() -> None:
    pictures = [(0.0, noise(0)), (1.5, noise(1)), (2.0, noise(2))]
    assert motion.final_ms(shown(pictures, acted_s=(1.0, 1.75))) == 250.0
    assert motion.final_ms(shown(pictures, acted_s=(1.0, 2.25))) == 0.0


def test_a_frame_that_is_seen_while_it_comes_is_one() -> None:
    before, after = noise(0), noise(1)
    torn = after.copy()
    torn[10:] = before[10:]
    recording = shown([(0.0, before), (0.100, torn), (0.105, after), (0.2, before)])
    assert len(motion.frame_times(recording.seen)) == 2


def test_gaps_count_from_the_beginning_to_the_end() -> None:
    recording = shown([(0.0, noise(0)), (0.25, noise(1)), (0.5, noise(2)), (3.0, noise(3))])
    found = motion.gaps(recording, 0.0, 1.0)
    assert (found.rate, found.most_ms) == (2.0, 500.0)
    assert found.p95_ms == pytest.approx(475.0)


def test_a_share_counts_a_picture_for_as_long_as_it_stood() -> None:
    bare = noise()
    bare[:] = GREEN
    recording = shown([(0.0, noise()), (0.75, bare), (1.0, noise())])
    share = motion.mean_share(
        recording, 0.0, 1.0, lambda rows: float(pixels.blank(rows, [GREEN]).mean())
    )
    assert share == 0.25


@pytest.mark.parametrize("number", [29, 30, 31])
def test_a_single_blank_frame_counts_wherever_it_comes(number: int) -> None:
    bare = noise()
    bare[:] = GREEN
    pictures = [(n / 60, bare if n == number else noise(n)) for n in range(61)]
    share = motion.mean_share(
        shown(pictures), 0.0, 1.0, lambda rows: float(pixels.blank(rows, [GREEN]).mean())
    )
    assert share == pytest.approx(1 / 60)


def test_what_takes_long_to_tell_is_told_of_fewer_pictures() -> None:
    looked_at: list[Rows] = []

    def share(rows: Rows) -> float:
        looked_at.append(rows)
        return 0.0

    recording = shown([(n / 60, noise(n)) for n in range(61)])
    motion.mean_share(recording, 0.0, 1.0, share, every_s=0.1)
    assert len(looked_at) == 10


def test_what_is_blurred_at_rest_does_not_count() -> None:
    half = noise()
    half[:, :320] = enlarged(noise(), 4)[:, :320]
    worse = enlarged(half, 4)
    assert motion.blurred_share(shown([(0.0, half), (0.5, half), (1.0, half)]), 0.0, 1.0) == 0.0
    moved = shown([(0.0, half), (0.25, worse), (1.0, half)])
    assert motion.blurred_share(moved, 0.0, 1.0) == pytest.approx(0.75)


def test_a_picture_without_a_rest_does_not_say_what_sharp_ones_look_like() -> None:
    bare = noise()
    bare[:] = GREEN
    recording = shown([(0.0, bare), (0.5, noise()), (1.0, noise())], settled=False)
    assert motion.blurred_share(recording, 0.0, 1.0) is None


def test_nothing_is_blurred_where_nothing_is_textured() -> None:
    bare = noise()
    bare[:] = GREEN
    assert motion.blurred_share(shown([(0.0, bare), (1.0, bare)]), 0.0, 1.0) is None


def test_a_picture_is_behind_the_pointer_by_a_time() -> None:
    wide = noise(width=1000)
    # Taken hold of at 0, moved by 10 px every 0.1 s, let go at 0.5; shown 0.05 s later.
    acted_s = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5)
    pictures = [(0.0, wide[:, :640])]
    pictures += [(0.1 * n + 0.05, wide[:, 10 * n : 10 * n + 640]) for n in range(1, 5)]
    lags, followed = motion.lags_ms(shown(pictures, acted_s), [10.0, 20.0, 30.0, 40.0])
    assert lags == pytest.approx([50.0, 50.0, 50.0])
    assert followed == 1.0
