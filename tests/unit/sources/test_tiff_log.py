"""SGI's logarithms of light in TIFF, in files of our own, against libtiff in imagecodecs."""

import struct
from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
import pytest
from numpy.typing import NDArray

from glview.errors import ImageError, TileError
from glview.image import ColorModel, SampleType
from glview.sources.opening import open_image
from glview.sources.tiff_directory import LONG, SHORT, Field, laid_out
from tests.unit.sources.build import overwrite, tiff_entries, whole

WIDTH, ROWS = 48, 3
_RGB_OF_XYZ = np.array(
    [[3.2404542, -1.5371385, -0.4985314], [-0.969266, 1.8760108, 0.041556],
     [0.0556434, -0.2040259, 1.0572252]]
)  # fmt: skip
_WHITE = (0.95047, 1.0, 1.08883)
"""Equal light of all colours is white in LogLuv, and this in sRGB's own."""


def srgb(linear: NDArray[Any]) -> NDArray[Any]:
    curved = 1.055 * np.maximum(linear, 0) ** (1 / 2.4) - 0.055
    return np.where(linear <= 0.0031308, 12.92 * linear, curved)


def _runs(values: NDArray[Any], planes: int) -> bytes:
    """Rows as libtiff writes those without runs: the bytes of each significance together."""
    out = b""
    for row in values:
        for plane in reversed(range(planes)):
            out += bytes((len(row),)) + (row >> (8 * plane) & 255).astype(np.uint8).tobytes()
    return out


def write(path: Path, data: bytes, compression: int, photometric: int, *, tiled: bool) -> None:
    samples = 1 if photometric == 32844 else 3
    sizes = {256: WIDTH, 257: ROWS}
    sizes |= {322: WIDTH, 323: 16, 324: 8, 325: len(data)} if tiled else {}
    sizes |= {} if tiled else {278: ROWS, 273: 8, 279: len(data)}
    words = {259: [compression], 262: [photometric], 277: [samples], 284: [1]}
    words |= {258: [16] * samples, 339: [2] * samples}
    fields = [Field(tag, LONG, 1, struct.pack("<I", value)) for tag, value in sizes.items()]
    fields += [
        Field(tag, SHORT, len(values), struct.pack(f"<{len(values)}H", *values))
        for tag, values in words.items()
    ]
    body = data + bytes(len(data) % 2)
    directory, _ = laid_out(fields, 8 + len(body), order="<", big=False)
    path.write_bytes(struct.pack("<2sHI", b"II", 42, 8 + len(body)) + body + directory)


def stored(kind: str, rows: int) -> tuple[bytes, int, int]:
    """Every step of some light and colour, with the compression and the photometric of it."""
    number = np.arange(WIDTH * rows, dtype=np.uint32).reshape(rows, WIDTH)
    light = 15_000 + number * 19
    if kind == "LogL":
        return _runs(light, 2), 34676, 32844
    if kind == "LogLuv":
        return _runs(light << 16 | (80 + number % 13) << 8 | 185 + number % 11, 4), 34676, 32845
    packed = (700 + number * 270 // number.size) << 14 | (6052 + number % 30)
    return packed.astype(">u4").view(np.uint8).reshape(-1, 4)[:, 1:].tobytes(), 34677, 32845


@pytest.mark.parametrize("kind", ["LogL", "LogLuv", "LogLuv 24"])
@pytest.mark.parametrize("tiled", [False, True])
def test_light_is_what_libtiff_makes_of_it_encoded_as_srgb(
    tmp_path: Path, kind: str, *, tiled: bool
) -> None:
    path = tmp_path / "a.tif"
    data, compression, photometric = stored(kind, 16 if tiled else ROWS)
    write(path, data, compression, photometric, tiled=tiled)
    source = open_image(path)
    assert source.description.sample_type is SampleType.F32
    pixels = whole(source, 0)
    source.close()
    told = np.asarray(imagecodecs.tiff_decode(path.read_bytes()), np.float64)
    if kind == "LogL":
        assert source.description.color_model is ColorModel.GREY
        expected = srgb(2.0 ** ((told + 0.5) / 256 - 64))[..., None]
    else:
        assert source.description.color_model is ColorModel.RGB
        expected = srgb(told * _WHITE @ _RGB_OF_XYZ.T)
    assert expected.max() > 1.5
    assert np.abs(pixels - expected).max() <= 1 / 255


def test_light_of_one_is_white_and_none_is_black(tmp_path: Path) -> None:
    light = np.full((ROWS, WIDTH), 16_384)
    light[1] = 0
    light[2] = 15_814
    write(tmp_path / "a.tif", _runs(light, 2), 34676, 32844, tiled=False)
    source = open_image(tmp_path / "a.tif")
    pixels = whole(source, 0)
    assert pixels[:, 7, 0].tolist() == pytest.approx([1.0, 0.0, 0.5], abs=1 / 255)
    source.close()


@pytest.mark.parametrize("kind", ["LogL", "LogLuv", "LogLuv 24"])
def test_light_that_was_cut_is_an_error_that_names_the_file(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "a.tif"
    write(path, *stored(kind, 16), tiled=True)
    overwrite(path, tiff_entries(path)[325][3] + 8, struct.pack("<I", 50))
    source = open_image(path)
    with pytest.raises((ImageError, TileError), match=r"a\.tif: "):
        whole(source, 0)
    source.close()


def test_sgi_log_of_other_samples_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    write(path, *stored("LogL", ROWS), tiled=False)
    overwrite(path, tiff_entries(path)[262][3] + 8, struct.pack("<H", 1))
    with pytest.raises(ImageError, match=r"TIFF compression SGI Log \(34676\) is not supported"):
        open_image(path)
