"""Promise: at the image's edges the picture is as sound as in its middle."""

from collections.abc import Callable

import numpy as np

from glview.pyramid import Level, Pyramid
from glview.sources.synthetic import FunctionSource, SyntheticOptions
from glview.viewport import Viewport
from tests.gl.stage import Stage
from tests.images import detailed

MakeStage = Callable[..., Stage]


def test_far_past_its_edge_a_level_is_its_last_texel_repeated(stage: MakeStage) -> None:
    """20 texels of this level are missing, five times the gutter."""
    pyramid = Pyramid(1000, 1000, (Level(480, 480, 2.0, 2.0),))
    source = FunctionSource(
        pyramid, lambda _, r: np.full((r.height, r.width, 3), 200, np.uint8), SyntheticOptions()
    )
    picture = stage(source).settle(Viewport(60, 60, 985.0, 500.0, 0.5))
    assert (picture[:, :37] == 200).all()
    assert (picture[:, 38:] == 0).all()


def test_no_seam_where_two_tiles_meet_at_the_outline(stage: MakeStage) -> None:
    image = detailed(256, 512)
    pyramid = Pyramid(256, 512, (Level(256, 512, 1.0, 1.0),))
    source = FunctionSource(
        pyramid, lambda _, r: image[r.y0 : r.y1, r.x0 : r.x1], SyntheticOptions()
    )
    made = stage(source)
    view = Viewport(40, 80, 254.0, 256.0, 16.0)
    error = np.abs(made.settle(view).astype(np.int64) - np.rint(made.reference(view)))
    assert error[:, :40].max() <= 2
