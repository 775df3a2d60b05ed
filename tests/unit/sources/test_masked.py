"""Masks in a TIFF: where the image that they belong to is transparent."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from numpy.typing import NDArray

from glview.image import ColorModel
from glview.pyramid import TileKey
from glview.sources.base import TileSource, at_plane
from glview.sources.describe import as_text
from glview.sources.entire import entire_image
from glview.sources.inspecting import inspect_file
from glview.sources.opening import open_image
from tests.images import detailed
from tests.unit.sources.build import open_descriptors, overwrite, tiff_entries, whole

HEIGHT, WIDTH = 300, 400
_SUBFILE, _COMPRESSION, _PHOTOMETRIC = 254, 259, 262
Layout = dict[str, Any]
TILES: Layout = {"tile": (128, 128)}
STRIPS: Layout = {"rowsperstrip": 32}


def pixels(bands: int = 3, dtype: str = "uint8") -> NDArray[Any]:
    made = np.asarray(detailed(WIDTH, HEIGHT, 3))[..., :bands].astype(np.float64)
    return (made * 200 if dtype != "uint8" else made).astype(dtype)


def disc(step: int = 1) -> NDArray[np.bool_]:
    y, x = np.mgrid[0 : HEIGHT // step, 0 : WIDTH // step]
    return np.asarray(np.hypot(x - 200 / step, y - 150 / step) < 140 / step)


def write(
    path: Path,
    image: NDArray[Any],
    *,
    layout: Layout = TILES,
    mask_layout: Layout = TILES,
    steps: tuple[int, ...] = (1,),
    masked_steps: tuple[int, ...] | None = None,
    pages: int = 1,
) -> None:
    """As GDAL does: each level with its mask behind it."""
    common: dict[str, Any] = {"metadata": None, "compression": "zlib"}
    photometric = "rgb" if image.shape[2] >= 3 else "minisblack"
    with tifffile.TiffWriter(path) as file:
        for number in range(pages):
            for step in steps:
                small = image[: HEIGHT // step * step : step, : WIDTH // step * step : step]
                small = (small[..., 0] if image.shape[2] == 1 else small) // (number + 1)
                reduced = int(step > 1)
                file.write(
                    small.astype(image.dtype), photometric=photometric, subfiletype=reduced,
                    **common, **layout,
                )  # fmt: skip
                if masked_steps is None or step in masked_steps:
                    shown = disc(step) if number == 0 else ~disc(step)
                    file.write(
                        shown, photometric="mask", subfiletype=4 | reduced, **common, **mask_layout
                    )


def break_piece(path: Path) -> None:
    """The first strip or tile of the first mask."""
    with tifffile.TiffFile(path) as file:
        page: Any = file.pages[1]
        overwrite(path, page.dataoffsets[0], b"\xaa" * 8)


def alpha(source: TileSource, level: int = 0) -> NDArray[Any]:
    return whole(source, level)[..., -1]


@pytest.mark.parametrize("mask_layout", [TILES, {"tile": (64, 32)}, {"tile": (512, 512)}])
def test_alpha_of_every_level_is_its_mask(tmp_path: Path, mask_layout: Layout) -> None:
    path, image = tmp_path / "a.tif", pixels()
    write(path, image, mask_layout=mask_layout, steps=(1, 2, 4))
    source = open_image(path)
    told = source.description
    assert (told.color_model, told.bands, told.alpha) == (ColorModel.RGB, 3, True)
    assert [level.width for level in told.pyramid.levels] == [400, 200, 100]
    for number, step in enumerate((1, 2, 4)):
        assert np.array_equal(alpha(source, number), np.where(disc(step), 255, 0))
        assert np.array_equal(whole(source, number)[..., :3], image[::step, ::step])
    source.close()


@pytest.mark.parametrize("mask_layout", [STRIPS, TILES])
def test_of_an_image_that_is_decoded_whole_as_well(tmp_path: Path, mask_layout: Layout) -> None:
    path, image = tmp_path / "a.tif", pixels()
    write(path, image, layout=STRIPS, mask_layout=mask_layout)
    source = open_image(path)
    assert np.array_equal(alpha(source), np.where(disc(), 255, 0))
    assert np.array_equal(whole(source, 0)[..., :3], image)
    source.close()


def test_a_mask_is_turned_with_its_image(tmp_path: Path) -> None:
    path, image = tmp_path / "a.tif", pixels()
    write(path, image, layout={**TILES, "extratags": [(274, 3, 1, 6, True)]})
    source = open_image(path)
    assert np.array_equal(alpha(source), np.rot90(np.where(disc(), 255, 0), -1))
    assert np.array_equal(whole(source, 0)[..., :3], np.rot90(image, -1))
    source.close()


def test_of_tiles_a_mask_in_strips_is_none_and_that_is_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "a.tif"
    write(path, pixels(), mask_layout=STRIPS)
    source = open_image(path)
    assert not source.description.alpha
    assert "its mask, which has strips, is not applied to tiles" in caplog.text
    assert "mask: its mask, which has strips, is not applied" in as_text(inspect_file(path))
    source.close()


@pytest.mark.parametrize("mask_layout", [STRIPS, TILES])
def test_of_strips_that_are_read_one_by_one_as_well(tmp_path: Path, mask_layout: Layout) -> None:
    path, image = tmp_path / "a.tif", pixels(1, "float64")
    write(path, image, layout=STRIPS, mask_layout=mask_layout)
    source = open_image(path)
    expected = np.where(disc(), image[..., 0], np.nan).astype(np.float32)
    assert np.array_equal(whole(source, 0)[..., 0], expected, equal_nan=True)
    source.close()


def test_a_mask_that_does_not_fit_leaves_the_image(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path, image = tmp_path / "a.tif", pixels(1, "float64")
    write(path, image, layout=STRIPS, mask_layout=STRIPS)
    source = open_image(path, budget_bytes=100_000)
    assert not np.isnan(whole(source, 0)).any()
    assert "its mask cannot be read: needs" in caplog.text
    source.close()


@pytest.mark.parametrize("layout", [STRIPS, TILES])
@pytest.mark.parametrize(("dtype", "opaque"), [("uint16", 65_535), ("int16", 32_767)])
def test_an_alpha_is_the_largest_of_its_type(
    tmp_path: Path, layout: Layout, dtype: str, opaque: int
) -> None:
    path, image = tmp_path / "a.tif", pixels(1, dtype)
    write(path, image, layout=layout)
    source = open_image(path)
    assert (source.description.color_model, source.description.alpha) == (ColorModel.GREY, True)
    assert np.array_equal(alpha(source), np.where(disc(), opaque, 0))
    assert np.array_equal(whole(source, 0)[..., :1], image)
    source.close()


@pytest.mark.parametrize("layout", [STRIPS, TILES])
def test_floats_that_are_masked_are_nothing(tmp_path: Path, layout: Layout) -> None:
    path, image = tmp_path / "a.tif", pixels(1, "float32")
    write(path, image, layout=layout)
    source = open_image(path)
    assert not source.description.alpha
    expected = np.where(disc(), image[..., 0], np.nan)
    assert np.array_equal(whole(source, 0)[..., 0], expected, equal_nan=True)
    source.close()


def test_wide_samples_keep_their_offset(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    image = (pixels(1, "float64") % 97 + 3_000_000_000).astype("uint32")
    write(path, image)
    source = open_image(path)
    told = source.description
    assert told.offset != 0.0
    assert np.array_equal(
        whole(source, 0)[..., 0].astype(np.float64) + told.offset,
        np.where(disc(), image[..., 0], np.nan),
        equal_nan=True,
    )
    source.close()


def test_pages_have_their_own_masks(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    write(path, pixels(), pages=2)
    source = open_image(path)
    assert [axis.size for axis in source.description.axes] == [2]
    other = at_plane(source, (1,))
    assert np.array_equal(alpha(source), np.where(disc(), 255, 0))
    assert np.array_equal(alpha(other), np.where(disc(), 0, 255))
    other.close()
    source.close()
    assert inspect_file(path).other_pages == 0


def test_levels_without_a_mask_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    write(path, pixels(), steps=(1, 2, 4), masked_steps=(1, 2))
    source = open_image(path)
    assert [level.width for level in source.description.pyramid.levels] == [400, 200]
    source.close()


def test_masks_of_eight_bits_are_shares(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    shares = np.linspace(0, 255, HEIGHT * WIDTH).astype(np.uint8).reshape(HEIGHT, WIDTH)
    with tifffile.TiffWriter(path) as file:
        file.write(pixels(), photometric="rgb", metadata=None, **TILES)
        file.write(shares, photometric="minisblack", metadata=None, subfiletype=1, **TILES)
    for tag in (_SUBFILE, _PHOTOMETRIC):
        overwrite(path, tiff_entries(path, 1)[tag][3] + 8, (4).to_bytes(2, "little"))
    source = open_image(path)
    assert np.array_equal(alpha(source), shares)
    source.close()


@pytest.mark.parametrize("layout", [STRIPS, TILES])
def test_an_alpha_of_the_images_own_is_masked(tmp_path: Path, layout: Layout) -> None:
    path = tmp_path / "a.tif"
    image = np.dstack([pixels(), np.full((HEIGHT, WIDTH), 100, np.uint8)])
    with tifffile.TiffWriter(path) as file:
        file.write(image, photometric="rgb", extrasamples=["unassalpha"], metadata=None, **layout)
        file.write(disc(), photometric="mask", subfiletype=4, metadata=None, **layout)
    source = open_image(path)
    assert source.description.bands == 3
    assert np.array_equal(alpha(source), np.where(disc(), 100, 0))
    source.close()


def test_a_broken_part_of_a_mask_masks_nothing_and_is_told(tmp_path: Path) -> None:
    path, image = tmp_path / "a.tif", pixels()
    write(path, image)
    break_piece(path)
    source = open_image(path)
    tile = source.read_tile(TileKey(0, 0, 0))
    assert tile is not None
    assert (tile.pixels[..., 3] == 255).all()
    assert np.array_equal(tile.pixels[..., :3], image[:128, :128])
    assert tile.fault is not None
    other = source.read_tile(TileKey(0, 1, 1))
    assert other is not None
    assert other.fault is None
    source.close()


def test_a_broken_tile_beside_others_in_one_of_the_image_masks_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    write(path, pixels(), mask_layout={"tile": (64, 64)})
    break_piece(path)
    source = open_image(path)
    tile = source.read_tile(TileKey(0, 0, 0))
    assert tile is not None
    assert (tile.pixels[:64, :64, 3] == 255).all()
    assert np.array_equal(tile.pixels[64:, :, 3] == 255, disc()[64:128, :128])
    assert tile.fault is not None
    source.close()


def test_a_broken_strip_masks_nothing_and_is_told_where_all_is_decoded(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "a.tif"
    write(path, pixels(), layout=STRIPS, mask_layout=STRIPS)
    break_piece(path)
    source = open_image(path)
    shown = alpha(source)
    assert (shown[:32] == 255).all()
    assert np.array_equal(shown[32:] > 0, disc()[32:])
    assert "its mask: 1 of 10 strips cannot be read" in caplog.text
    source.close()


def test_a_mask_that_is_broken_all_over_is_told_where_all_is_decoded(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path, image = tmp_path / "a.tif", pixels()
    write(path, image, layout=STRIPS, mask_layout={"rowsperstrip": HEIGHT})
    break_piece(path)
    source = open_image(path)
    assert (alpha(source) == 255).all()
    assert "its mask cannot be read" in caplog.text
    source.close()


def test_a_mask_of_another_size_is_none(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "a.tif"
    with tifffile.TiffWriter(path) as file:
        file.write(pixels(), photometric="rgb", metadata=None, **TILES)
        file.write(disc()[:200], photometric="mask", subfiletype=4, metadata=None, **TILES)
    source = open_image(path)
    assert not source.description.alpha
    assert not caplog.text
    source.close()


def test_a_mask_that_cannot_be_read_leaves_the_image(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "a.tif"
    write(path, pixels())
    overwrite(path, tiff_entries(path, 1)[_COMPRESSION][3] + 8, (9999).to_bytes(2, "little"))
    before = open_descriptors()
    source = open_image(path)
    assert not source.description.alpha
    assert "its mask cannot be read" in caplog.text
    source.close()
    assert open_descriptors() == before


def test_info_tells_of_a_mask(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    write(path, pixels(), steps=(1, 2))
    text = as_text(inspect_file(path))
    assert "mask: page 2 says where it is transparent" in text
    assert "RGB, uint8; shown as RGB and alpha" in text
    assert "other pages" not in text


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
def test_a_pyramid_is_made_with_it(tmp_path: Path, dtype: str) -> None:
    path, image = tmp_path / "a.tif", pixels(1, dtype)
    write(path, image)
    with entire_image(str(path)) as entire:
        made = entire.undecoded().numpy().reshape(HEIGHT, WIDTH, -1)
    if dtype == "float32":
        assert np.array_equal(made[..., 0], np.where(disc(), image[..., 0], np.nan), equal_nan=True)
    else:
        assert np.array_equal(made[..., 0], image[..., 0])
        assert np.array_equal(made[..., 1], np.where(disc(), np.iinfo(dtype).max, 0))


def test_of_channels_shown_together_the_mask_is_not_applied_and_that_is_told(
    tmp_path: Path,
) -> None:
    path = tmp_path / "a.tif"
    told = '{"shape": [2, 200, 300], "axes": "CYX"}'
    with tifffile.TiffWriter(path) as file:
        for text in (told, None):
            file.write(
                pixels()[:200, :300, 0], photometric="minisblack", metadata=None, description=text,
                contiguous=False, tile=(64, 64),
            )  # fmt: skip
        for _ in range(2):
            mask = disc()[:200, :300]
            file.write(mask, photometric="mask", subfiletype=4, metadata=None, tile=(64, 64))
    stored = inspect_file(path)
    assert stored.planes.together == 2
    assert stored.other_pages == 2
    assert "is not applied to channels" in stored.metadata["mask"]
