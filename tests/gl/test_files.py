"""Promise: real files on the pixel grid are shown as what the file holds, level by level."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pyvips
import tifffile
from numpy.typing import NDArray

import glview
from glview.sources.opening import open_image
from glview.viewport import Viewport
from tests.gl.stage import Stage
from tests.images import detailed

MakeStage = Callable[..., Stage]
WIDTH, HEIGHT = 1003, 805


def vips(array: NDArray[np.generic], interpretation: str | None = None) -> Any:
    image = pyvips.Image.new_from_array(array)
    return image if interpretation is None else image.copy(interpretation=interpretation)


def level_view(level: int, *, size: tuple[int, int] = (200, 150)) -> Viewport:
    """A view of the level's own pixels from (16, 8) on."""
    step = 2.0**level
    width, height = size
    return Viewport(width, height, (16 + width / 2) * step, (8 + height / 2) * step, 1 / step)


def shown(picture: NDArray[np.generic], level: Any) -> float:
    """The largest difference between a `level_view` and a level read by pyvips."""
    expected = level.numpy()
    if expected.ndim == 2:
        expected = expected[..., None]
    height, width = picture.shape[:2]
    expected = expected[8 : 8 + height, 16 : 16 + width]
    return float(np.abs(picture - expected.astype(np.float64)).max())


def stored_level(folder: Path, tile: int, overlap: int) -> Any:
    """One level of a DeepZoom folder, put together from its files named column_row."""
    whole = pyvips.Image.black(1, 1, bands=3)
    for path in folder.iterdir():
        column, row = (int(part) for part in path.stem.split("_"))
        left, top = overlap if column else 0, overlap if row else 0
        part = pyvips.Image.new_from_file(str(path))
        part = part.crop(left, top, part.width - left, part.height - top)
        whole = whole.insert(part, column * tile, row * tile, expand=True)
    # Tiles bring their right and lower neighbours' texels: later ones cover them, all are alike.
    return whole


@pytest.mark.parametrize("overlap", [0, 1, 2])
@pytest.mark.parametrize("tile", [254, 129])
@pytest.mark.parametrize("level", [0, 1, 2])
def test_deepzoom(stage: MakeStage, tmp_path: Path, overlap: int, tile: int, level: int) -> None:
    image = vips(detailed(WIDTH, HEIGHT))
    image.dzsave(str(tmp_path / "a"), tile_size=tile, overlap=overlap, suffix=".png")
    picture = stage(open_image(tmp_path / "a.dzi")).settle(level_view(level))
    expected = stored_level(tmp_path / "a_files" / str(10 - level), tile, overlap)
    assert (expected.width, expected.height) == (-(-WIDTH >> level), -(-HEIGHT >> level))
    assert shown(picture, expected) <= 1


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_rgb_and_more_looks_as_rgb(tmp_path: Path, dtype: type[np.unsignedinteger[Any]]) -> None:
    """At a scale between two levels, and 16 bits in the windows that are found."""
    rgb = detailed(WIDTH, HEIGHT).astype(dtype) * (1 if dtype is np.uint8 else 100)
    beside = np.full((HEIGHT, WIDTH, 2), 77, dtype)
    options: dict[str, Any] = {"photometric": "rgb", "metadata": None, "tile": (256, 256)}
    tifffile.imwrite(tmp_path / "rgb.tif", rgb, **options)
    extras = ["unspecified"] * 2
    more = np.dstack([rgb, beside])
    tifffile.imwrite(tmp_path / "more.tif", more, extrasamples=extras, **options)
    seen, expected = (
        glview.render(tmp_path / name, size=(400, 300), zoom=0.7).astype(np.int16)
        for name in ("more.tif", "rgb.tif")
    )
    assert np.abs(seen - expected).max() <= 1


@pytest.mark.parametrize("subifd", [False, True])
@pytest.mark.parametrize("compression", ["none", "lzw", "deflate", "jpeg"])
@pytest.mark.parametrize("level", [0, 1, 2])
def test_tiff_pyramids(
    stage: MakeStage, tmp_path: Path, *, subifd: bool, compression: str, level: int
) -> None:
    path = tmp_path / "a.tif"
    vips(detailed(WIDTH, HEIGHT)).tiffsave(
        str(path),
        tile=True,
        pyramid=True,
        subifd=subifd,
        compression=compression,
        tile_width=128,
        tile_height=128,
        bigtiff=subifd,
    )
    place = {"subifd": level - 1} if subifd else {"page": level}
    expected = pyvips.Image.new_from_file(str(path), **place)
    picture = stage(open_image(path)).settle(level_view(level, size=(180, 140)))
    assert shown(picture, expected) <= 1


@pytest.mark.parametrize("kind", ["grey", "rgb", "rgba", "cmyk"])
def test_bands_of_tiled_tiffs(stage: MakeStage, tmp_path: Path, kind: str) -> None:
    bands = {"grey": 1, "rgb": 3, "rgba": 4, "cmyk": 4}[kind]
    image = vips(detailed(400, 300, bands), "cmyk" if kind == "cmyk" else None)
    path = tmp_path / "a.tif"
    image.tiffsave(str(path), tile=True, pyramid=True, compression="deflate")
    background = (0.25, 0.5, 0.75)
    made = stage(open_image(path), display=lambda d: replace(d, background=background))
    picture = made.settle(level_view(0))
    expected = image
    if kind == "cmyk":
        expected = pyvips.Image.new_from_file(str(path)).colourspace("srgb")
    if kind == "rgba":
        # In floats: libvips' own flatten cuts the fraction off.
        alpha = image[3] / 255.0
        expected = image[:3] * alpha + [255 * v for v in background] * (1.0 - alpha)
    assert shown(picture, expected) <= 1


def test_palette_tiff(stage: MakeStage, tmp_path: Path) -> None:
    indices = (detailed(400, 300, 1)[..., 0] // 16).astype(np.uint8)
    rng = np.random.default_rng(5)
    colormap = rng.integers(0, 256, (3, 256), dtype=np.uint16) * 257
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, indices, photometric="palette", colormap=colormap, tile=(128, 128))
    picture = stage(open_image(path)).settle(level_view(0))
    expected = (colormap // 257).astype(np.uint8)[:, indices].transpose(1, 2, 0)
    assert shown(picture, vips(expected)) <= 1


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp", ".tif"])
def test_plain_files(stage: MakeStage, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    vips(detailed(400, 300)).write_to_file(str(path))
    picture = stage(open_image(path)).settle(level_view(0))
    assert shown(picture, pyvips.Image.new_from_file(str(path))) <= 1


def test_orientation_of_a_photograph(stage: MakeStage, tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    image = vips(detailed(400, 300)).copy()
    image.set_type(pyvips.GValue.gint_type, "orientation", 6)
    image.jpegsave(str(path), Q=95)
    expected = pyvips.Image.new_from_file(str(path)).autorot()
    assert (expected.width, expected.height) == (300, 400)
    assert shown(stage(open_image(path)).settle(level_view(0)), expected) <= 1
