"""The parts that a run is made of: how far it is, and what else the machine did during each."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from glview.bench.machine import Others
from glview.bench.rows import Row
from glview.progress import Progress


class Told:
    """The share of the work that is done, told as it grows.

    ``parts`` says of each how much of the whole time it takes, and in about how many steps.
    """

    def __init__(
        self, on_progress: Progress | None, parts: Mapping[str, tuple[float, int]]
    ) -> None:
        self._tell = on_progress or (lambda _share: None)
        self._parts = parts
        self._whole = sum(weight for weight, _ in parts.values()) or 1.0
        self._done = 0.0
        self._rows = 0

    def row(self, part: str) -> None:
        """Another row of a part, or another step on the way to some."""
        count = self._parts[part][1]
        self._rows = min(self._rows + 1, count)
        self.share(part, self._rows / count)

    def share(self, part: str, share: float) -> None:
        """So much of a part is done."""
        self._tell((self._done + self._parts[part][0] * share) / self._whole)

    def part(self, part: str) -> None:
        """A part is over."""
        self._done += self._parts[part][0]
        self._rows = 0
        self._tell(self._done / self._whole)


def measured(name: str, part: Iterable[Row], told: Told) -> list[Row]:
    """The rows of a part once it is over, with what other programs did meanwhile."""
    others, rows = Others(), []
    for row in part:
        rows.append(row)
        told.row(name)
    told.part(name)
    cores = others.cores()
    return [replace(row, others_cores=cores) for row in rows]
