"""What rows of a picture say."""

import numpy as np
import pytest

from benchmarks.peers import pixels
from tests.unit.peers.recordings import GREEN, enlarged, noise


def test_blank_is_background_and_nothing_else() -> None:
    rows = noise()
    rows[:, 16:48] = GREEN
    rows[:, 64:80] = 0x202020
    assert np.flatnonzero(pixels.blank(rows, [GREEN])[0]).tolist() == [1, 2]
    assert np.flatnonzero(pixels.blank(rows, [GREEN, 0x212121])[0]).tolist() == [1, 2, 4]


def test_a_piece_that_is_partly_background_is_not_blank() -> None:
    rows = noise()
    rows[:, 20:44] = GREEN
    assert not pixels.blank(rows, [GREEN]).any()


def test_pictures_are_alike_where_pixels_are() -> None:
    rows, other = noise(), noise()
    other[:, 320:] = noise(1)[:, 320:]
    assert pixels.likeness(rows, rows + np.uint32(0x030303)) == 1.0
    assert pixels.likeness(rows, other) == 0.5


def test_a_blurry_preview_is_a_first_picture_and_one_colour_is_none() -> None:
    rows = noise()
    means = (rows & 255).reshape(25, -1, 32).mean(2).astype(np.uint32)
    preview = np.repeat(means, 32, 1)
    preview[:, ::32] += np.uint32(2)
    assert pixels.coarse_likeness(preview * 0x010101, rows) == 1.0
    assert pixels.coarse_likeness(np.full_like(rows, 0x7D7D7D), rows) == 0.0


def test_what_is_enlarged_is_blurred() -> None:
    rows = noise()
    usual = pixels.sharpness(rows)
    assert usual is not None
    assert pixels.blurred(rows, usual) == 0.0
    assert pixels.blurred(enlarged(rows, 2), usual) == 1.0
    assert pixels.sharpness(np.full_like(rows, GREEN)) is None


@pytest.mark.parametrize("way_px", [0, 7, 100])
def test_how_far_a_picture_has_moved(way_px: int) -> None:
    wide = noise(width=1000)
    first, now = wide[:, :640], wide[:, way_px : way_px + 640]
    assert pixels.moved_left(first, now, guess_px=0) == way_px
