"""Embedded colour profiles become tables that are as good as littleCMS."""

from pathlib import Path

import numpy as np
import pytest
import pyvips
from numpy.typing import NDArray

from glview.auto_window import wants_survey
from glview.image import ColorTable
from glview.sources.icc import color_table, screen_table
from glview.sources.opening import open_image
from tests.images import detailed
from tests.profiles import swapped

P3 = bytes(pyvips.Image.profile_load("p3"))
SRGB = bytes(pyvips.Image.profile_load("srgb"))


def by_littlecms(picture: pyvips.Image, profile: bytes) -> pyvips.Image:
    picture = picture.copy()
    picture.set_type(pyvips.GValue.blob_type, "icc-profile-data", profile)
    return picture.icc_transform(
        "srgb", embedded=True, depth=16, intent="relative", black_point_compensation=True
    )


def rgb16(pixels: NDArray[np.uint16]) -> pyvips.Image:
    return pyvips.Image.new_from_array(pixels).copy(interpretation="rgb16")


def test_colours_are_those_of_littlecms() -> None:
    pixels = np.random.default_rng(1).integers(0, 65_536, (100, 100, 3), np.uint16)
    table = color_table(P3, "picture")
    assert table is not None
    ours = rgb16(np.rint(table.of(pixels / 65_535.0) * 65_535).astype(np.uint16))
    theirs = by_littlecms(rgb16(pixels), P3).copy(interpretation="rgb16")
    off = ours.colourspace("lab").dE00(theirs.colourspace("lab"))
    assert off.avg() < 0.05
    assert off.max() < 1.0


def test_red_of_a_wide_gamut_is_the_reddest_there_is() -> None:
    table = color_table(P3, "picture")
    assert table is not None
    assert table.values[-1, 0, 0].tolist() == [1.0, 0.0, 0.0]
    assert table.values[0, 0, 0].tolist() == [0.0, 0.0, 0.0]
    assert table.values[-1, -1, -1] == pytest.approx([1.0, 1.0, 1.0], abs=1e-4)


def test_what_is_srgb_already_has_no_table() -> None:
    assert color_table(bytes(pyvips.Image.profile_load("srgb")), "picture") is None
    assert color_table(None, "picture") is None


def test_a_profile_of_inks_is_not_for_rgb() -> None:
    assert color_table(bytes(pyvips.Image.profile_load("cmyk")), "picture") is None


@pytest.mark.parametrize("kept", [100, 200, 300])
def test_a_broken_profile_is_left(kept: int) -> None:
    assert color_table(P3[:kept] + bytes(len(P3) - kept), "picture") is None
    assert color_table(P3[:kept], "picture") is None


@pytest.mark.parametrize("how", ["flat.jpg", "flat.png", "tiles.tif", "strips.tif", "tiles.dzi"])
def test_files_say_what_their_colours_are(tmp_path: Path, how: str) -> None:
    picture = pyvips.Image.new_from_array(detailed(300, 200)).copy(interpretation="srgb")
    picture = picture.icc_transform("p3", input_profile="srgb")
    path = tmp_path / how
    if path.suffix == ".dzi":
        picture.dzsave(str(path.with_suffix("")), suffix=".jpg", keep="icc")
    elif path.suffix == ".tif":
        picture.tiffsave(str(path), tile=how == "tiles.tif", pyramid=how == "tiles.tif")
    else:
        picture.write_to_file(str(path))
    source = open_image(path)
    table = source.description.color_table
    source.close()
    assert table is not None
    assert table.values.shape == (33, 33, 33, 3)


@pytest.mark.parametrize("how", ["flat.png", "tiles.tif", "tiles.dzi"])
def test_a_profile_of_srgb_says_what_16_bits_are_too(tmp_path: Path, how: str) -> None:
    wide = rgb16(detailed(300, 200).astype(np.uint16) * 257)
    wide.set_type(pyvips.GValue.blob_type, "icc-profile-data", SRGB)
    path = tmp_path / how
    if path.suffix == ".dzi":
        wide.dzsave(str(path.with_suffix("")), suffix=".png", keep="icc")
    elif path.suffix == ".tif":
        wide.tiffsave(str(path), tile=True, pyramid=True)
    else:
        wide.write_to_file(str(path))
    source = open_image(path)
    assert source.description.color_table is None
    assert source.description.is_profiled
    assert not wants_survey(source.description)
    source.close()


def test_the_profile_of_a_programs_pyvips_image_counts() -> None:
    picture = pyvips.Image.new_from_array(detailed(300, 200)).copy(interpretation="srgb")
    source = open_image(picture.icc_transform("p3", input_profile="srgb"))
    assert source.description.color_table is not None
    source.close()


def test_a_picture_without_a_profile_says_nothing(tmp_path: Path) -> None:
    picture = pyvips.Image.new_from_array(detailed(300, 200)).copy(interpretation="srgb")
    picture.pngsave(str(tmp_path / "plain.png"))
    source = open_image(tmp_path / "plain.png")
    assert source.description.color_table is None
    assert not source.description.is_profiled
    source.close()


@pytest.mark.parametrize("wide", [False, True])
def test_colours_on_a_screen_with_a_profile_are_those_of_littlecms(
    tmp_path: Path, wide: bool
) -> None:
    (tmp_path / "screen.icc").write_bytes(swapped(P3))
    screen, own = str(tmp_path / "screen.icc"), color_table(P3, "picture") if wide else None
    pixels = np.random.default_rng(1).integers(0, 65_536, (100, 100, 3), np.uint16)
    table = screen_table(own, swapped(P3))
    assert table is not None
    ours = rgb16(np.rint(table.of(pixels / 65_535.0) * 65_535).astype(np.uint16))
    theirs = rgb16(pixels).icc_transform(
        screen,
        input_profile="p3" if wide else "srgb",
        depth=16,
        intent="relative",
        black_point_compensation=True,
    )
    seen = [image.icc_import(input_profile=screen, pcs="lab") for image in (ours, theirs.copy())]
    off = seen[0].dE00(seen[1])
    assert off.avg() < 0.1
    assert off.max() < 1.0


def test_a_screen_as_wide_as_the_image_shows_it_as_it_is() -> None:
    """Through sRGB its reddest reds would be lost."""
    assert screen_table(color_table(P3, "picture"), P3) is None
    assert screen_table(None, bytes(pyvips.Image.profile_load("srgb"))) is None


def test_a_table_of_ones_own_is_followed_by_the_screens() -> None:
    nodes = np.linspace(0.0, 1.0, 3, dtype=np.float32)
    inverted = np.stack(np.meshgrid(*(1.0 - nodes,) * 3, indexing="ij"), axis=-1)
    table = screen_table(ColorTable(np.ascontiguousarray(inverted)), swapped(P3))
    plain = screen_table(None, swapped(P3))
    assert table is not None
    assert plain is not None
    assert np.abs(table.values - plain.values[::-16, ::-16, ::-16]).max() < 1e-4


def test_a_display_profile_that_littlecms_refuses_is_told_and_not_used(
    caplog: pytest.LogCaptureFixture,
) -> None:
    own = color_table(P3, "picture")
    assert screen_table(own, P3[:132] + bytes(len(P3) - 132)) is own
    assert "the display profile is not used: " in caplog.text
