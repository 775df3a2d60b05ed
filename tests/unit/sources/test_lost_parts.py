"""Promise: what could not be decoded of an image is a marked hole, and listed."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from numpy.typing import NDArray

import glview
from glview.errors import TileError
from glview.pyramid import IntRect, TileKey
from glview.sources.flat import oriented
from glview.sources.lost_parts import LostParts, turned
from glview.sources.opening import open_image


def broken(path: Path, orientation: int = 1, dtype: type = np.uint8) -> Path:
    """600 x 1024 pixels in strips of 64 rows, of which 384 to 1024 are nothing that inflates."""
    numbers = np.random.default_rng(0).integers(0, 200, (1024, 600))
    pixels: NDArray[Any] = numbers.astype(dtype)
    more = [(274, "H", 1, orientation, True)]
    tifffile.imwrite(path, pixels, compression="zlib", rowsperstrip=64, extratags=more)
    with tifffile.TiffFile(path) as file:
        page = file.pages[0]
        spans = list(zip(page.dataoffsets, page.databytecounts, strict=True))[6:]
    data = bytearray(path.read_bytes())
    for offset, count in spans:
        data[offset : offset + count] = bytes(count)
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
def test_tiles_of_lost_strips_are_holes_at_all_levels(tmp_path: Path, dtype: type) -> None:
    source = open_image(broken(tmp_path / "a.tif", dtype=dtype))
    assert source.description.metadata["damage"].startswith("10 of 16 strips cannot be read: ")
    for key in (TileKey(0, 0, 2), TileKey(0, 2, 3), TileKey(1, 0, 1)):
        with pytest.raises(TileError, match=r"a\.tif: 10 of 16 strips cannot be read: "):
            source.read_tile(key)
    assert source.description.lost == (IntRect(0, 384, 600, 1024),)
    sound = source.read_tile(TileKey(0, 1, 0))
    assert sound is not None
    assert sound.fault is None
    # Of what is left of a tile nothing is withheld.
    for key in (TileKey(0, 1, 1), TileKey(1, 0, 0), TileKey(2, 0, 0)):
        part = source.read_tile(key)
        assert part is not None
        assert part.fault is not None
    source.close()


def test_they_are_turned_with_the_image(tmp_path: Path) -> None:
    # The last rows are the left columns.
    source = open_image(broken(tmp_path / "a.tif", orientation=6))
    for column, is_lost in ((0, True), (1, True), (3, False)):
        if is_lost:
            with pytest.raises(TileError):
                source.read_tile(TileKey(0, column, 0))
        else:
            assert source.read_tile(TileKey(0, column, 0)) is not None
    source.close()


@pytest.mark.parametrize("orientation", range(1, 9))
def test_parts_lie_where_their_pixels_do(orientation: int) -> None:
    part = IntRect(2, 1, 5, 3)
    marked = np.zeros((7, 9, 1), bool)
    marked[1:3, 2:5] = True
    (x0, y0, x1, y1) = turned([part], 9, 7, orientation)[0]
    seen = oriented(marked, orientation)
    assert seen[y0:y1, x0:x1].all()
    assert seen.sum() == (x1 - x0) * (y1 - y0)


def test_parts_that_together_are_all_of_a_tile_are_lost() -> None:
    parts = LostParts([IntRect(0, 0, 8, 4), IntRect(0, 4, 8, 8)], "gone")
    with pytest.raises(TileError, match="gone"):
        parts.fault_in(IntRect(2, 2, 8, 8))
    assert parts.fault_in(IntRect(2, 6, 8, 10)) is not None
    assert parts.fault_in(IntRect(0, 8, 8, 16)) is None


def test_of_thousands_the_largest_are_told() -> None:
    thin = [IntRect(0, y, 9, y + 1) for y in range(0, 3000, 2)]
    told = LostParts([*thin, IntRect(0, 3001, 9, 3003)], "gone").largest
    assert len(told) == 256
    assert told[-1] == IntRect(0, 3001, 9, 3003)


def test_a_studio_lists_them(tmp_path: Path) -> None:
    with glview.studio(broken(tmp_path / "a.tif")) as studio:
        studio.picture(size=(600, 1024), zoom=1)
        assert {hole.key.row for hole in studio.holes if not hole.lost} == {2, 3}
        assert {hole.key.row for hole in studio.holes if hole.lost} == {1}


def test_all_of_what_is_lost_is_hatched_and_nothing_else(tmp_path: Path) -> None:
    look: dict[str, Any] = {"size": (600, 1024), "zoom": 1}
    whole = glview.render(broken(tmp_path / "a.tif"), **look)
    plain = glview.render(
        tmp_path / "a.tif", options=glview.ViewerOptions(mark_holes=False), **look
    )
    rows = np.flatnonzero((whole != plain).any(axis=(1, 2)))
    assert (rows.min(), rows.max()) == (384, 1023)


@pytest.mark.parametrize("zoom", [0.2, 0.45, 1.0])
def test_a_broken_tile_leaves_all_others_as_they_are(tmp_path: Path, zoom: float) -> None:
    """It is in no window and no mean, and is listed however small it is seen."""
    sound, bad = tmp_path / "sound.tif", tmp_path / "bad.tif"
    pixels = np.random.default_rng(0).integers(100, 600, (1024, 1024)).astype(np.uint16)
    tifffile.imwrite(sound, pixels, compression="zlib", tile=(256, 256))
    with tifffile.TiffFile(sound) as file:
        page: Any = file.pages[0]
        offset, count = page.dataoffsets[5], page.databytecounts[5]
    data = bytearray(sound.read_bytes())
    data[offset : offset + count] = bytes(count)
    bad.write_bytes(data)
    pictures = []
    for path in (sound, bad):
        with glview.studio(path) as studio:
            pictures.append(studio.picture(size=(600, 600), center=(512, 512), zoom=zoom))
            holes = studio.holes
    assert len(holes) == 1
    assert bool(holes[0].lost) == (zoom < 0.5)
    away = np.ones((600, 600), bool)
    low, high = (300 + (side - 512) * zoom for side in (256, 512))
    inside = slice(max(0, int(low) - 4), int(high) + 5)
    away[inside, inside] = False
    off = np.abs(pictures[0].astype(int) - pictures[1]).max(axis=2)
    assert off[away].max() <= 2
    assert off[inside, inside].max() > 60
