"""Arrays in .npy files: read by tiles as they are, and refused where they are not sound."""

import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import glview
from glview.errors import ImageError, TileError
from glview.image import ColorModel, SampleType
from glview.pyramid import TileKey
from glview.sources.describe import as_text
from glview.sources.inspecting import inspect_file
from glview.sources.opening import open_image
from tests.unit.sources.build import inner, open_descriptors, picture, whole


def saved(folder: Path, array: NDArray[Any]) -> Path:
    path = folder / "array.npy"
    np.save(path, array)
    return path


def written(folder: Path, header: str, data: bytes = b"", version: int = 1) -> Path:
    """A file with a header of any text."""
    path = folder / "array.npy"
    length = struct.pack("<H" if version == 1 else "<I", len(header))
    path.write_bytes(b"\x93NUMPY" + bytes((version, 0)) + length + header.encode() + data)
    return path


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "int16", "float32", ">u2", ">f4"])
@pytest.mark.parametrize("bands", [1, 3])
@pytest.mark.parametrize("order", ["C", "F"])
def test_samples_are_the_arrays_own(tmp_path: Path, dtype: str, bands: int, order: Any) -> None:
    array = picture(600, 300, bands).astype(dtype)
    source = open_image(saved(tmp_path, np.asarray(array, order=order)))
    assert (whole(source, 0) == array).all()
    source.close()


@pytest.mark.parametrize(
    ("dtype", "carried", "factor"),
    [
        ("bool", SampleType.U8, 255),
        ("int8", SampleType.S16, 1),
        ("int32", SampleType.F32, 1),
        ("float16", SampleType.F32, 1),
        ("float64", SampleType.F32, 1),
        ("complex64", SampleType.F32, 1),
    ],
)
def test_other_samples_are_carried_as_those_of_arrays_are(
    tmp_path: Path, dtype: str, carried: SampleType, factor: int
) -> None:
    array = (picture(30, 20, 1)[..., 0] % 90).astype(dtype)
    source = open_image(saved(tmp_path, array))
    assert source.description.sample_type is carried
    assert (whole(source, 0)[..., 0] == np.abs(array).astype(np.float64) * factor).all()
    source.close()


def test_julian_dates_are_told_apart(tmp_path: Path) -> None:
    array = 2_459_000.5 + np.arange(200 * 300).reshape(200, 300) / 1e6
    source = open_image(saved(tmp_path, array))
    found = whole(source, 0)[..., 0].astype(np.float64) + source.description.offset
    assert np.abs(found - array).max() < 1e-7
    source.close()


def test_tiles_bring_true_neighbours(tmp_path: Path) -> None:
    array = picture(700, 500)
    source = open_image(saved(tmp_path, array))
    tile = source.read_tile(TileKey(0, 1, 1))
    assert tile is not None
    assert tile.margin == (4, 4, 4, 0)
    assert (tile.pixels == array[252:500, 252:516]).all()
    assert (inner(tile) == array[256:500, 256:512]).all()
    source.close()


def test_the_last_axis_is_bands_where_it_is_short_and_the_first_are_planes(tmp_path: Path) -> None:
    stack = np.arange(2 * 1 * 3 * 40 * 50, dtype=np.uint16).reshape(2, 1, 3, 40, 50)
    source = open_image(saved(tmp_path, stack), plane=(1, 2))
    assert [(axis.name, axis.size) for axis in source.description.axes] == [
        ("axis0", 2),
        ("axis2", 3),
    ]
    assert (whole(source, 0)[..., 0] == stack[1, 0, 2]).all()
    source.close()
    colors = np.zeros((4, 30, 20, 3), np.uint8)
    colors[3] = picture(20, 30)
    source = open_image(saved(tmp_path, colors), plane=(3,))
    assert source.description.color_model is ColorModel.RGB
    assert (whole(source, 0) == colors[3]).all()
    source.close()


