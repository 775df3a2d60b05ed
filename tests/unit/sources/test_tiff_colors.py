"""Colours of TIFFs that are no grey and no RGB, whatever they are compressed with."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from numpy.typing import NDArray

from glview.errors import UnsupportedImageError
from glview.image import SampleType
from glview.sources.opening import open_image
from tests.unit.sources.build import picture, whole

Seen = Callable[..., NDArray[Any]]


@pytest.fixture
def seen(tmp_path: Path) -> Seen:
    def write_and_see(image: NDArray[Any], **options: Any) -> NDArray[Any]:
        tifffile.imwrite(tmp_path / "a.tif", image, **options)
        source = open_image(tmp_path / "a.tif")
        pixels = whole(source, 0)
        source.close()
        return pixels

    return write_and_see


LAYOUTS: list[dict[str, Any]] = [{"tile": (32, 48)}, {"rowsperstrip": 20}]
COLOURS = [
    # Photometric, stored, seen. Red, grey, and blue.
    ("ycbcr", np.uint8, [(76, 85, 255), (128, 128, 128), (29, 255, 107)],
     [(254, 0, 0), (128, 128, 128), (0, 0, 254)]),
    ("ycbcr", np.uint16, [(19595, 21709, 65535), (32896, 32768, 32768), (7472, 65535, 27439)],
     [(65533, 0, 1), (32896, 32896, 32896), (0, 0, 65535)]),
    ("cielab", np.uint8, [(136, 80, 67), (137, 0, 0), (82, 79, 256 - 108)],
     [(255, 0, 0), (129, 128, 128), (0, 0, 255)]),
    ("cielab", np.uint16, [(34891, 20503, 17203), (35000, 0, 0), (21168, 20272, 65536 - 27614)],
     [(255, 0, 0), (127, 127, 127), (0, 0, 255)]),
    ("icclab", np.uint8, [(136, 208, 195), (137, 128, 128), (82, 207, 20)],
     [(255, 0, 0), (129, 128, 128), (0, 0, 255)]),
    ("icclab", np.uint16, [(34755, 53271, 49971), (34863, 32768, 32768), (21086, 53040, 5154)],
     [(255, 0, 0), (127, 127, 127), (0, 0, 255)]),
]  # fmt: skip


@pytest.mark.parametrize("compression", [None, "zlib", "zstd"])
@pytest.mark.parametrize("planar", ["contig", "separate"])
@pytest.mark.parametrize(
    "colours", COLOURS, ids=[f"{name}-{np.dtype(dtype)}" for name, dtype, *_ in COLOURS]
)
def test_colours_are_those_that_the_samples_mean(
    seen: Seen, compression: str | None, planar: str, colours: Any
) -> None:
    photometric, dtype, stored, expected = colours
    image = np.repeat(np.array([stored] * 40, dtype), 20, axis=1)
    if planar == "separate":
        image = np.moveaxis(image, 2, 0)
    for layout in LAYOUTS:
        pixels = seen(
            image, photometric=photometric, planarconfig=planar, compression=compression, **layout
        )
        want = np.repeat(np.array([expected] * 40), 20, axis=1)
        allowed = 257 if pixels.dtype == np.uint16 else 2
        assert np.abs(pixels.astype(int) - want).max() <= allowed


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
def test_cmyk_looks_the_same_whatever_it_is_compressed_with(
    seen: Seen, layout: dict[str, Any], dtype: str
) -> None:
    image = picture(70, 90, 4, dtype)
    plain = seen(image, photometric="separated", **layout)
    assert plain.dtype == SampleType.U8.dtype
    packed = seen(image, photometric="separated", compression="zstd", **layout)
    assert np.abs(packed.astype(int) - plain).max() <= 1


def test_large_strips_of_mixed_colours_are_the_same_from_top_to_bottom(seen: Seen) -> None:
    image = np.full((1100, 2000, 3), (76, 85, 255), np.uint8)
    image[1090:] = 29, 255, 107
    pixels = seen(image, photometric="ycbcr", rowsperstrip=1100, compression="zstd")
    assert pixels[::1099, 5].tolist() == [[254, 0, 0], [0, 0, 254]]


def test_colours_with_alpha_are_refused_by_name(seen: Seen) -> None:
    image = np.zeros((8, 8, 5), np.uint8)
    with pytest.raises(UnsupportedImageError, match="CMYK with alpha is not supported"):
        seen(image, photometric="separated", extrasamples=["unassalpha"], compression="zstd")
