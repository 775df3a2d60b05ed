"""Tiles decoded by libjpeg-turbo's wheel are what libvips makes of them.

Where there is no wheel, both are libvips' own.
"""

import random
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from glview.errors import TileError
from glview.pyramid import TileKey
from glview.sources import jpeg
from glview.sources.codec import decode
from glview.sources.deepzoom import DeepZoomSource
from glview.sources.model import Decoded
from glview.sources.vips_pixels import forget_errors
from tests.unit.sources.build import picture, vips

SIZE = (75, 43)


def saved(bands: int = 3, **options: Any) -> bytes:
    image = vips(picture(*SIZE, bands), "cmyk" if bands == 4 else None)
    return bytes(image.jpegsave_buffer(**options))


def by_libvips(data: bytes, monkeypatch: pytest.MonkeyPatch) -> Decoded | str:
    with monkeypatch.context() as patch:
        patch.setattr(jpeg, "_decoder", lambda: None)
        return either(data)


def either(data: bytes) -> Decoded | str:
    forget_errors()
    try:
        return decode(data, SIZE)
    except ValueError as error:
        return str(error)


def agree(one: Decoded | str, other: Decoded | str) -> bool:
    if isinstance(one, str) or isinstance(other, str):
        return one == other
    return one.model == other.model and np.array_equal(one.pixels, other.pixels)


@pytest.mark.parametrize("bands", [1, 3, 4])
@pytest.mark.parametrize(
    "options",
    [
        {"Q": 85},
        {"Q": 97},
        {"Q": 85, "subsample_mode": "off"},
        {"Q": 5, "restart_interval": 3},
        {"Q": 85, "interlace": True},
        {"Q": 85, "optimize_coding": True, "strip": True},
    ],
    ids=str,
)
def test_pixels_are_libvips_own(
    bands: int, options: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    data = saved(bands, **options)
    found = either(data)
    assert isinstance(found, Decoded)
    assert agree(found, by_libvips(data, monkeypatch))
    # As `Tile.texels` says of it.
    if found.texels is not None:
        assert found.texels.shape == (*found.pixels.shape[:2], 4)
        assert np.shares_memory(found.texels, found.pixels)
        assert (found.texels[..., :3] == found.pixels).all()
        assert (found.texels[..., 3] == 255).all()


def test_the_wheel_is_used_where_it_is() -> None:
    assert (jpeg.decoded(saved(), SIZE) is not None) is jpeg.available()
    assert (jpeg.decoded(saved(1), SIZE) is not None) is jpeg.available()


@pytest.mark.parametrize("data", [saved(4), saved(interlace=True), b"", b"\xff\xd8", b"no JPEG"])
def test_what_libvips_is_for_stays_libvips_own(data: bytes) -> None:
    """Inks want their profile; of a progressive picture it bounds the scans."""
    assert jpeg.decoded(data, SIZE) is None


def test_another_size_is_refused_before_anything_is_decoded() -> None:
    data = saved()
    place = data.index(b"\xff\xc0") + 5
    forged = data[:place] + b"\xff\xdc\xff\xdc" + data[place + 4 :]
    assert jpeg.decoded(forged, SIZE) is None
    assert either(forged) == "is 65500x65500 pixels where 75x43 belong"


def test_what_is_broken_is_told_in_libvips_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """Or shown, where libvips shows it."""
    data = saved()
    chance = random.Random(7)
    faults = 0
    for _ in range(150):
        end = chance.randrange(2, len(data))
        broken = bytearray(data[:end] if chance.random() < 0.3 else data)
        for _ in range(chance.randrange(4)):
            broken[chance.randrange(2, len(broken))] = chance.randrange(256)
        found = either(bytes(broken))
        faults += isinstance(found, str)
        assert agree(found, by_libvips(bytes(broken), monkeypatch)), bytes(broken).hex()
    assert 20 < faults < 140


def test_without_the_wheel_libvips_reads_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "simplejpeg", None)
    jpeg._decoder.cache_clear()
    try:
        assert not jpeg.available()
        assert isinstance(either(saved()), Decoded)
    finally:
        jpeg._decoder.cache_clear()


def test_a_deepzoom_is_the_same_either_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.dzi"
    vips(picture(300, 200)).dzsave(str(tmp_path / "a"), suffix=".jpg", tile_size=126, overlap=1)
    broken = tmp_path / "a_files" / "9" / "1_0.jpg"
    broken.write_bytes(broken.read_bytes()[:-300])

    def tiles() -> list[tuple[Any, ...]]:
        source = DeepZoomSource(str(path), path.read_bytes())
        found: list[tuple[Any, ...]] = []
        for row in range(2):
            for column in range(3):
                try:
                    tile = source.read_tile(TileKey(0, column, row))
                except TileError as error:
                    found.append((str(error),))
                else:
                    assert tile is not None
                    found.append((tile.margin, tile.pixels.tolist()))
        return found

    direct = tiles()
    assert [len(tile) for tile in direct] == [2, 1, 2, 2, 2, 2]
    monkeypatch.setattr(jpeg, "_decoder", lambda: None)
    assert tiles() == direct


def test_a_tile_of_a_deepzoom_comes_as_the_atlas_wants_it(tmp_path: Path) -> None:
    vips(picture(300, 200)).dzsave(str(tmp_path / "a"), suffix=".jpg", tile_size=126, overlap=1)
    path = tmp_path / "a.dzi"
    tile = DeepZoomSource(str(path), path.read_bytes()).read_tile(TileKey(0, 1, 1))
    assert tile is not None
    assert (tile.texels is not None) is jpeg.available()
