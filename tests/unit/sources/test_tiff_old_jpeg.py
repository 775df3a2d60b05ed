"""Old-style JPEG in TIFF: files of our own, after a JPEG that libvips has written and reads."""

import struct
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pyvips
from numpy.typing import NDArray

from glview.errors import ImageError, TileError
from glview.pyramid import TileKey
from glview.sources.jpeg_frame import segments_of
from glview.sources.opening import open_image
from glview.sources.tiff_directory import LONG, SHORT, Field, laid_out
from tests.unit.sources.build import overwrite, picture, tiff_entries, vips, whole

STYLES = ["tables", "interchange", "first scan", "each its own"]
WIDTH, HEIGHT, STRIP_ROWS = 70, 90, 32


def jpeg(image: NDArray[Any], *, subsampled: bool = False) -> bytes:
    mode = "on" if subsampled else "off"
    return bytes(vips(image).jpegsave_buffer(Q=85, subsample_mode=mode, keep="none"))


def seen(data: bytes) -> NDArray[Any]:
    return np.asarray(pyvips.Image.jpegload_buffer(data).numpy())


def _field(tag: int, *values: int, kind: int = LONG) -> Field:
    form = {SHORT: "H", LONG: "I"}[kind]
    return Field(tag, kind, len(values), struct.pack(f"<{len(values)}{form}", *values))


def write_old(path: Path, pictures: list[bytes], style: str, fields: list[Field]) -> None:
    """A TIFF of old-style JPEG whose strips or tiles are those JPEGs, as a style has them."""
    body = bytearray(8)
    found, behind = segments_of(pictures[0])
    scan = len(found[-1][1]) + 4
    tables: dict[int, list[int]] = {519: [], 520: [], 521: []}
    heads: list[Field] = []
    if style == "tables":
        for code, data in found:
            at = len(body) + 1
            if code == 0xDB:
                tables[519].append(at)
            elif code == 0xC4:
                tables[521 if data[0] & 16 else 520].append(at)
            else:
                continue
            body += data
        for tag, places in tables.items():
            heads.append(_field(tag, *(places + places[-1:] * 2)[:3]))
    elif style != "each its own":
        heads.append(_field(513, len(body)))
        head = behind - (scan if style == "first scan" else 0)
        heads.append(_field(514, head))
        body += pictures[0][:head]
    places, counts = [], []
    for number, data in enumerate(pictures):
        own = segments_of(data)[1]
        start = 0 if style == "each its own" else own
        if style == "first scan" and number == 0:
            start -= scan
        places.append(len(body))
        counts.append(len(data) - start)
        body += data[start:]
    body += bytes(len(body) % 2)
    tiled = any(field.tag == 322 for field in fields)
    fields = [
        *fields, *heads, _field(256, WIDTH), _field(257, HEIGHT), _field(259, 6, kind=SHORT),
        _field(512, 1, kind=SHORT), _field(324 if tiled else 273, *places),
        _field(325 if tiled else 279, *counts),
    ]  # fmt: skip
    directory, _ = laid_out(fields, len(body), order="<", big=False)
    struct.pack_into("<2sHI", body, 0, b"II", 42, len(body))
    path.write_bytes(bytes(body) + directory)


def color_fields(*, subsampled: bool = False, photometric: int = 6) -> list[Field]:
    step = 2 if subsampled else 1
    return [
        _field(258, 8, 8, 8, kind=SHORT), _field(262, photometric, kind=SHORT),
        _field(277, 3, kind=SHORT), _field(530, step, step, kind=SHORT),
    ]  # fmt: skip


def strips(image: NDArray[Any], rows: int, *, subsampled: bool = False) -> list[bytes]:
    edges = [*range(0, len(image), rows), len(image)]
    return [jpeg(image[y0:y1], subsampled=subsampled) for y0, y1 in pairwise(edges)]


def opened(path: Path) -> NDArray[Any]:
    source = open_image(path)
    pixels = whole(source, 0)
    source.close()
    return pixels


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("subsampled", [False, True])
@pytest.mark.parametrize("rows", [STRIP_ROWS, HEIGHT])
def test_strips_look_as_the_same_jpegs_do(
    tmp_path: Path, style: str, *, subsampled: bool, rows: int
) -> None:
    pictures = strips(picture(WIDTH, HEIGHT), rows, subsampled=subsampled)
    fields = [*color_fields(subsampled=subsampled), _field(278, rows)]
    write_old(tmp_path / "a.tif", pictures, style, fields)
    expected = np.concatenate([seen(data) for data in pictures])
    assert np.abs(opened(tmp_path / "a.tif").astype(int) - expected).max() <= 1


