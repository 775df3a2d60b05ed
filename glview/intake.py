"""Takes in what workers have brought, and uploads it, a slice of time in each frame. No GL."""

from collections.abc import Callable

from glview.errors import GpuMemoryError
from glview.gpu import Uploader
from glview.gpu_budget import GpuBudget
from glview.loader import Loaded
from glview.residency import Residency
from glview.supply import Supply

UPLOADED_AT_ONCE = 8
"""Tiles that complete each other's gutters before they are uploaded, if there is time for as many:
of an image without overlap each then takes 1.2 more uploads, of one at a time 3.6."""
DROPPED_A_FRAME = 32
"""Results without texels for the atlas that a frame takes in past its slice of time, looking for
one that has: a failure that is logged takes 0.05 ms."""


class Intake:
    """From the supply by way of residency to the GPU. Used by the thread that owns the view."""

    def __init__(
        self,
        supply: Supply,
        residency: Residency,
        gpu: GpuBudget,
        stopwatch: Callable[[], float],
    ) -> None:
        self._supply = supply
        self._residency = residency
        self._gpu = gpu
        self._stopwatch = stopwatch

    def take(self, uploader: Uploader, budget_s: float, admit: Callable[[Loaded], bool]) -> None:
        """Take in and upload for ``budget_s`` at most, and what is refused no further.

        ``admit`` says whether a result is to be uploaded. One tile always goes, so that a slow
        machine gets on, too. What is not uploaded (failed, empty, left by the view) does not count
        as that one, up to `DROPPED_A_FRAME`.
        """
        began_s = self._stopwatch()
        deadline_s = began_s + budget_s
        admitted = waiting = dropped = 0
        at_once = 1
        while not self._gpu.is_refused and (loaded := self._supply.next()):
            if admit(loaded):
                admitted += 1
                waiting += 1
            else:
                dropped += 1
            self._supply.share(self._residency.host_bytes)
            if waiting == at_once:
                self._upload(uploader)
                waiting = 0
            stopped_s = self._stopwatch()
            over = stopped_s >= deadline_s
            if over and (admitted or dropped >= DROPPED_A_FRAME):
                break
            if admitted and not waiting:
                # As many as there is time for, by what those before have taken.
                each_s = max((stopped_s - began_s) / admitted, 1e-6)
                fit = int((deadline_s - stopped_s) / each_s)
                at_once = max(min(2 * at_once, UPLOADED_AT_ONCE, fit), 1)
        if waiting:
            self._upload(uploader)

    def _upload(self, uploader: Uploader) -> None:
        """Upload what was admitted, and what that tells its neighbours."""
        layers = self._residency.layout.max_layers
        told: GpuMemoryError | None = None
        for upload in self._residency.uploads():
            if upload.slot.layer >= layers:
                continue
            try:
                uploader.upload(upload.slot, upload.x, upload.y, upload.texels)
            except GpuMemoryError as refused:
                # Its slot, the first in its layer, would show what is in another.
                told, layers = refused, upload.slot.layer
        if told is None:
            self._gpu.granted()
        else:
            self._gpu.refuse(told)
            self._residency.lose_from(layers)
