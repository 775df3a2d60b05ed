"""What a source says of itself reaches whoever shows it, whatever lies between."""

from collections.abc import Collection

import numpy as np
import pytest

from glview.image import Reading
from glview.pyramid import Level, Pyramid, TileKey
from glview.sources.base import TileSource
from glview.sources.derived import DerivedSource
from glview.sources.opaque import OpaqueSource
from glview.sources.presented import presented
from glview.sources.regrid import RegridSource
from glview.sources.synthetic import FunctionSource, SyntheticOptions


def waiting(tile_px: int = 256, absent: Collection[TileKey] = ()) -> FunctionSource:
    """A source of one level that waits before each tile."""
    levels = (Level(1000, 1000, 1.0, 1.0, 0.0, 0.0, tile_px, tile_px),)
    options = SyntheticOptions(tile_px, tile_px, delay_s=0.001, absent=absent)
    return FunctionSource(
        Pyramid(1000, 1000, levels),
        lambda _, rect: np.zeros((rect.height, rect.width, 3), np.uint8),
        options,
    )


@pytest.mark.parametrize(
    "source",
    [
        waiting(),
        RegridSource(waiting(), 128, 128),
        DerivedSource(waiting()),
        OpaqueSource(waiting()),
        presented(waiting(2000)),
    ],
    ids=lambda source: type(source).__name__,
)
def test_what_reading_a_tile_does_is_passed_on(source: TileSource) -> None:
    assert source.description.reading is Reading.WAITING


def test_without_a_delay_a_source_computes() -> None:
    levels = (Level(1000, 1000, 1.0, 1.0),)
    source = FunctionSource(
        Pyramid(1000, 1000, levels),
        lambda _, rect: np.zeros((rect.height, rect.width, 3), np.uint8),
    )
    assert presented(source).description.reading is Reading.COMPUTING
