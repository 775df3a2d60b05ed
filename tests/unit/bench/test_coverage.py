"""What part of a picture no tile stands for."""

from dataclasses import replace

import numpy as np
import pytest

from glview.bench.coverage import blank_share
from glview.display import Display, Window
from glview.frame import INSTANCE, NO_LEVEL, Flag, Frame, InstanceTable, Scene
from glview.image import SampleType
from glview.pyramid import Level, Pyramid, TileKey
from glview.residents import LONG_AGO_S
from glview.texels import TexelFormat
from glview.viewport import Viewport

PYRAMID = Pyramid(512, 512, (Level(512, 512, 1.0, 1.0), Level(256, 256, 2.0, 2.0)))
WHOLE = Viewport(512, 512, 256.0, 256.0)
THREE = (TileKey(0, 0, 0), TileKey(0, 1, 0), TileKey(0, 1, 1))


def frame(
    view: Viewport, *keys: TileKey, birth_s: float = LONG_AGO_S, level: int = NO_LEVEL
) -> Frame:
    """Of these tiles, at the time 0."""
    records = np.zeros(len(keys), INSTANCE)
    for record, key in zip(records, keys, strict=True):
        x, y = 256 * key.column, 256 * key.row
        record["l_rect"] = x, y, x + 256, y + 256
        record["level"] = key.level
        record["birth_s"] = birth_s
        record["weighed_as"] = level
    scene = Scene(PYRAMID, (), TexelFormat(SampleType.U8, 1, 1), 4)
    display = Display((Window(0.0, 255.0),), ((1.0, 1.0, 1.0),), fade_s=0.1)
    return Frame(scene, view, display, InstanceTable(records, len(keys), keys), 0, 0.0, False)


def test_a_tile_that_is_missing_leaves_its_place_blank() -> None:
    assert blank_share(frame(WHOLE, *THREE)) == 0.25
    assert blank_share(frame(WHOLE, *THREE, TileKey(0, 0, 1))) == 0.0
    assert blank_share(frame(WHOLE)) == 1.0


def test_before_there_is_a_picture_all_is_blank() -> None:
    assert blank_share(None) == 1.0


def test_a_coarser_tile_stands_in() -> None:
    assert blank_share(frame(WHOLE, *THREE, TileKey(1, 0, 0))) == 0.0


def test_what_lies_beside_the_image_is_not_blank() -> None:
    """A quarter of the target shows the image's lower left tile, a quarter the one above it."""
    assert blank_share(frame(replace(WHOLE, centre_x=0.0), *THREE)) == 0.5
    assert blank_share(frame(replace(WHOLE, centre_x=-900.0))) == 0.0


@pytest.mark.parametrize(("rotation", "flip"), [(90.0, False), (180.0, True)])
def test_a_view_may_be_turned(rotation: float, flip: bool) -> None:
    view = replace(WHOLE, centre_x=128.0, centre_y=384.0, scale=2.0, rotation=rotation, flip=flip)
    assert blank_share(frame(view, *THREE)) == 1.0
    assert blank_share(frame(replace(view, centre_x=384.0), *THREE)) == 0.0


def test_a_tile_that_appears_covers_as_much_as_it_shows() -> None:
    assert blank_share(frame(WHOLE, TileKey(1, 0, 0), birth_s=-0.025)) == pytest.approx(0.75)


def test_a_level_that_fades_in_covers_nothing_by_itself() -> None:
    assert blank_share(frame(WHOLE, *THREE, level=0)) == 1.0


def test_a_level_that_ends_short_of_the_image_reaches_its_edges() -> None:
    shown = frame(WHOLE, TileKey(1, 0, 0))
    shown.instances.records["l_rect"][:, 2:] = 128
    assert blank_share(shown) == pytest.approx(0.75, abs=0.01)
    shown.instances.records["flags"] = int(Flag.LAST_COLUMN | Flag.LAST_ROW)
    assert blank_share(shown) == 0.0
