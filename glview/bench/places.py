"""Places in an image of which none has read a tile of another (pure numpy)."""

import numpy as np

from glview.scheduler import NEIGHBOURHOOD_PX
from glview.viewport import Viewport


def apart(
    view: Viewport,
    size: tuple[int, int],
    tile_px: tuple[int, int],
    most: int,
    random: np.random.Generator,
) -> list[tuple[float, float]]:
    """Up to ``most`` middles of views at 1:1 on a target of the view's size, in any order.

    So far from each other that no tile in sight at one is read for the neighbourhood of another;
    fewer where an image has no room for more, and always one.
    """
    across = _along(size[0], view.width, tile_px[0], random)
    down = _along(size[1], view.height, tile_px[1], random)
    chosen = random.permutation(len(across) * len(down))[:most].tolist()
    return [(across[n % len(across)], down[n // len(across)]) for n in chosen]


def _along(side_px: int, seen_px: int, tile_px: int, random: np.random.Generator) -> list[float]:
    """The middles along one side; chance has what the last leaves free."""
    step_px = seen_px + NEIGHBOURHOOD_PX + tile_px
    free_px = side_px - seen_px
    if free_px <= 0:
        return [side_px / 2]
    count = int(free_px // step_px) + 1
    first_px = seen_px / 2 + random.uniform(0.0, free_px - (count - 1) * step_px)
    return [first_px + number * step_px for number in range(count)]