@pytest.mark.parametrize("style", STYLES)
def test_tiles_look_as_the_same_jpegs_do(tmp_path: Path, style: str) -> None:
    image = np.pad(picture(WIDTH, HEIGHT), ((0, 6), (0, 26), (0, 0)), "edge")
    pictures = [jpeg(image[y : y + 48, x : x + 48]) for y in (0, 48) for x in (0, 48)]
    write_old(
        tmp_path / "a.tif", pictures, style, [*color_fields(), _field(322, 48), _field(323, 48)]
    )
    rows = [np.hstack([seen(data) for data in pictures[i : i + 2]]) for i in (0, 2)]
    expected = np.vstack(rows)[:HEIGHT, :WIDTH]
    assert np.abs(opened(tmp_path / "a.tif").astype(int) - expected).max() <= 1


@pytest.mark.parametrize("photometric", [0, 1])
def test_grey_is_grey(tmp_path: Path, photometric: int) -> None:
    data = jpeg(picture(WIDTH, HEIGHT, 1))
    fields = [
        _field(258, 8, kind=SHORT), _field(277, 1, kind=SHORT),
        _field(262, photometric, kind=SHORT),
    ]  # fmt: skip
    write_old(tmp_path / "a.tif", [data], "tables", fields)
    expected = seen(data) if photometric else 255 - seen(data)
    np.testing.assert_array_equal(opened(tmp_path / "a.tif"), expected.reshape(HEIGHT, WIDTH, 1))


def test_black_and_white_of_the_page_count(tmp_path: Path) -> None:
    data = jpeg(np.full((HEIGHT, WIDTH, 3), 235, np.uint8))
    black_white = _field(532, 16, 235, 128, 240, 128, 240)
    write_old(tmp_path / "a.tif", [data], "tables", [*color_fields(), black_white])
    assert (opened(tmp_path / "a.tif") == 255).all()


def test_the_picture_counts_where_the_strip_begins_within_its_head(tmp_path: Path) -> None:
    """As HP's library wrote it: the strip's place is amiss, and its count too small."""
    data, path = jpeg(picture(WIDTH, HEIGHT)), tmp_path / "a.tif"
    write_old(path, [data], "interchange", color_fields())
    start = tiff_entries(path)[513][2]
    for tag, value in ((514, len(data)), (273, start + segments_of(data)[1] - 3), (279, 900)):
        overwrite(path, tiff_entries(path)[tag][3] + 8, struct.pack("<I", value))
    assert np.abs(opened(path).astype(int) - seen(data)).max() <= 1


def test_a_broken_strip_is_an_error_that_names_it_and_others_are_read(tmp_path: Path) -> None:
    pictures, path = strips(picture(WIDTH, HEIGHT), STRIP_ROWS), tmp_path / "a.tif"
    write_old(path, pictures, "tables", [*color_fields(), _field(278, STRIP_ROWS)])
    place = struct.unpack_from("<3I", path.read_bytes(), tiff_entries(path)[273][2])[1]
    overwrite(path, place + 100, b"\xff\x01" * 40)
    source = open_image(path)
    with pytest.raises(TileError, match=r"a\.tif: level 0 tile 0,1: "):
        source.read_tile(TileKey(0, 0, 1))
    assert source.read_tile(TileKey(0, 0, 2)) is not None
    source.close()


def test_a_strip_that_was_cut_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    write_old(path, [jpeg(picture(WIDTH, HEIGHT))], "tables", color_fields())
    place = tiff_entries(path)[279]
    overwrite(path, place[3] + 8, struct.pack("<I", place[2] // 2))
    source = open_image(path)
    with pytest.raises(TileError, match=r"a\.tif: level 0 tile 0,0: "):
        source.read_tile(TileKey(0, 0, 0))
    source.close()


@pytest.mark.parametrize(
    ("style", "tag"), [("interchange", 513), ("tables", 519), ("tables", 520), ("tables", 521)]
)
def test_tables_that_lie_nowhere_are_one_error_and_soon(
    tmp_path: Path, style: str, tag: int
) -> None:
    path = tmp_path / "a.tif"
    write_old(path, [jpeg(picture(WIDTH, HEIGHT))], style, color_fields())
    entries = tiff_entries(path)
    place = entries[tag][3] + 8 if tag == 513 else entries[tag][2]
    overwrite(path, place, struct.pack("<I", 0xFFFFFF0))
    began_s = time.monotonic()
    with pytest.raises((ImageError, TileError), match=r"a\.tif: "):
        opened(path)
    assert time.monotonic() - began_s < 5.0


def test_a_forged_size_is_refused_before_anything_is_decoded(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    write_old(path, [jpeg(picture(WIDTH, HEIGHT))], "tables", color_fields())
    for tag in (256, 257):
        overwrite(path, tiff_entries(path)[tag][3] + 8, struct.pack("<I", 60_000))
    with pytest.raises(ImageError, match=r"a\.tif: needs [0-9]+ MiB in memory"):
        open_image(path)


def test_what_is_not_read_of_it_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    write_old(path, [jpeg(picture(WIDTH, HEIGHT))], "tables", color_fields())
    overwrite(path, tiff_entries(path)[512][3] + 8, struct.pack("<H", 14))
    with pytest.raises(ImageError, match="old-style JPEG without loss is not supported"):
        open_image(path)
