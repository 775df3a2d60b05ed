"""Promise: slides are shown as OpenSlide reads them, and without aliasing between their levels."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import openslide
import pytest
import pyvips

from glview.pyramid import IntRect
from glview.sources import slide
from glview.sources.base import TileSource
from glview.sources.opening import open_image
from glview.sources.slide import SlideSource
from glview.viewport import Viewport
from tests.gl.stage import Stage, still_options
from tests.slide_folders import write_dicom, write_mirax
from tests.slides import Pixels, reduced, tissue, write_scn, write_svs

MakeStage = Callable[..., Stage]
WIDTH, HEIGHT = 1603, 1205


@pytest.fixture(scope="module")
def full() -> Pixels:
    return tissue(WIDTH, HEIGHT)


@pytest.fixture
def svs(tmp_path: Path, full: Pixels) -> Path:
    path = tmp_path / "a.svs"
    write_svs(path, full)
    return path


def level_view(step: int, size: tuple[int, int]) -> Viewport:
    """A view of a level's own pixels from (16, 8) on."""
    width, height = size
    return Viewport(width, height, (16 + width / 2) * step, (8 + height / 2) * step, 1 / step)


@pytest.mark.parametrize("made", [open_image, SlideSource])
@pytest.mark.parametrize(("level", "size"), [(0, (300, 200)), (1, (300, 200)), (2, (70, 50))])
def test_a_level_on_the_pixel_grid_is_what_openslide_reads(
    stage: MakeStage, svs: Path, made: type, level: int, size: tuple[int, int]
) -> None:
    picture = stage(made(svs)).settle(level_view(4**level, size))
    with openslide.OpenSlide(svs) as slide:
        # From 0, 0 on, where OpenSlide blends nothing.
        read = slide.read_region((0, 0), level, (16 + size[0], 8 + size[1]))
    expected = np.asarray(read)[8:, 16:, :3].astype(float)
    # Where a tile begins further on OpenSlide blends neighbours, by up to an eighth part.
    most, mean = (1, 0.5) if made is open_image or level == 0 else (12, 1.5)
    off = np.abs(picture.astype(int) - expected)
    assert off.max() <= most
    assert off.mean() <= mean


def test_an_area_of_a_slide_is_what_openslide_reads(
    stage: MakeStage, tmp_path: Path, full: Pixels
) -> None:
    path = tmp_path / "a.scn"
    write_scn(path, {(202, 101): full[:600, :800]})
    view = Viewport(900, 700, 400.0, 300.0, 1.0)
    background = (1.0, 0.5, 0.0)
    made = stage(open_image(path), display=lambda d: replace(d, background=background))
    picture = made.settle(view)
    expected = np.empty((700, 900, 3))
    expected[:] = [255 * value for value in background]
    with openslide.OpenSlide(path) as slide:
        expected[50:650, 50:850] = np.asarray(slide.read_region((202, 101), 0, (800, 600)))[..., :3]
    assert np.abs(picture.astype(int) - expected).max() <= 1


@pytest.mark.parametrize(
    ("asked", "seen"), [(None, (0xB4, 0xC8, 0xF0)), ((0.0, 1.0, 0.0), (0, 255, 0))]
)
def test_gaps_and_what_is_around_have_the_slides_own_colour_or_that_which_is_asked_for(
    stage: MakeStage,
    tmp_path: Path,
    full: Pixels,
    asked: tuple[float, float, float] | None,
    seen: tuple[int, int, int],
) -> None:
    path = tmp_path / "a.mrxs"
    write_mirax(path, full[:256, :512], fill_bgr=0xF0C8B4)
    made = stage(SlideSource(path, whole=True), options=still_options(background=asked))
    # All of the slide, 1024x768, and 20 pixels around it.
    picture = made.settle(Viewport(1064, 808, 512.0, 384.0, 1.0))
    with openslide.OpenSlide(path) as read:
        assert read.properties["openslide.background-color"] == "B4C8F0"
        rgba = np.asarray(read.read_region((0, 0), 0, (1024, 768))).astype(float)
    alpha = rgba[:, :, 3:] / 255.0
    assert 0.8 < (alpha == 0.0).mean() < 0.9
    expected = np.full((808, 1064, 3), seen, float)
    expected[20:788, 20:1044] = rgba[:, :, :3] * alpha + np.array(seen) * (1.0 - alpha)
    assert np.abs(picture - expected).max() <= 1


