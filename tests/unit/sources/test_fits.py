"""FITS: samples as they lie in the file, the lowest row first; what is compressed by astropy."""

import gzip
import os
import subprocess
import sys
import time
import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits
from numpy.typing import NDArray

from glview.errors import ImageError, TileError, UnsupportedImageError
from glview.image import Axis, SampleType
from glview.pyramid import TileKey
from glview.sources import fits as glview_fits
from glview.sources.base import TileSource, at_plane
from glview.sources.describe import as_text
from glview.sources.entire import entire_image
from glview.sources.inspecting import inspect_file
from glview.sources.opening import open_image
from tests.unit.sources.build import open_descriptors, overwrite, whole

NOISE = np.random.default_rng(5)
VIPS_TYPES = {
    SampleType.U8: "uchar",
    SampleType.U16: "ushort",
    SampleType.S16: "short",
    SampleType.F32: "float",
}


def sky(dtype: str, *shape: int) -> NDArray[Any]:
    values = NOISE.normal(100.0, 9.0, shape or (300, 400))
    return values.astype(dtype) if np.dtype(dtype).kind == "f" else values.round().astype(dtype)


def written(folder: Path, *units: Any) -> Path:
    path = folder / "a.fits"
    first = [] if isinstance(units[0], fits.PrimaryHDU) else [fits.PrimaryHDU()]
    fits.HDUList([*first, *units]).writeto(path, overwrite=True)
    return path


def values(source: TileSource) -> NDArray[Any]:
    """Of a picture, the lowest row first."""
    pixels = whole(source, 0)[::-1, :, 0].astype(np.float64)
    return np.asarray(pixels + source.description.offset)


@pytest.mark.parametrize(
    ("dtype", "carried"),
    [
        ("u1", SampleType.U8),
        ("i1", SampleType.S16),
        ("i2", SampleType.S16),
        ("u2", SampleType.U16),
        ("i4", SampleType.F32),
        ("u4", SampleType.F32),
        ("i8", SampleType.F32),
        ("u8", SampleType.F32),
        ("f4", SampleType.F32),
        ("f8", SampleType.F32),
    ],
)
def test_samples_are_those_that_were_written(
    tmp_path: Path, dtype: str, carried: SampleType
) -> None:
    image = sky("f8").astype("i8").astype(dtype)
    image[5, 7] = np.iinfo(dtype).max if np.dtype(dtype).kind in "iu" else 1000
    source = open_image(written(tmp_path, fits.PrimaryHDU(image)))
    told = source.description
    assert (told.format, told.sample_type, told.bands) == ("FITS", carried, 1)
    assert np.array_equal(values(source).astype("f4"), image.astype("f4"))
    source.close()


def test_values_are_scaled_and_blanks_are_nothing(tmp_path: Path) -> None:
    unit = fits.PrimaryHDU(sky("i2"))
    unit.data[3, 4] = -32768
    path = written(tmp_path, unit)
    # astropy would scale what it writes, too.
    with fits.open(path, mode="update", do_not_scale_image_data=True) as units:
        units[0].header.update(BSCALE=0.5, BZERO=10.0, BLANK=-32768)
    source = open_image(path)
    expected = np.asarray(fits.getdata(path), np.float64)
    assert source.description.sample_type is SampleType.F32
    assert np.isnan(expected[3, 4])
    assert np.array_equal(values(source), expected, equal_nan=True)
    source.close()


@pytest.mark.parametrize(("dtype", "nodata"), [("i2", -7.0), ("u2", 32761.0)])
def test_blanks_of_whole_numbers_are_their_no_data(
    tmp_path: Path, dtype: str, nodata: float
) -> None:
    unit = fits.PrimaryHDU(sky(dtype))
    unit.header["BLANK"] = -7
    source = open_image(written(tmp_path, unit))
    assert source.description.nodata == nodata
    source.close()


@pytest.mark.filterwarnings("error::RuntimeWarning")
def test_values_that_no_float_holds_are_not_warned_of(tmp_path: Path) -> None:
    path = written(tmp_path, fits.PrimaryHDU(sky("i2")))
    with fits.open(path, mode="update", do_not_scale_image_data=True) as units:
        units[0].header.update(BSCALE=1e300)
    source = open_image(path)
    assert np.isinf(values(source)).all()
    source.close()


