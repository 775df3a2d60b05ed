"""The sample image: a whole DeepZoom pyramid with detail everywhere, or nothing."""

import itertools
import math
import sys
from pathlib import Path

import numpy as np
import pytest
import pyvips

from glview import sample
from glview.errors import ImageError
from glview.sample import FLIGHT, make_sample, sample_path

WIDTH, HEIGHT = 1024, 1250


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[float]]:
    """One small sample for the tests that only look, and the progress it told."""
    told: list[float] = []
    path = tmp_path_factory.mktemp("sample") / "new" / "islands.dzi"
    return make_sample(path, width=WIDTH, height=HEIGHT, on_progress=told.append), told


def level_pixels(path: Path, level: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """One level (DeepZoom's number) put together from its tiles, grey, without overlaps."""
    folder = path.with_name(f"{path.stem}_files") / str(level)
    columns = 1 + max(int(tile.stem.split("_")[0]) for tile in folder.iterdir())
    rows = 1 + max(int(tile.stem.split("_")[1]) for tile in folder.iterdir())

    def tile(column: int, row: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
        pixels = pyvips.Image.new_from_file(str(folder / f"{column}_{row}.jpg")).numpy()
        grey = pixels.astype(np.float32).mean(axis=2)[row > 0 :, column > 0 :]
        return np.asarray(grey[:254, :254])

    return np.block([[tile(column, row) for column in range(columns)] for row in range(rows)])


def test_it_is_a_whole_deepzoom_pyramid(made: tuple[Path, list[float]]) -> None:
    path, _ = made
    text = path.read_text()
    for expected in ('TileSize="254"', 'Overlap="1"', 'Width="1024"', 'Height="1250"'):
        assert expected in text
    folder = path.with_name("islands_files")
    assert sorted(int(level.name) for level in folder.iterdir()) == list(range(12))
    for level in range(12):
        width, height = (math.ceil(size / 2 ** (11 - level)) for size in (WIDTH, HEIGHT))
        tiles = math.ceil(width / 254) * math.ceil(height / 254)
        assert len(list((folder / str(level)).iterdir())) == tiles


def test_nothing_is_left_beside_it(made: tuple[Path, list[float]]) -> None:
    path, _ = made
    assert sorted(entry.name for entry in path.parent.iterdir()) == [
        "islands.dzi",
        "islands_files",
    ]


def test_progress_rises_to_one(made: tuple[Path, list[float]]) -> None:
    _, told = made
    assert len(told) > 1  # libvips tells it by the clock: more often where the machine is slower
    assert all(earlier < later for earlier, later in itertools.pairwise(told))
    assert 0 < told[0] < 1
    assert told[-1] == 1.0


@pytest.mark.parametrize("level", [8, 9, 10, 11])
def test_there_is_fine_detail_everywhere(made: tuple[Path, list[float]], level: int) -> None:
    pixels = level_pixels(made[0], level)
    side = min(64, pixels.shape[1] // 4)
    for top in range(0, pixels.shape[0] - side + 1, side):
        for left in range(0, pixels.shape[1] - side + 1, side):
            crop = pixels[top : top + side, left : left + side]
            fine = np.diff(crop, axis=0)[:, 1:] - np.diff(crop, axis=0)[:, :-1]
            assert fine.std() > 2.0, (level, left, top)


def test_every_size_shows_the_same_picture(made: tuple[Path, list[float]], tmp_path: Path) -> None:
    half = make_sample(tmp_path / "half.dzi", width=WIDTH // 2, height=HEIGHT // 2)
    one, two = level_pixels(made[0], 6), level_pixels(half, 6)
    assert one.shape == two.shape == (40, 32)
    assert np.corrcoef(one.ravel(), two.ravel())[0, 1] > 0.9


def test_the_same_size_gives_the_same_pixels(
    made: tuple[Path, list[float]], tmp_path: Path
) -> None:
    again = make_sample(tmp_path / "again.dzi", width=WIDTH, height=HEIGHT)
    assert np.array_equal(level_pixels(made[0], 11), level_pixels(again, 11))


def test_a_sample_that_is_there_is_not_made_again(tmp_path: Path) -> None:
    path = tmp_path / "islands.dzi"
    path.write_text("kept")
    told: list[float] = []
    assert make_sample(path, on_progress=told.append) == path
    assert path.read_text() == "kept"
    assert told == [1.0]


@pytest.mark.parametrize("stop", [KeyboardInterrupt, RuntimeError])
def test_an_interruption_leaves_nothing(tmp_path: Path, stop: type[BaseException]) -> None:
    def interrupt(fraction: float) -> None:
        if fraction > 0:
            raise stop

    with pytest.raises(stop):
        make_sample(tmp_path / "islands.dzi", width=WIDTH, height=HEIGHT, on_progress=interrupt)
    assert list(tmp_path.iterdir()) == []


def test_tiles_without_their_file_are_replaced(tmp_path: Path) -> None:
    stray = tmp_path / "islands_files" / "9" / "77_77.jpg"
    stray.parent.mkdir(parents=True)
    stray.write_bytes(b"half")
    make_sample(tmp_path / "islands.dzi", width=256, height=313)
    assert not stray.exists()
    assert (tmp_path / "islands_files" / "9" / "0_0.jpg").is_file()


def test_a_folder_that_cannot_be_made_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ImageError, match=r"islands\.dzi: cannot make the sample here: \w") as error:
        make_sample(tmp_path / "file" / "islands.dzi", width=256, height=313)
    assert "\n" not in str(error.value)


def test_too_little_room_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match="no room for the sample: it may need"):
        make_sample(tmp_path / "islands.dzi", width=10_000_000, height=10_000_000)
    assert list(tmp_path.iterdir()) == []


def test_the_path_is_in_the_given_or_the_users_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tail = Path("glview") / f"sample-{sample.VERSION}" / "archipelago.dzi"
    assert sample_path(tmp_path) == tmp_path / tail
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert sample_path() == tmp_path / "xdg" / tail
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert sample_path() == tmp_path / ".cache" / tail
    monkeypatch.setattr(sys, "platform", "darwin")
    assert sample_path() == tmp_path / "Library" / "Caches" / tail
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "local"))
    assert sample_path() == tmp_path / "local" / tail


def test_the_flight_stays_over_the_picture() -> None:
    assert FLIGHT[0].fit
    assert FLIGHT[0].seconds == 0
    assert all(frame.seconds > 0 for frame in FLIGHT[1:])
    assert all(0 < fraction < 1 for frame in FLIGHT for fraction in frame.center)
    assert max(frame.zoom for frame in FLIGHT if not frame.fit) >= 4
    assert len({frame.rotation_deg for frame in FLIGHT}) > 3
