"""What is needed of a GPU (`glview.gl.renderer.Renderer`)."""

from collections.abc import Sequence
from typing import Any, Protocol

from numpy.typing import NDArray

from glview.atlas import AtlasLayout, Move, Slot
from glview.display import Display
from glview.frame import Frame, Mark, Outline, Panel, Scene, Target
from glview.texels import TexelFormat


class Uploader(Protocol):
    """The part of a renderer that an image's tiles go to."""

    def configure(self, layout: AtlasLayout, texels: TexelFormat, *, keep: bool = False) -> None:
        """Begin an atlas that is empty; ``keep``: in the memory of the one before, if it fits."""

    def make_room(self, tiles: int) -> None:
        """Allocate for so many tiles at once; `GpuMemoryError` where there is no memory for it."""

    def prepare(self, scene: Scene, display: Display) -> bool:
        """Do a little of what pictures of a scene will take; False if nothing was left to do."""

    def reserve_composite(self, width_px: int, height_px: int) -> None:
        """Have what blending levels takes; `GpuMemoryError` if it cannot be had."""

    def upload(self, slot: Slot, x: int, y: int, texels: NDArray[Any]) -> None:
        """`GpuMemoryError` where there is no memory for the slot's layer."""


class Atlas(Protocol):
    """The part of a renderer that keeps to a budget, and says what it takes."""

    def rearrange(self, layout: AtlasLayout, moves: Sequence[Move]) -> None:
        """`GpuMemoryError` where there is no memory for it: then nothing has changed."""

    @property
    def atlas_bytes(self) -> int: ...

    @property
    def composite_bytes(self) -> int: ...


class FrameRenderer(Uploader, Atlas, Protocol):
    """What a viewer needs of a renderer (`glview.gl.renderer.Renderer`)."""

    def empty(self) -> None:
        """Have neither an atlas nor what blending takes, until the next `configure`."""

    def draw(self, frame: Frame, target: Target) -> None: ...

    def clear(self, target: Target, color: tuple[float, float, float]) -> None: ...

    def draw_marks(self, marks: Sequence[Mark], target: Target) -> None: ...

    def draw_outlines(self, outlines: Sequence[Outline], target: Target, line_px: int) -> None: ...

    def draw_panels(self, panels: Sequence[Panel], target: Target) -> None: ...