@pytest.mark.filterwarnings("error::RuntimeWarning")
def test_signalling_nan_is_not_warned_of(tmp_path: Path) -> None:
    image = np.full((300, 400), 0x7FA00000, "u4").view("f4")
    path = written(tmp_path, fits.PrimaryHDU(np.zeros((300, 400), "f4")))
    data = path.read_bytes()
    path.write_bytes(data[:2880] + image.astype(">f4").tobytes() + data[2880 + image.nbytes :])
    with fits.open(path, mode="update", do_not_scale_image_data=True) as units:
        units[0].header.update(BSCALE=2.0)
    source = open_image(path)
    assert np.isnan(values(source)).all()
    source.close()


def test_astropys_warnings_of_itself_are_not_told(tmp_path: Path) -> None:
    path = written(tmp_path, fits.PrimaryHDU(sky("u1")))
    told = subprocess.run(
        [sys.executable, "-m", "glview", "info", str(path)],
        env={**os.environ, "XDG_CONFIG_HOME": str(tmp_path / "none")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stderr == ""


@pytest.mark.parametrize("blank", [70_000, -(10**18)])
def test_a_blank_that_the_type_does_not_hold_is_none(tmp_path: Path, blank: int) -> None:
    unit = fits.PrimaryHDU(sky("i2"))
    unit.header["BLANK"] = blank
    source = open_image(written(tmp_path, unit))
    assert source.description.nodata is None
    source.close()


@pytest.mark.parametrize("compressed", [False, True])
def test_info_tells_blanks(tmp_path: Path, *, compressed: bool) -> None:
    unit: Any = fits.CompImageHDU(sky("u2")) if compressed else fits.ImageHDU(sky("u2"))
    unit.header["BLANK"] = -7
    assert inspect_file(written(tmp_path, unit)).nodata == 32761.0


def test_the_first_row_is_the_lowest(tmp_path: Path) -> None:
    image = np.zeros((300, 400), np.float32)
    image[0] = 1.0
    source = open_image(written(tmp_path, fits.PrimaryHDU(image)))
    pixels = whole(source, 0)[..., 0]
    assert (pixels[-1] == 1.0).all()
    assert not pixels[:-1].any()
    source.close()


@pytest.mark.parametrize("compressed", [False, True])
def test_planes_of_a_cube_are_called_what_its_header_calls_them(
    tmp_path: Path, *, compressed: bool
) -> None:
    cube = sky("f4", 2, 3, 30, 40)
    kind: Any = fits.CompImageHDU if compressed else fits.ImageHDU
    lossless: Any = {"compression_type": "GZIP_1", "quantize_level": 0} if compressed else {}
    unit = kind(cube, **lossless)
    unit.header.update(CTYPE3="FREQ-LSR", CTYPE4="STOKES")
    source = open_image(written(tmp_path, unit))
    assert source.description.axes == (Axis("stokes", 2), Axis("freq", 3))
    other = at_plane(source, (1, 2))
    assert np.array_equal(values(other), cube[1, 2])
    other.close()
    source.close()


@pytest.mark.parametrize(
    ("shape", "names"),
    [((5, 30, 40), ["z"]), ((1, 5, 1, 30, 40), ["z"]), ((2, 3, 30, 40), ["axis0", "axis1"])],
)
def test_axes_without_names_have_some(
    tmp_path: Path, shape: tuple[int, ...], names: list[str]
) -> None:
    source = open_image(written(tmp_path, fits.PrimaryHDU(sky("f4", *shape))))
    assert [axis.name for axis in source.description.axes] == names
    source.close()


def test_what_is_compressed_is_what_astropy_reads(tmp_path: Path) -> None:
    path = written(tmp_path, fits.CompImageHDU(sky("i2")))
    source = open_image(path)
    assert source.description.sample_type is SampleType.S16
    assert np.array_equal(values(source), fits.getdata(path, 1))
    source.close()


def test_units_with_images_are_a_files_series(tmp_path: Path) -> None:
    table = fits.BinTableHDU(np.zeros(3, [("a", "f4")]))
    first, second = fits.ImageHDU(sky("f4"), name="CCD1"), fits.ImageHDU(sky("i2", 20, 30))
    path = written(tmp_path, first, table, second)
    source = open_image(path, series=1)
    told = source.description
    assert [(one.name, one.width) for one in told.all_series] == [("CCD1", 400), ("", 30)]
    assert (told.series, told.sample_type) == (1, SampleType.S16)
    source.close()
    with pytest.raises(ImageError, match="image 3 of 2 is asked for"):
        open_image(path, series=2)


def test_nan_and_an_offset_are_kept(tmp_path: Path) -> None:
    """Julian dates, of which float32 tells every quarter of a day."""
    image = 2_460_000.0 + NOISE.random((300, 400))
    image[2, 3] = np.nan
    source = open_image(written(tmp_path, fits.PrimaryHDU(image)))
    assert np.abs(values(source) - image)[~np.isnan(image)].max() < 1e-7
    assert np.isnan(values(source)[2, 3])
    source.close()


def test_info_tells_what_there_is(tmp_path: Path) -> None:
    unit = fits.ImageHDU(sky("u2", 4, 300, 400), name="SCI")
    unit.header.update(OBJECT="M 31", BUNIT="adu")
    text = as_text(inspect_file(written(tmp_path, unit)))
    for told in ("FITS", "400 x 300", "grey, uint16", "4 planes", "OBJECT: M 31", "BUNIT: adu"):
        assert told in text


def test_a_file_that_ends_early_is_shown_as_far_as_it_goes(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    image = sky("f4", 1024, 256)
    path = written(tmp_path, fits.PrimaryHDU(image))
    path.write_bytes(path.read_bytes()[: 2880 + 512 * 256 * 4 + 100])
    source = open_image(path)
    assert "bytes of samples are missing at its end" in caplog.text
    level = source.description.pyramid.levels[0]
    assert level.rows == 4
    lowest = source.read_tile(TileKey(0, 0, 3))
    assert lowest is not None
    assert np.array_equal(lowest.pixels[::-1][:256, :256, 0], image[:256])
    with pytest.raises(TileError, match="the file ends before this part of it"):
        source.read_tile(TileKey(0, 0, 0))
    source.close()
    with pytest.raises(ImageError, match="are missing at its end"), entire_image(str(path)):
        pass


@pytest.mark.parametrize("end", [1000, 2880])
def test_a_file_without_samples_is_one_error_that_names_it(tmp_path: Path, end: int) -> None:
    path = written(tmp_path, fits.PrimaryHDU(sky("f4")))
    path.write_bytes(path.read_bytes()[:end])
    with pytest.raises(ImageError, match=r"a\.fits: "):
        open_image(path).close()


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("NAXIS1", "-4"),
        ("NAXIS1", "X00"),
        ("NAXIS2", "9999999999999999"),
        ("NAXIS", "0"),
        ("NAXIS", "999"),
        ("BITPIX", "-31"),
    ],
)
def test_what_is_broken_is_one_error_that_names_the_file(
    tmp_path: Path, key: str, value: str
) -> None:
    path = written(tmp_path, fits.PrimaryHDU(sky("f4")))
    data = path.read_bytes()
    at = data.index(f"{key:<8}=".encode())
    overwrite(path, at, f"{key:<8}= {value:>20}".encode())
    before = open_descriptors()
    with pytest.raises(ImageError, match=r"a\.fits: "):
        open_image(path).close()
    assert open_descriptors() == before


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("NAXIS1", -400),
        ("NAXIS2", -300),
        ("NAXIS1", 10**9),
        ("NAXIS2", 10**9),
        ("NAXIS2", 10**18),
    ],
)
def test_a_size_that_cannot_be_is_told_by_its_key(tmp_path: Path, key: str, value: int) -> None:
    path = written(tmp_path, fits.PrimaryHDU(sky("f4")))
    at = path.read_bytes().index(f"{key:<8}=".encode())
    overwrite(path, at, f"{key:<8}= {value:>20}".encode())
    with pytest.raises(ImageError, match=rf"a\.fits: broken FITS: {key} is {value}"):
        open_image(path).close()