@pytest.mark.parametrize(
    ("header", "fault"),
    [
        ("{'descr': '|O', 'fortran_order': False, 'shape': (9, 9), }", "holds Python objects"),
        ("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (9, 9)}", "no numbers, but"),
        ("{'descr': '<U5', 'fortran_order': False, 'shape': (9, 9), }", "no numbers, but '<U5'"),
        ("{'descr': '<f3', 'fortran_order': False, 'shape': (9, 9), }", "no numbers, but '<f3'"),
        ("{'descr': '<f16', 'fortran_order': False, 'shape': (9, 9), }", "not supported"),
        ("{'descr': '|u1', 'fortran_order': False, 'shape': (9,), }", "is no picture"),
        ("{'descr': '|u1', 'fortran_order': False, 'shape': (9, 0), }", "is no picture"),
        ("{'descr': '|u1', 'fortran_order': False, 'shape': (9, -9), }", "describes no array"),
        ("{'descr': '|u1', 'fortran_order': False, 'shape': (9, 1e9), }", "describes no array"),
        ("{'descr': '|u1', 'fortran_order': 0, 'shape': (9, 9), }", "describes no array"),
        ("{'descr': '|u1', 'shape': (9, 9), }", "describes no array"),
        ("{'descr': '|u1', 'fortran_order': True, 'shape': (2, 40, 50), }", "Fortran order"),
        ("__import__('os').abort()", "describes no array"),
        ("(" * 9000, "describes no array"),
        ("{'descr': '|u1', 'fortran_order': False, 'shape': (9, 10)}", "81 bytes .* where 90"),
        (
            f"{{'descr': '<f8', 'fortran_order': False, 'shape': ({10**30}, {10**30})}}",
            "81 bytes of samples where 8",
        ),
    ],
)
def test_what_is_not_sound_is_refused(tmp_path: Path, header: str, fault: str) -> None:
    before = open_descriptors()
    with pytest.raises(ImageError, match=fault):
        open_image(written(tmp_path, header, bytes(81)))
    assert open_descriptors() == before


@pytest.mark.parametrize("head", [b"\x93NUMPY", b"\x93NUMPY\1\0", b"\x93NUMPY\4\0\0\0\0\0\0"])
def test_so_is_what_has_no_header(tmp_path: Path, head: bytes) -> None:
    path = tmp_path / "array.npy"
    path.write_bytes(head)
    with pytest.raises(ImageError, match="version"):
        open_image(path)


def test_nor_is_a_header_read_that_would_fill_the_memory(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match="its header has 100000 bytes"):
        open_image(written(tmp_path, " " * 100_000, version=2))
    path = tmp_path / "array.npy"
    path.write_bytes(b"\x93NUMPY\1\0\x76\0{'descr'")
    with pytest.raises(ImageError, match="ends within its header"):
        open_image(path)


def test_a_file_that_becomes_shorter_is_told_of_and_nothing_else_happens(tmp_path: Path) -> None:
    path = saved(tmp_path, picture(700, 500))
    source = open_image(path)
    with path.open("r+b") as file:
        file.truncate(700 * 300 * 3)
    assert source.read_tile(TileKey(0, 0, 0)) is not None
    with pytest.raises(TileError, match=r"array\.npy: the file ends before this part of it"):
        source.read_tile(TileKey(0, 0, 1))
    source.close()


def test_it_is_told_what_a_file_holds(tmp_path: Path) -> None:
    text = as_text(inspect_file(saved(tmp_path, np.zeros((5, 400, 300)))))
    assert "format       NumPy array\n" in text
    assert "size         300 x 400 pixels" in text
    assert "samples      grey, float64; shown as float32\n" in text
    assert "planes       5 planes (5 axis0); the first comes up\n" in text


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "int16", "float32", ">u2", ">f4", "float16"])
@pytest.mark.parametrize("bands", [1, 3])
def test_a_pyramid_is_made_of_its_own_samples(tmp_path: Path, dtype: str, bands: int) -> None:
    array = picture(700, 500, bands).astype(dtype)
    array[3, 4] = 7
    out = glview.make_pyramid(saved(tmp_path, array), tmp_path / "out.tif")
    source = open_image(out)
    assert len(source.description.pyramid.levels) == 3
    assert source.description.bands == bands
    assert (whole(source, 0) == array).all()
    source.close()


