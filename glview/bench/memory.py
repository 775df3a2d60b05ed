"""What this process takes of memory, by its flights."""

from collections.abc import Iterator, Sequence

from glview.bench.process import peak_bytes
from glview.bench.rows import Row
from glview.options import MIB


def cases(after_bytes: Sequence[int]) -> Iterator[Row]:
    """After each time's flights with the image open, and the most that the process ever had.

    Nothing where the system does not tell.
    """
    note = "of the process"
    if after_bytes:
        values = tuple(size / MIB for size in after_bytes)
        after = f"{note}, the most after a flight, each time"
        yield Row("memory: after flights, image open", "MiB", values, note=after)
    if (peak := peak_bytes()) is not None:
        # The system's count of the most is a little behind its count of now.
        most = max((peak, *after_bytes))
        yield Row("memory: peak", "MiB", (most / MIB,), note=f"{note}, flights and before")
