"""Keeps what an image takes of the GPU within its bytes, and goes on where the driver has less."""

import logging

from glview import budgets
from glview.atlas import AtlasLayout, fallbacks
from glview.errors import ContextError, GpuMemoryError
from glview.gpu import Atlas, Uploader
from glview.planner import Planner
from glview.pyramid import TileKey
from glview.residency import Residency
from glview.stats import GpuBytes
from glview.texels import TexelFormat

log = logging.getLogger("glview")


class GpuBudget:
    """Sizes the atlas of one image: the composite's room goes first, tiles have the rest.

    It acts on the layout that ``residency`` owns, and has ``planner`` plan anew where that changes.
    Used by the thread that owns the view.
    """

    def __init__(
        self,
        residency: Residency,
        planner: Planner,
        texels: TexelFormat,
        gpu_bytes: int,
        *,
        name: str,
    ) -> None:
        self._residency = residency
        self._planner = planner
        self._texels = texels
        self._gpu_bytes = gpu_bytes
        self._name = name
        self._target_px: tuple[int, int] | None = None
        self._takes_composite = True
        self._refused: GpuMemoryError | None = None
        self._granted_bytes: int | None = None
        self._untold: GpuMemoryError | None = None
        self._warned: set[str] = set()
        self._cross_fade = True

    @property
    def cross_fade(self) -> bool:
        """Whether there is memory to blend levels, as far as is known."""
        return self._cross_fade

    @property
    def is_refused(self) -> bool:
        """Whether an upload was refused: nothing more should be uploaded before the next `fit`."""
        return self._refused is not None

    def set(self, gpu_bytes: int) -> None:
        """Keep to another number of bytes from the next `fit` on."""
        self._gpu_bytes = gpu_bytes
        self._target_px = None
        self._granted_bytes = None

    def begin_anew(self) -> None:
        """Another context: what the one before refused it may grant."""
        self._refused = self._granted_bytes = None
        self._target_px = None

    def fit(
        self,
        gpu: Atlas,
        width_px: int,
        height_px: int,
        *,
        most_slots: int | None,
        takes_composite: bool = True,
    ) -> None:
        """Keep to the budget with a target of this size; before a frame is planned for it.

        ``takes_composite`` says whether pictures in which levels are blended take one.
        The atlas gets what the composite leaves, and no more than ``most_slots``. Tiles stay as
        long as they fit: those that the picture needs first, then those seen last. Where the driver
        refuses memory, the atlas stays as large as it is; `ContextError` where that is too little
        for any picture.
        """
        if self._refused is not None:
            self._make_do(gpu, self._refused)
            self._refused = None
        asked = (width_px, height_px), takes_composite
        if (self._target_px, self._takes_composite) == asked:
            return
        self._target_px, self._takes_composite = asked
        self._cross_fade = True
        now = self._residency.layout
        composite = 0
        if takes_composite:
            composite = budgets.composite_bytes(width_px, height_px, self._texels)
        layout = now.within(
            budgets.atlas_bytes(self._gpu_bytes, composite, now.slot_bytes),
            layers_now=gpu.atlas_bytes // now.bytes_per_layer,
            most_slots=most_slots,
        )
        most = self._granted_bytes
        if most is not None and layout.capacity * layout.slot_bytes > most:
            return
        try:
            self._rearrange(gpu, layout)
        except GpuMemoryError as refused:
            self._make_do(gpu, refused)

    def _rearrange(self, gpu: Atlas, layout: AtlasLayout) -> None:
        """Take another layout; `GpuMemoryError` where that cannot be: then nothing has changed."""
        if layout == self._residency.layout:
            return
        first: list[TileKey] = []
        plan = self._planner.plan
        if plan is not None:
            essential = plan.essential
            first = [*(key for key in plan.wanted if key in essential), *essential]
        planned = self._residency.rearranged(layout, first)
        gpu.rearrange(layout, planned.moves)
        self._residency.rearrange(planned)
        self._planner.forget()

    def _make_do(self, gpu: Atlas, refused: GpuMemoryError) -> None:
        """Go on with the atlas as it is allocated, or with a smaller one where that is too little.

        Another attempt at the whole budget is made when that is set, and in a new context.
        """
        now = self._residency.layout
        self._residency.lose_from(gpu.atlas_bytes // now.bytes_per_layer)
        self._planner.forget()
        told = refused
        least = budgets.LEAST_SLOTS
        for layout in fallbacks(now, gpu.atlas_bytes, refused.size_bytes, least):
            try:
                self._rearrange(gpu, layout)
                break
            except GpuMemoryError as again:
                told = again
        else:
            least_mib = -(-least * now.slot_bytes >> 20)
            raise ContextError(f"{self._name}: {told}; a picture takes {least_mib} MiB")
        now = self._residency.layout
        self._granted_bytes = now.capacity * now.slot_bytes
        self._untold = self._untold or refused
        if gpu.atlas_bytes:
            self.granted()

    def refuse(self, refused: GpuMemoryError) -> None:
        """An upload was refused: the next `fit` makes do with what is there."""
        self._refused = refused

    def granted(self) -> None:
        """There is an atlas: now it is known what must do, and said once."""
        if self._untold is not None:
            granted_bytes = self._granted_bytes or 0
            self._warn("atlas", f"{self._untold}; {granted_bytes >> 20} MiB must do")
            self._untold = None

    def reserve(self, uploader: Uploader) -> bool:
        """Have a composite for the target; False where there is no memory to blend levels."""
        if not (self._cross_fade and self._takes_composite and self._target_px):
            return True
        try:
            uploader.reserve_composite(*self._target_px)
        except GpuMemoryError as refused:
            self._cross_fade = False
            self._warn("composite", f"{refused}, so levels do not cross-fade")
        return self._cross_fade

    def _warn(self, what: str, fault: str) -> None:
        """Once for each thing that was refused."""
        if what not in self._warned:
            self._warned.add(what)
            log.warning("%s: %s", self._name, fault)

    def use(self, gpu: Atlas | None) -> GpuBytes:
        """What is taken now."""
        if gpu is None:
            return GpuBytes(0, 0, self._gpu_bytes)
        return GpuBytes(gpu.atlas_bytes, gpu.composite_bytes, self._gpu_bytes)
