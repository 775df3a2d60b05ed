"""Promise: data becomes light as the reference has it, in each transfer, map and background."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from glview.colormaps import ColorMap, table
from glview.display import DARK_SQUARES, LIGHT_SQUARES, Transfer, Window
from glview.image import Channel, ColorModel, SampleType
from glview.pyramid import IntRect
from glview.sources.array import ArrayOptions, array_source
from glview.sources.merged import MergedSource
from glview.sources.model import PixelModel
from glview.sources.opening import open_image
from glview.sources.synthetic import FunctionSource, SyntheticOptions, halving_pyramid
from glview.viewport import Viewport
from tests.gl.compare import inside
from tests.gl.recorder import Recorder
from tests.gl.stage import Stage
from tests.gl.test_exact import assert_close
from tests.images import detailed

MakeStage = Callable[..., Stage]
CHANNELS = ArrayOptions(color_model=ColorModel.CHANNELS)


def close_to_reference(made: Stage, zoom: float, keep_outline: bool = False) -> None:
    view = Viewport(200, 150, 200.5, 166.5, zoom, 20.0)
    keep = inside(view, 401, 333) if not keep_outline else np.ones((150, 200), bool)
    assert_close(made.settle(view)[keep], made.reference(view)[keep])


def floats() -> NDArray[np.float32]:
    """Values from -20 to 74.35, of which a window shows a part."""
    return detailed(401, 333, 1).astype(np.float32) * 0.37 - 20


@pytest.mark.parametrize("zoom", [2.3, 0.77, 0.54])
@pytest.mark.parametrize("gamma", [1.0, 2.2])
@pytest.mark.parametrize("transfer", list(Transfer))
def test_each_transfer(stage: MakeStage, transfer: Transfer, gamma: float, zoom: float) -> None:
    window = (Window(-10.0, 60.0),)
    made = stage(
        array_source(floats()),
        display=lambda display: replace(display, windows=window, transfer=transfer, gamma=gamma),
    )
    close_to_reference(made, zoom)


@pytest.mark.parametrize("zoom", [2.3, 0.77, 0.54])
@pytest.mark.parametrize("colormap", list(ColorMap))
def test_each_map(stage: MakeStage, colormap: ColorMap, zoom: float) -> None:
    made = stage(
        array_source(floats()),
        display=lambda display: replace(
            display, windows=(Window(-10.0, 60.0),), colormap=colormap, transfer=Transfer.ASINH
        ),
    )
    close_to_reference(made, zoom)


def test_a_map_shows_its_entries(stage: MakeStage) -> None:
    """A ramp of 256 steps is the table itself, to the byte."""
    ramp = np.arange(256, dtype=np.uint8)[None, :, None].repeat(4, axis=0)
    made = stage(
        open_image(ramp), display=lambda display: replace(display, colormap=ColorMap.MAGMA)
    )
    picture = made.settle(Viewport(256, 4, 128, 2, 1.0))
    assert np.array_equal(picture[1], table(ColorMap.MAGMA))


@pytest.mark.parametrize("zoom", [2.3, 0.54])
@pytest.mark.parametrize("hidden", [{0, 2}, {0, 1, 2, 3}, {0, 1, 2, 3, 4}])
@pytest.mark.parametrize("colormap", [None, ColorMap.VIRIDIS])
def test_bands_that_are_hidden_add_nothing(
    stage: MakeStage, hidden: set[int], colormap: ColorMap | None, zoom: float
) -> None:
    """Of five in two groups; a map is for one that is shown alone."""
    image = detailed(401, 333, 5).astype(np.uint16) * 257
    made = stage(
        open_image(image, options=CHANNELS),
        display=lambda display: replace(display, hidden=frozenset(hidden), colormap=colormap),
    )
    close_to_reference(made, zoom)


def board(display: Any) -> Any:
    return replace(display, background=DARK_SQUARES, checker=LIGHT_SQUARES)


@pytest.mark.parametrize("kind", ["alpha", "nan", "opaque"])
@pytest.mark.parametrize("zoom", [2.3, 0.77, 0.54, 0.2])
def test_a_checkerboard_is_behind_the_image_and_around_it(
    stage: MakeStage, kind: str, zoom: float
) -> None:
    if kind == "alpha":
        image: NDArray[np.generic] = detailed(401, 333, 4)
    elif kind == "nan":
        image = detailed(401, 333, 1).astype(np.float32) / 255
        image[100:200, 150:300] = np.nan
    else:
        image = detailed(401, 333, 3)
    made = stage(open_image(image), display=board)
    close_to_reference(made, zoom, keep_outline=zoom == 0.2)


def test_a_checkerboard_stays_where_it_is_on_the_screen(stage: MakeStage) -> None:
    nothing = np.full((64, 64), np.nan, np.float32)
    made = stage(array_source(nothing), display=board)
    first = made.settle(Viewport(40, 28, 32.0, 32.0, 1.0))
    assert first[0, ::8, 0].tolist() == [102, 153, 102, 153, 102]
    assert first[8, ::8, 0].tolist() == [153, 102, 153, 102, 153]
    assert np.array_equal(made.settle(Viewport(40, 28, 35.3, 30.1, 2.7, 33.0)), first)


def test_dragging_the_contrast_reads_and_uploads_no_tile(
    stage: MakeStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor does any other change of the display; once it has been shown, nothing is linked."""
    read: list[int] = []

    def paint(level: int, rect: IntRect) -> NDArray[np.generic]:
        read.append(level)
        return detailed(rect.width, rect.height, 1)

    options = SyntheticOptions(model=PixelModel(SampleType.U8, ColorModel.GREY, 1))
    made = stage(FunctionSource(halving_pyramid(2000, 1500, options), paint, options))
    view = Viewport(300, 200, 1000.0, 700.0, 0.8)
    made.settle(view)
    plain = made.session.display
    displays = [replace(plain, windows=(Window(low, low + 99.0),)) for low in range(50)]
    displays += [replace(plain, transfer=transfer, gamma=1.5) for transfer in Transfer]
    displays += [replace(plain, colormap=colormap) for colormap in ColorMap]
    displays += [board(plain), replace(plain, hidden=frozenset({0}))]

    def show() -> list[NDArray[np.uint8]]:
        pictures = []
        for number, display in enumerate(displays):
            made.session.display = display
            pictures.append(made.step(view, number * 0.01, moving=True))
        return pictures

    first = show()
    read.clear()
    recorder = Recorder()
    recorder.install(monkeypatch)
    again = show()
    assert read == []
    uploads = {"glTexSubImage3D", "glTexImage3D", "glTexImage2D", "glLinkProgram"}
    assert not uploads & set(recorder.calls)
    assert all(map(np.array_equal, first, again))
    assert not np.array_equal(first[0], first[49])


