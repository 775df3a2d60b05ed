"""Promise: colours are those of the image's profile, as littleCMS has them."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import pyvips
from numpy.typing import NDArray

from glview.colormaps import ColorMap
from glview.display import Window
from glview.image import ColorModel
from glview.sources.array import ArrayOptions
from glview.sources.opening import open_image
from glview.viewport import Viewport
from tests.gl.compare import inside
from tests.gl.recorder import Recorder
from tests.gl.stage import Stage, still_options
from tests.gl.test_exact import assert_close
from tests.images import detailed
from tests.profiles import swapped

MakeStage = Callable[..., Stage]
P3 = bytes(pyvips.Image.profile_load("p3"))


PIXELS = detailed(401, 333)
MUTED = (20_560.0 + 102.8 * PIXELS).astype(np.uint16)
"""Within sRGB's gamut, at whose edge a sample's last digit becomes six of light; of 16 bits, since
llvmpipe filters bytes with bytes' precision."""


def in_p3(path: Path, pixels: NDArray[np.unsignedinteger]) -> Path:
    """A PNG in Display P3."""
    space = "srgb" if pixels.dtype == np.uint8 else "rgb16"
    picture = pyvips.Image.new_from_array(pixels).copy(interpretation=space)
    picture.set_type(pyvips.GValue.blob_type, "icc-profile-data", P3)
    picture.pngsave(str(path))
    return path


@pytest.fixture
def wide(tmp_path: Path) -> Path:
    return in_p3(tmp_path / "wide.png", PIXELS)


def test_at_one_to_one_each_pixel_is_littlecms_own(stage: MakeStage, wide: Path) -> None:
    made = stage(open_image(wide))
    seen = made.settle(Viewport(401, 333, 200.5, 166.5, 1.0))
    theirs = pyvips.Image.new_from_file(str(wide)).icc_transform(
        "srgb", embedded=True, depth=16, intent="relative", black_point_compensation=True
    )
    ours = pyvips.Image.new_from_array(np.ascontiguousarray(seen[..., :3]))
    ours = ours.copy(interpretation="srgb").colourspace("lab")
    off = ours.dE00(theirs.copy(interpretation="rgb16").colourspace("lab"))
    # Roundings to 8 bits are most of it.
    assert off.avg() < 0.2
    assert off.max() < 1.5
    assert np.abs(seen[..., :3].astype(int) - PIXELS).max() > 20


@pytest.mark.parametrize("zoom", [2.3, 0.77, 0.54])
def test_it_is_as_the_reference_has_it(stage: MakeStage, tmp_path: Path, zoom: float) -> None:
    made = stage(
        open_image(in_p3(tmp_path / "muted.png", MUTED)),
        display=lambda display: replace(
            display, windows=(Window(5_000.0, 60_000.0),) * 3, gamma=1.2
        ),
    )
    view = Viewport(200, 150, 200.5, 166.5, zoom, 20.0)
    keep = inside(view, 401, 333)
    assert_close(made.settle(view)[keep], made.reference(view)[keep])


def test_without_its_table_the_data_is_the_light(stage: MakeStage, wide: Path) -> None:
    made = stage(open_image(wide), display=lambda display: replace(display, color_table=None))
    seen = made.settle(Viewport(401, 333, 200.5, 166.5, 1.0))
    assert np.abs(seen[..., :3].astype(int) - PIXELS).max() <= 1


def test_it_is_uploaded_once(stage: MakeStage, wide: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = stage(open_image(wide))
    view = Viewport(200, 150, 200.5, 166.5, 1.0)
    made.settle(view)
    recorder = Recorder()
    recorder.install(monkeypatch)
    made.settle(replace(view, centre_x=190.5))
    assert "glDrawArraysInstanced" in recorder.calls
    assert "glTexImage3D" not in recorder.calls


@pytest.mark.parametrize("embedded", [False, True])
def test_on_a_screen_with_a_profile_each_pixel_is_littlecms_own(
    stage: MakeStage, tmp_path: Path, embedded: bool
) -> None:
    path, screen = in_p3(tmp_path / "wide.png", PIXELS), tmp_path / "screen.icc"
    screen.write_bytes(swapped(P3))
    options = still_options(display_profile=swapped(P3))
    made = stage(open_image(path if embedded else PIXELS), options=options)
    seen = made.settle(Viewport(401, 333, 200.5, 166.5, 1.0))
    theirs = (
        pyvips.Image.new_from_array(PIXELS)
        .copy(interpretation="srgb")
        .icc_transform(
            str(screen),
            input_profile="p3" if embedded else "srgb",
            intent="relative",
            black_point_compensation=True,
        )
    )
    ours = pyvips.Image.new_from_array(np.ascontiguousarray(seen)).copy(interpretation="srgb")
    both = [image.icc_import(input_profile=str(screen), pcs="lab") for image in (ours, theirs)]
    off = both[0].dE00(both[1])
    assert off.avg() < 0.4
    # Red and green have changed places.
    assert np.abs(seen.astype(int) - PIXELS[..., [1, 0, 2]]).mean() < 30


@pytest.mark.parametrize("kind", ["grey", "mapped", "channels", "mapped wide"])
def test_whatever_is_shown_becomes_the_screens(stage: MakeStage, tmp_path: Path, kind: str) -> None:
    options = still_options(display_profile=swapped(P3))
    hidden, colormap = frozenset[int](), ColorMap.VIRIDIS if "mapped" in kind else None
    if kind == "channels":
        # Of 16 bits, for the reason of `MUTED`.
        pixels = detailed(401, 333, 5).astype(np.uint16) * 257
        source = open_image(pixels, options=ArrayOptions(color_model=ColorModel.CHANNELS))
    elif kind == "mapped wide":
        source, hidden = open_image(in_p3(tmp_path / "muted.png", MUTED)), frozenset({0, 2})
    else:
        source = open_image(MUTED[..., 1])
    made = stage(
        source,
        options=options,
        display=lambda display: replace(display, colormap=colormap, hidden=hidden),
    )
    view = Viewport(200, 150, 200.5, 166.5, 0.77)
    keep = inside(view, 401, 333)
    seen = made.settle(view)[keep]
    assert_close(seen, made.reference(view)[keep])
    plain = replace(made.session.display, color_table=None, screen=None)
    made.session.display = plain
    assert np.abs(made.settle(view)[keep].astype(int) - seen).max() > 10
