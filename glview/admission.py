"""What becomes of a tile that workers bring: if it gets a slot, and if it fades in. No GL."""

import logging
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from glview.errors import unnamed
from glview.lighting import Lighting
from glview.loader import Loaded
from glview.picture import Picture
from glview.pyramid import Pyramid, Rect, TileKey
from glview.residency import Residency
from glview.residents import LONG_AGO_S
from glview.scheduler import Plan
from glview.supply import Supply

log = logging.getLogger("glview")


class Gaze(NamedTuple):
    """What is looked at, for which a tile counts or not."""

    plan: Plan
    i_sight: Rect
    """What of the image is in sight."""
    swift: bool
    """Whether it moves faster than an eye can follow."""
    fade_s: float
    """How long tiles take to appear."""


class Admission:
    """Takes tiles of one image, ``name``, into ``residency``.

    Used by the thread that owns the view.
    """

    def __init__(
        self,
        pyramid: Pyramid,
        residency: Residency,
        supply: Supply,
        picture: Picture,
        lighting: Lighting,
        *,
        name: str,
    ) -> None:
        self._pyramid = pyramid
        self._residency = residency
        self._supply = supply
        self._picture = picture
        self._lighting = lighting
        self._name = name
        self._rebuilding = False

    def begin_anew(self) -> None:
        """A new context comes: what is still resident of the one before will come once more."""
        self._rebuilding = bool(self._residency.residents)

    def pause(self) -> None:
        """All is taken in that a frame has time for."""
        self._rebuilding = self._rebuilding and self._supply.keeps_some

    def admit(self, loaded: Loaded, gaze: Gaze, now_s: float) -> bool:
        """Take in one result; True if there is something to upload."""
        self._lighting.hear(loaded.key, loaded.texels)
        if loaded.error is not None and loaded.texels is None:
            if self._residency.is_news(loaded):
                log.warning("%s: %s", self._name, unnamed(self._name, loaded.error))
            self._residency.fail(loaded, now_s)
            return False
        if loaded.texels is not None:
            self._supply.keep(loaded)
            if loaded.key not in gaze.plan.keep:
                return False  # the view has moved on
        # The first picture does not fade in, nor one that is rebuilt, nor does what replaces
        # sharper tiles or its own holes, nor what no eye would see appear.
        fades = (
            gaze.fade_s > 0.0
            and self._picture.is_begun
            and not self._rebuilding
            and self._is_watched(loaded.key, gaze)
            and loaded.key not in self._residency.residents
            and not self._residency.is_covered_by_finer(loaded.key)
        )
        birth_s = now_s if fades else LONG_AGO_S
        if not self._residency.admit(loaded, self._keeps(loaded.key, gaze.plan), birth_s):
            return False
        if loaded.texels is not None:
            self._lighting.admitted(loaded.key, loaded.texels, loaded.picked)
        if loaded.error is not None:
            self._residency.lack(loaded, now_s)
        if birth_s == now_s:
            self._picture.born(now_s)
        return True

    def _is_watched(self, key: TileKey, gaze: Gaze) -> bool:
        """Whether an eye would see a tile appear: one of the picture, in sight, that is not swift.

        At 5,130 pixels a second a fade of 0.1 s goes half across the screen: sharp tiles that
        arrived as they came into sight were a blurred third of it.
        """
        return (
            not gaze.swift
            and key.level in gaze.plan.choice.levels
            and self._pyramid.i_rect(key).meets(gaze.i_sight)
        )

    def _keeps(self, key: TileKey, plan: Plan) -> Iterator[AbstractSet[TileKey]]:
        """What must stay where a tile needs a slot, and if that leaves none; made when asked for.

        What is likely to come into sight shall not drive out what is on the screen.
        """
        yield plan.keep.union(self._picture.standing_in(plan))
        if key in plan.essential:
            yield plan.essential