@pytest.mark.parametrize(
    ("scale", "window"),
    [
        (3.3e38, Window(-3.3e38, 3.3e38)),
        (1e37, Window(-1e37, 1e37)),
        (1e-35, Window(0.0, 1e-35)),
        (1e-36, Window(2e-38, 4e-38)),
        (3.3e38, Window(-1e39, 1e39)),
        (1.0, Window(-1e300, 1e300)),
    ],
)
def test_windows_of_any_size(stage: MakeStage, scale: float, window: Window) -> None:
    """From one end of what GPUs calculate with to the other; less than 1.2e-38 is 0 for them."""
    ramp = (np.linspace(-1.0, 1.0, 256) * scale).astype(np.float32)[None].repeat(4, axis=0)
    made = stage(array_source(ramp), display=lambda shown: replace(shown, windows=(window,)))
    view = Viewport(256, 4, 128, 2, 1.0)
    assert_close(made.settle(view), made.reference(view))


@pytest.mark.parametrize("base", [2459000.5, 3e9])
def test_windows_far_from_0(stage: MakeStage, base: float) -> None:
    """All greys of a window of wide samples that float32 does not tell apart."""
    ramp = (base + np.arange(256.0) / 256.0)[None].repeat(4, axis=0)
    made = stage(
        array_source(ramp),
        display=lambda shown: replace(shown, windows=(Window(base, base + 255.0 / 256.0),)),
    )
    picture = made.settle(Viewport(256, 4, 128, 2, 1.0))
    assert picture[1, :, 0].tolist() == list(range(256))


def test_windows_of_channels_that_lie_apart(stage: MakeStage) -> None:
    """Each has all its greys, whatever the other's offset is."""
    steps = np.arange(256.0)[None].repeat(4, axis=0)
    bases = (1e9, 0.0)
    channels = [array_source(base + steps) for base in bases]
    made = stage(
        MergedSource(channels, (Channel(), Channel())),
        display=lambda shown: replace(
            shown,
            windows=tuple(Window(base, base + 255.0) for base in bases),
            colors=((1.0, 0.0, 0.0), (0.0, 1.0, 0.0)),
        ),
    )
    view = Viewport(256, 4, 128, 2, 1.0)
    picture = made.settle(view)
    for color in (0, 1):
        assert picture[1, :, color].tolist() == list(range(256))
    assert_close(picture, made.reference(view))


def test_a_full_window_of_what_has_an_offset_is_no_picture_of_the_offset(stage: MakeStage) -> None:
    made = stage(array_source(np.full((4, 4), 3e9) + np.eye(4) / 2.0))
    assert (made.settle(Viewport(4, 4, 2, 2, 1.0)) == 255).all()


@pytest.mark.parametrize("sample", [np.float32, np.uint16])
@pytest.mark.parametrize("window", [Window(0.0, 1e-39), Window(-1e-45, 0.0), Window(0.0, 1e-300)])
def test_a_window_of_no_width_is_a_step(
    stage: MakeStage, window: Window, sample: type[np.generic]
) -> None:
    made = stage(
        array_source(np.array([[0, 1]], sample)),
        display=lambda shown: replace(shown, windows=(window,)),
    )
    picture = made.settle(Viewport(2, 1, 1, 0.5, 1.0))
    assert picture[0, 1].tolist() == [255] * 3


@pytest.mark.parametrize(("gamma", "light"), [(1e-300, 0), (1e300, 255)])
def test_a_gamma_of_any_size(stage: MakeStage, gamma: float, light: int) -> None:
    made = stage(
        array_source(np.full((1, 1), 0.5, np.float32)),
        display=lambda shown: replace(shown, gamma=gamma),
    )
    assert made.settle(Viewport(1, 1, 0.5, 0.5, 1.0))[0, 0].tolist() == [light] * 3
