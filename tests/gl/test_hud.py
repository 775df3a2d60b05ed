"""What stands on the picture, pixel by pixel, and that it leaves the picture alone."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

import glview
from glview import HudItem
from glview.display import Magnification, Window
from glview.errors import GpuMemoryError
from glview.frame import CellText, PixelGrid
from glview.gl import api
from glview.hud.cells import Room, written
from glview.hud.navigator_map import NavigatorMap
from glview.pixel_block import PixelBlock
from glview.sources.array import array_source
from glview.sources.base import TileSource
from glview.sources.callable import CallableSource
from glview.viewport import Viewport
from tests.gl.recorder import Recorder
from tests.gl.stage import Stage
from tests.images import detailed

GRID = [HudItem.PIXEL_GRID]


def over(under: float, color: float, alpha: float) -> int:
    return round(under * (1.0 - alpha) + color * alpha)


def test_lines_are_a_light_and_a_dark_pixel_between_image_pixels() -> None:
    picture = glview.render(
        np.full((30, 40), 100, np.uint8), size=(320, 240), center=(20.0, 15.0), zoom=16.0, hud=GRID
    )
    assert (picture == picture[..., :1]).all()
    row, column = picture[120 + 8, :, 0].astype(int), picture[:, 160 + 8, 0].astype(int)
    light, dark = over(100, 255, 0.40), over(100, 0, 0.45)
    for line in (row, column):
        at = np.arange(len(line))
        # Pixel edges lie at multiples of 16 from the middle, which is one of them.
        phase = (at - len(line) // 2) % 16
        assert np.abs(line[phase == 0] - light).max() <= 1
        assert np.abs(line[phase == 15] - dark).max() <= 1
        assert (line[(phase > 0) & (phase < 15)] == 100).all()


def test_beside_the_image_there_are_none() -> None:
    picture = glview.render(
        np.full((4, 4), 100, np.uint8),
        size=(160, 160),
        center=(2.0, 2.0),
        zoom=16.0,
        background=(0.0, 0.0, 0.0),
        hud=GRID,
    )
    inside = np.zeros((160, 160), np.bool_)
    inside[47:113, 47:113] = True  # with the lines of its own edge
    assert not picture[~inside].any()
    assert picture[47:113, 47:113].any(axis=2).mean() > 0.9


def expected(plain: NDArray[np.uint8], view: Viewport, text: CellText) -> NDArray[np.float64]:
    """The lines' picture with what is written laid over it, cell by cell."""
    out = plain.astype(np.float64)
    rows, columns, lines, characters = text.codes.shape
    _, height, width, _ = text.glyphs.shape
    block = np.array([characters * width, lines * height])
    for row in range(rows):
        for column in range(columns):
            middle = view.s_from_i(text.column + column + 0.5, text.row + row + 0.5)
            corner = np.round(np.array(middle) - block / 2).astype(int)
            for line in range(lines):
                for place in range(characters):
                    glyph = text.glyphs[text.codes[row, column, line, place]] / 255.0
                    x, y = corner[0] + place * width, corner[1] + line * height
                    if not (0 <= x <= view.width - width and 0 <= y <= view.height - height):
                        continue
                    at = out[y : y + height, x : x + width]
                    at *= 1.0 - 0.75 * glyph[..., 1:]
                    color = 255.0 * np.array(text.colors[line])
                    at[:] = at * (1.0 - glyph[..., :1]) + color * glyph[..., :1]
    return out


@pytest.mark.parametrize(
    ("rotation", "flip", "zoom"), [(0.0, False, 48.0), (90.0, True, 48.0), (0.0, False, 51.3)]
)
@pytest.mark.parametrize("bands", [1, 3])
def test_values_are_written_upright_into_their_pixels(
    rotation: float, flip: bool, zoom: float, bands: int
) -> None:
    samples = detailed(40, 30, bands=3)[:, :, :bands]
    source = array_source(samples if bands == 3 else samples[:, :, 0])
    asked = {
        "size": (400, 300),
        "center": (20.0, 15.0),
        "zoom": zoom,
        "rotation": rotation,
        "flip": flip,
    }
    seen = glview.render(source, hud=GRID, **asked)  # type: ignore[arg-type]  # a mapping of them
    view = Viewport(400, 300, 20.0, 15.0, zoom, rotation, flip)
    block = PixelBlock(0, 0, samples, np.ones(samples.shape[:2], np.bool_))
    room = Room(zoom, 1.0, view.direction)
    text = written(block, source.description, room).text(room)
    assert text is not None
    with_lines = lines_alone(source, view)
    reference = expected(with_lines, view, text)
    # Cells cut by the edge are left out of the reference.
    inner = (slice(60, 240), slice(60, 340))
    off = np.abs(seen[inner] - reference[inner])
    assert off.max() <= 2.0
    assert np.abs(seen[inner].astype(float) - with_lines[inner]).max() > 50.0