def test_of_a_cube_that_ends_early_the_first_pictures_are_shown(tmp_path: Path) -> None:
    cube = sky("f4", 3, 300, 400)
    path = written(tmp_path, fits.PrimaryHDU(cube))
    overwrite(path, path.read_bytes().index(b"NAXIS3  ="), f"NAXIS3  = {10**9:>20}".encode())
    source = open_image(path)
    assert source.description.axes == (Axis("z", 10**9),)
    assert np.array_equal(values(source), cube[0])
    second = at_plane(source, (1,))
    assert np.array_equal(values(second), cube[1])
    second.close()
    with pytest.raises(ImageError, match="the file ends before this part of it"):
        at_plane(source, (10**8,))
    source.close()


def test_a_header_without_an_end_is_not_read_to_the_end_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.fits"
    with path.open("wb") as file:
        file.write(b"SIMPLE  =                    T".ljust(80))
        file.truncate(4 << 30)
    started = time.monotonic()
    with pytest.raises(ImageError, match=r"a\.fits: broken FITS: its headers have no end"):
        open_image(path)
    assert time.monotonic() - started < 5.0


def test_a_table_is_no_image(tmp_path: Path) -> None:
    path = written(tmp_path, fits.BinTableHDU(np.zeros(3, [("a", "f4")])))
    with pytest.raises(ImageError, match="a FITS file without an image"):
        open_image(path)


