"""What the levels of a picture's tiles say of how it must be drawn (pure)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from glview.frame import InstanceTable


@dataclass(frozen=True, slots=True)
class Makeup:
    """Of which levels the two draws of a table are.

    ``base`` and ``partial`` are the finest level of each, None where a draw has no tiles.
    ``is_layered`` says that tiles lie over each other within a draw, or that those of the second
    may lie behind those of the first: then depth decides.
    """

    base: int | None
    partial: int | None
    is_layered: bool


def makeup_of(table: InstanceTable) -> Makeup:
    """Looked at once for each table: in a settled picture no tile lies over another."""
    levels, weighed_as = table.records["level"], table.records["weighed_as"]
    base, partial = levels[: table.base_count], levels[table.base_count :]
    cross_fade = bool((weighed_as[table.base_count :] == partial).all())
    return Makeup(
        int(base.min()) if len(base) else None,
        int(partial.min()) if len(partial) else None,
        not (cross_fade and _is_of_one_level(base) and _is_of_one_level(partial)),
    )


def _is_of_one_level(levels: NDArray[np.int32]) -> bool:
    return not len(levels) or bool((levels == levels[0]).all())