def lines_alone(source: TileSource, view: Viewport) -> NDArray[np.uint8]:
    """The picture with lines and without values, drawn by the renderer itself."""
    from glview.canvases.egl import EglContext

    context = EglContext()
    with context:
        stage = Stage(source)
        stage.session.display = replace(stage.session.display, magnification=Magnification.NEAREST)
        stage.settle(view)
        offscreen = stage.target_for(view)
        level = source.description.pyramid.levels[0]
        stage.renderer.draw(stage.session.frame(view, 1.0), offscreen.target)
        stage.renderer.draw_pixel_grid(PixelGrid(view, level, 1), offscreen.target)
        picture = offscreen.read()[..., :3]
        stage.close()
    context.close()
    return picture


def test_the_navigator_shows_the_average_of_the_image_and_frames_what_is_seen() -> None:
    pixels = detailed(400, 300)
    picture = glview.render(
        pixels,
        size=(1000, 800),
        center=(100.0, 75.0),
        zoom=5.0,
        background=(0.0, 0.0, 0.0),
        hud=[HudItem.NAVIGATOR],
    )
    on = NavigatorMap.at_top_right((400.0, 300.0), (1000, 800), 16, 1.0)
    assert on is not None
    assert (on.width, on.height) == (200, 150)
    small = picture[on.y : on.y + 150, on.x : on.x + 200].astype(float)
    mean = pixels.reshape(150, 2, 200, 2, 3).mean(axis=(1, 3))
    # The view, 200 x 160 image pixels about (100, 75), is framed from (0, -2) to (100, 77).
    framed = np.zeros((150, 200), np.bool_)
    framed[:79, :102] = True
    assert np.abs(small - mean)[~framed].max() <= 1.0
    inside = np.abs(small - mean)[8:66, 10:90]
    assert inside.max() <= 1.0
    assert (small[30, :8] == (255, 89, 64)).all(axis=1).sum() == 2
    # What of the frame is beside the map is not drawn.
    plain = glview.render(
        pixels, size=(1000, 800), center=(100.0, 75.0), zoom=5.0, background=(0.0, 0.0, 0.0)
    )
    outside = np.ones((800, 1000), np.bool_)
    outside[16 : 16 + 158, 1000 - 16 - 208 : 1000 - 16] = False
    assert np.array_equal(picture[outside], plain[outside])


def test_in_a_picture_made_of_pieces_it_stands_once_and_whole() -> None:
    source = array_source(detailed(900, 700))
    asked = {"size": (2300, 700), "center": (450.0, 350.0), "zoom": 1.0}
    hud = [HudItem.NAVIGATOR, HudItem.SCALE_BAR]
    seen = glview.render(source, hud=hud, **asked)  # type: ignore[arg-type]  # a mapping of them
    plain = glview.render(source, **asked)  # type: ignore[arg-type]  # a mapping of them
    rows, columns = np.nonzero((seen != plain).any(axis=2))
    right = columns > 1150
    on = NavigatorMap.at_top_right((900.0, 700.0), (2300, 700), 16, 1.0)
    assert on is not None
    assert (columns[right].min(), columns[right].max()) == (on.x - 4, 2300 - 16 - 1)
    assert (rows[right].min(), rows[right].max()) == (16, on.y + on.height + 4 - 1)
    assert (columns[~right].min(), rows[~right].max()) == (16, 700 - 16 - 1)


def test_a_thumbnail_leaves_the_screens_composite_alone(
    context: object, stage: Callable[..., Stage], monkeypatch: pytest.MonkeyPatch
) -> None:
    del context
    # Two groups of bands, so that every picture takes a composite.
    made = stage(array_source(detailed(300, 200, bands=6)))
    view = Viewport(160, 120, 150.0, 100.0, 0.9)
    before = made.settle(view)
    found = made.session.thumbnail(100, 67)
    assert found is not None
    taken_bytes = made.renderer.composite_bytes
    small = found.averaged(made.renderer.picture(found.frame))
    assert small.shape == (67, 100, 4)
    assert made.renderer.composite_bytes == taken_bytes
    recorder = Recorder()
    recorder.install(monkeypatch)
    assert np.array_equal(made.step(view, 1.0), before)
    assert not [call for call in recorder.calls if call.startswith("glTexImage")]