def test_a_compressed_image_that_is_broken_is_told(tmp_path: Path) -> None:
    path = written(tmp_path, fits.CompImageHDU(sky("i2")))
    overwrite(path, path.stat().st_size - 60_000, bytes(50_000))
    with pytest.raises(ImageError, match=r"a\.fits: broken FITS: "):
        open_image(path)


def test_without_astropy_it_is_told_what_reads_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path, fits.PrimaryHDU(sky("f4")))
    monkeypatch.setattr(glview_fits, "is_installed", lambda: False)
    with pytest.raises(UnsupportedImageError) as raised:
        open_image(path)
    assert raised.value.fault.startswith("FITS is not supported; ")
    assert raised.value.fault.endswith("pip install 'glview-bigimage[fits]'")


@pytest.mark.parametrize("compressed", [False, True])
def test_a_pyramid_is_made_of_its_values(tmp_path: Path, *, compressed: bool) -> None:
    image = sky("u2")
    unit = fits.CompImageHDU(image) if compressed else fits.PrimaryHDU(image)
    with entire_image(str(written(tmp_path, unit))) as entire:
        assert np.array_equal(entire.undecoded().numpy()[::-1], image)


@pytest.mark.parametrize("dtype", ["u1", "i1", "i2", "u2", "f4"])
def test_what_is_compressed_is_written_elsewhere_as_it_is(tmp_path: Path, dtype: str) -> None:
    image = sky("f8").astype("i8").astype(dtype)
    unit = fits.CompImageHDU(image, compression_type="GZIP_1", quantize_level=0)
    with entire_image(str(written(tmp_path, unit))) as entire:
        assert np.array_equal(entire.undecoded().numpy()[::-1], image)
        assert entire.undecoded().format == VIPS_TYPES[entire.model.sample_type]


@pytest.mark.parametrize("dtype", ["i4", "u4", "i8", "f8"])
def test_what_is_compressed_and_would_be_rounded_is_not_written_elsewhere(
    tmp_path: Path, dtype: str
) -> None:
    unit = fits.CompImageHDU(sky(dtype), compression_type="GZIP_1", quantize_level=0)
    path = str(written(tmp_path, unit))
    with pytest.raises(UnsupportedImageError, match="would be rounded"), entire_image(path):
        pass


def bomb(folder: Path, tile: bytes) -> Path:
    """A compressed image of 100 x 150 pixels with one tile."""
    unit = fits.CompImageHDU(sky("i2", 100, 150), compression_type="GZIP_1", tile_shape=(100, 150))
    path = written(folder, unit)
    with fits.open(path, disable_image_compression=True) as units:
        told = units[1].header.copy()
    rows = np.empty(1, object)
    rows[0] = np.frombuffer(tile, "u1")
    column = fits.Column("COMPRESSED_DATA", "1PB()", array=rows)
    table = fits.BinTableHDU.from_columns([column])
    table.header.update({key: told[key] for key in told if key.startswith("Z")})
    return written(folder, table)


def test_a_tile_that_would_fill_the_memory_is_not_inflated(tmp_path: Path) -> None:
    member = gzip.compress(bytes(16 << 20))
    path = bomb(tmp_path, member * 16)
    tracemalloc.start()
    try:
        with pytest.raises(ImageError, match="a compressed tile is larger than it has to be"):
            open_image(path)
        assert tracemalloc.get_traced_memory()[1] < 16 << 20
    finally:
        tracemalloc.stop()


def test_a_tile_as_large_as_its_pixels_is_read_however_large_it_is(tmp_path: Path) -> None:
    """Past what is looked at: 70 KB of gzip."""
    image = NOISE.integers(0, 1000, (300, 400)).astype("i2")
    unit = fits.CompImageHDU(image, compression_type="GZIP_1", tile_shape=(300, 400))
    source = open_image(written(tmp_path, unit))
    assert np.array_equal(values(source), image)
    source.close()