def test_a_level_of_an_area_lies_where_full_resolution_has_it(
    stage: MakeStage, tmp_path: Path, full: Pixels
) -> None:
    path = tmp_path / "a.scn"
    write_scn(path, {(203, 102): full[:600, :800]})
    view = Viewport(100, 80, 400.0, 300.0, 0.25)
    picture = stage(open_image(path)).settle(view)
    assert np.abs(picture.astype(int) - reduced(full, 4)[35:115, 50:150]).max() <= 1


def test_a_level_of_a_part_lies_where_full_resolution_has_it(
    stage: MakeStage, svs: Path, full: Pixels, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The part's corner is amid a coarse pixel, whose level so begins before the image does."""
    monkeypatch.setattr(slide, "bounds", lambda *_: IntRect(202, 101, 1002, 901))
    # On the coarse level's own grid: 2 and 1 pixels of the image are before it.
    view = Viewport(100, 80, 402.0, 303.0, 0.25)
    picture = stage(SlideSource(svs)).settle(view)
    off = np.abs(picture.astype(int) - reduced(full, 4)[61:141, 101:201])
    assert off.mean() < 1.0


@pytest.mark.parametrize("step", [2, 8])
def test_a_level_between_those_of_the_file_is_made_of_means(
    stage: MakeStage, svs: Path, full: Pixels, step: int
) -> None:
    view = Viewport(80, 60, 50.0 * step, 40.0 * step, 1 / step)
    picture = stage(open_image(svs)).settle(view)
    assert np.abs(picture.astype(int) - reduced(full, step)[10:70, 10:90]).max() <= 1


@pytest.mark.parametrize(("period", "scale"), [(4, 0.27), (5, 0.3), (20, 0.075)])
def test_between_levels_four_apart_stripes_make_no_moire(
    stage: MakeStage, tmp_path: Path, period: int, scale: float
) -> None:
    """As narrow as a pixel or two of the screen; without levels between they span 86 of 255."""
    stripes = np.zeros((1024, 1024, 3), np.uint8)
    stripes[:, np.arange(1024) % period < period / 2] = 255
    path = tmp_path / "stripes.svs"
    write_svs(path, stripes)
    view = Viewport(60, 40, 512.0, 512.0, scale)
    picture = stage(open_image(path)).settle(view)
    assert np.ptp(picture.astype(int)) < 65


@pytest.mark.parametrize(
    ("name", "made"), [("a.svs", open_image), ("a.svs", SlideSource), ("a.dcm", open_image)]
)
def test_colours_of_a_slide_are_those_of_its_profile(
    stage: MakeStage, tmp_path: Path, full: Pixels, name: str, made: Callable[..., TileSource]
) -> None:
    path, profile = tmp_path / name, bytes(pyvips.Image.profile_load("p3"))
    pixels = full[:300, :400]
    write = write_svs if name == "a.svs" else write_dicom
    write(path, pixels, profile=profile)
    seen = stage(made(path)).settle(Viewport(400, 300, 200.0, 150.0, 1.0))
    picture = pyvips.Image.new_from_array(pixels).copy(interpretation="srgb")
    picture.set_type(pyvips.GValue.blob_type, "icc-profile-data", profile)
    theirs = picture.icc_transform(
        "srgb", embedded=True, depth=16, intent="relative", black_point_compensation=True
    )
    ours = pyvips.Image.new_from_array(np.ascontiguousarray(seen)).copy(interpretation="srgb")
    off = ours.colourspace("lab").dE00(theirs.copy(interpretation="rgb16").colourspace("lab"))
    # Roundings to 8 bits are most of it.
    assert off.avg() < 0.3
    assert np.abs(seen.astype(int) - pixels).max() > 20