def test_a_thumbnail_is_of_the_display_and_of_the_whole_image(
    stage: Callable[..., Stage],
) -> None:
    pixels = detailed(1500, 1100)
    made = stage(array_source(pixels))
    assert made.session.thumbnail(100, 73) is None  # nothing is there yet
    made.settle(Viewport(160, 120, 150.0, 100.0, 1.0))
    made.settle(Viewport(160, 120, 750.0, 550.0, 0.1))
    made.session.display = replace(made.session.display, windows=(Window(0.0, 510.0),) * 3)
    found = made.session.thumbnail(100, 73)
    assert found is not None
    small = found.averaged(made.renderer.picture(found.frame))[..., :3].astype(float)
    whole = pixels[:1095].reshape(73, 15, 100, 15, 3).mean(axis=(1, 3)) / 2.0
    assert np.abs(small - whole).mean() < 3.0


def test_a_tile_of_another_shape_has_no_values_and_holds_up_no_picture() -> None:

    def paint(level: int, x: int, y: int, width: int, height: int) -> NDArray[np.uint8]:
        del level
        return np.zeros((height - (x == y == 0), width, 3), np.uint8)

    source = CallableSource(paint, 600, 400)
    picture = glview.render(source, size=(400, 300), center=(256.0, 256.0), zoom=48.0, hud=GRID)
    assert len(np.unique(picture[170:, 220:].reshape(-1, 3), axis=0)) > 10


def test_a_studios_navigator_is_of_each_picture() -> None:
    clear = np.zeros((300, 400, 4), np.uint8)
    with glview.studio(clear) as studio:
        for size in ((400, 300), (500, 300)):
            for white in (0.0, 1.0, 0.0):
                picture = studio.picture(
                    size=size, background=(white,) * 3, hud=[HudItem.NAVIGATOR], zoom=64.0
                )
                # Through what is clear one sees the background of this very picture.
                assert (picture[22:40, size[0] - 105 : size[0] - 75] == 255 * white).all()


def test_a_small_image_much_enlarged_has_no_scale_bar_and_a_picture() -> None:
    pixels = detailed(4, 3)
    plain = glview.render(pixels, size=(800, 600))
    assert np.array_equal(glview.render(pixels, size=(800, 600), hud=[HudItem.SCALE_BAR]), plain)


@pytest.mark.parametrize("zoom", [8.0, 16.0])
def test_under_a_grid_a_pixel_has_its_own_colour_alone(zoom: float) -> None:
    pixels = detailed(60, 50)
    asked = {"size": (320, 240), "center": (30.0, 25.0), "zoom": zoom}
    seen = glview.render(pixels, hud=GRID, **asked)  # type: ignore[arg-type]  # a mapping of them
    view = Viewport(320, 240, 30.0, 25.0, zoom)
    side = int(zoom)
    for x in range(25, 35):
        for y in range(20, 30):
            corner = view.s_from_i(x, y)
            left, top = round(corner.x) + 1, round(corner.y) + 1
            inside = seen[top : top + side - 2, left : left + side - 2]
            assert (inside == pixels[y, x]).all()


def test_what_has_no_room_is_told() -> None:
    # Of one picture in colours there are no channels to be named, and no planes.
    hud = set(HudItem) - {HudItem.READOUT, HudItem.LEGEND, HudItem.PLANE_SLIDERS}
    with glview.studio(detailed(400, 300)) as studio:
        for size, zoom, missing, without_values in (
            ((300, 100), 1.0, hud, False),
            ((900, 700), 1.0, {HudItem.PIXEL_GRID}, False),
            ((900, 700), 20.0, set(), True),
            ((900, 700), 64.0, set(), False),
        ):
            studio.picture(size=size, center=(200, 150), zoom=zoom, hud=hud)
            assert studio.left_out == missing
            assert studio.without_values is without_values


def test_values_whose_texture_was_refused_come_with_the_next_picture(
    stage: Callable[..., Stage], monkeypatch: pytest.MonkeyPatch
) -> None:
    pixels = detailed(40, 30)
    made = stage(array_source(pixels))
    view = Viewport(400, 300, 20.0, 15.0, 48.0)
    made.settle(view)
    described, room = made.description, Room(48.0, 1.0)
    target = made.target_for(view).target

    def draw(samples: NDArray[np.uint8]) -> NDArray[np.uint8]:
        block = PixelBlock(0, 0, samples, np.ones(samples.shape[:2], np.bool_))
        text = written(block, described, room).text(room)
        made.renderer.clear(target, (0.0, 0.0, 0.0))
        made.renderer.draw_pixel_grid(PixelGrid(view, described.pyramid.levels[0], 1, text), target)
        return made.target_for(view).read()

    check = api.check_allocation

    def refuse(what: str, size_bytes: int) -> None:
        check(what, size_bytes)
        raise GpuMemoryError(what, size_bytes)

    with monkeypatch.context() as refusing:
        refusing.setattr(api, "check_allocation", refuse)
        with pytest.raises(GpuMemoryError):
            draw(pixels)
    seen = draw(pixels)
    assert not np.array_equal(draw(255 - pixels), seen)
    assert np.array_equal(draw(pixels), seen)