@pytest.mark.parametrize(
    ("dtype", "carried"), [("bool", "uint8"), ("int8", "int16"), ("uint8", "uint8")]
)
def test_so_it_is_of_samples_that_are_carried_as_others(
    tmp_path: Path, dtype: str, carried: str
) -> None:
    array = (picture(300, 200, 1)[..., 0] % 2).astype(dtype)
    out = glview.make_pyramid(saved(tmp_path, array), tmp_path / "out.tif")
    source = open_image(out)
    assert source.description.sample_type.value == carried
    factor = 255 if dtype == "bool" else 1
    assert (whole(source, 0)[..., 0] == array.astype(int) * factor).all()
    source.close()


def test_alpha_stays_and_the_order_of_fortran_is_read(tmp_path: Path) -> None:
    array = picture(300, 200, 4)
    path = saved(tmp_path, np.asfortranarray(array))
    source = open_image(glview.make_pyramid(path, tmp_path / "out.dzi"))
    assert source.description.alpha
    assert (whole(source, 0) == array).all()
    source.close()


def test_one_plane_is_converted_and_the_others_told_of(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = saved(tmp_path, np.arange(3 * 40 * 50, dtype=np.uint16).reshape(3, 40, 50))
    source = open_image(glview.make_pyramid(path, tmp_path / "first.tif"))
    assert whole(source, 0)[0, 0, 0] == 0
    messages = [record.getMessage() for record in caplog.records]
    assert messages == [f"{path}: 3 planes (3 axis0); the first is converted"]
    last = glview.make_pyramid(path, tmp_path / "last.tif", plane="axis0=3")
    assert whole(open_image(last), 0)[0, 0, 0] == 2 * 40 * 50
    assert len(caplog.records) == 1
    with pytest.raises(ImageError, match="axis0 goes from 1 to 3"):
        glview.make_pyramid(path, tmp_path / "none.tif", plane="axis0=4")


@pytest.mark.parametrize(
    ("array", "fault"),
    [
        (
            np.zeros((40, 30)),
            r"its float64 would be rounded to float32: save them as float32",
        ),
        (np.zeros((40, 30), np.int32), "its int32 would be rounded to float32"),
        (np.zeros((40, 30), np.complex64), "its complex64 would be rounded to float32"),
    ],
)
def test_what_would_lose_something_is_no_pyramid(
    tmp_path: Path, array: NDArray[Any], fault: str
) -> None:
    with pytest.raises(ImageError, match=fault):
        glview.make_pyramid(saved(tmp_path, array), tmp_path / "out.tif")
    assert [path.name for path in tmp_path.iterdir()] == ["array.npy"]


def test_a_pyramid_of_channels_has_all_of_them(tmp_path: Path) -> None:
    array = np.random.default_rng(0).integers(0, 60_000, (40, 30, 6), np.uint16)
    made = open_image(glview.make_pyramid(saved(tmp_path, array), tmp_path / "out.tif"))
    assert (whole(made, 0) == array).all()
    made.close()


def test_a_file_that_becomes_shorter_ends_no_process_and_is_no_pyramid(tmp_path: Path) -> None:
    path = saved(tmp_path, picture(3000, 2000))
    lengths = []

    def shorten(share: float) -> None:
        lengths.append(share)
        with path.open("r+b") as file:
            file.truncate(3000 * 100 * 3)

    with pytest.raises(ImageError, match=r"array\.npy: cannot be read whole: "):
        glview.make_pyramid(path, tmp_path / "out.tif", on_progress=shorten)
    assert lengths[-1] < 1.0
    assert [left.name for left in tmp_path.iterdir()] == ["array.npy"]
