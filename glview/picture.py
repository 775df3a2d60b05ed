"""The picture of one image as it is drawn: which tiles it is made of, and since when."""

from collections.abc import Iterator

from glview.display import Display
from glview.frame import EMPTY, Frame, InstanceTable, Scene
from glview.instances import build, still_appearing
from glview.pyramid import Pyramid, Rect, TileKey
from glview.residency import Residency
from glview.residents import LONG_AGO_S
from glview.scheduler import Plan
from glview.viewport import Viewport

ROOT_PATIENCE_S = 0.5
"""How long tiles in sight wait for the one of the whole image before they are shown alone."""
SHARP_PATIENCE_S = 0.05
"""How long the tile of the whole image waits for sharp ones, so that the first picture is sharp
where they come at once: two threads read a screen of JPEG tiles in 25 ms. Shown before, it would
be seen for a few frames, each of which costs a software renderer more than all tiles."""


class Picture:
    """Makes frames of the tiles in ``residency``; ``root`` is the tile of the whole image.

    Used by the thread that owns the view.
    """

    def __init__(self, pyramid: Pyramid, residency: Residency, root: TileKey) -> None:
        self._pyramid = pyramid
        self._residency = residency
        self._root = root
        self._table: InstanceTable = EMPTY
        self._table_of: tuple[object, ...] = ()
        self._epoch_s = 0.0
        self._sight = Rect(0.0, 0.0, 0.0, 0.0)
        self._youngest_s = LONG_AGO_S
        self._impatient_at_s: float | None = None
        self._shown_at_s: float | None = None

    @property
    def is_begun(self) -> bool:
        """Whether a frame was made in this context."""
        return bool(self._table_of)

    def begin_anew(self) -> None:
        """A new context, which no tile is in yet."""
        self._table, self._table_of = EMPTY, ()
        self._impatient_at_s = self._shown_at_s = None

    def is_ready(self, now_s: float, *, sharp: bool) -> bool:
        """Whether a frame would leave no blank: the tile of the whole image is there, or failed.

        The first picture is ``sharp``, or comes `SHARP_PATIENCE_S` after that tile. Where that tile
        takes long to make (an image without levels), what is there is shown after
        `ROOT_PATIENCE_S`.
        """
        if self._table_of:
            return True  # where there is a picture it stays, though that tile may be read anew
        if self._residency.is_settled(self._root):
            if self._shown_at_s is None:
                self._shown_at_s = now_s + SHARP_PATIENCE_S
            return sharp or now_s >= self._shown_at_s
        if not self._residency.residents:
            return False
        if self._impatient_at_s is None:
            self._impatient_at_s = now_s + ROOT_PATIENCE_S
        return now_s >= self._impatient_at_s

    def frame(
        self, scene: Scene, view: Viewport, display: Display, plan: Plan, now_s: float
    ) -> Frame:
        """The picture of a view made of what is resident; the plan is for its neighbourhood."""
        appearing = now_s - self._youngest_s < display.fade_s
        made_of = (self._residency.version, plan, appearing)
        if made_of != self._table_of:
            self._epoch_s = now_s
            self._table = build(
                self._pyramid,
                plan.choice,
                plan.cover,
                self._residency.residents,
                gutter=scene.gutter,
                groups=scene.texels.groups,
                now_s=now_s,
                fade_s=display.fade_s,
            )
            # Who goes first when room is short: what is out of sight, then what is only likely to
            # come into sight, then what stands in on the screen, and never what the picture needs.
            self._residency.touch(reversed(plan.wanted))
            self._residency.touch(self._table.keys)
            self._table_of = made_of
        self._sight = view.i_bounds()
        return Frame(
            scene,
            view,
            display,
            self._table,
            plan.choice.base,
            now_s - self._epoch_s,
            self._table.partial_count > 0,
        )

    def born(self, birth_s: float) -> None:
        """A tile is in the atlas that appears from then on."""
        self._youngest_s = birth_s

    def is_appearing(self, now_s: float, fade_s: float) -> bool:
        """Whether a tile of the last picture is still fading in."""
        if now_s - self._youngest_s >= fade_s:
            return False
        return any(still_appearing(self._residency.residents, self._table.keys, now_s, fade_s))

    def standing_in(self, plan: Plan) -> Iterator[TileKey]:
        """What the last picture shows in sight beside the tiles that a plan wants.

        Out of sight they must make room: they stand in for the very tiles that would come.
        """
        for key in set(self._table.keys) - plan.keep:
            if self._pyramid.i_rect(key).meets(self._sight):
                yield key
