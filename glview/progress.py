"""A bar on the terminal for work that takes longer than a person waits."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Progress = Callable[[float], None]
"""Called with rising fractions of the work, the last of them 1.0."""

BAR_WIDTH = 32


@contextmanager
def bar(label: str) -> Iterator[Progress | None]:
    """What draws a bar behind ``label`` on stderr; None where stderr is no terminal."""
    sys.stderr.flush()
    if not sys.stderr.isatty():
        yield None
        return

    drawn = False

    def show(fraction: float) -> None:
        nonlocal drawn
        drawn = True
        full = round(fraction * BAR_WIDTH)
        line = "█" * full + "░" * (BAR_WIDTH - full)
        sys.stderr.write(f"\r{label}  {line} {fraction:4.0%}")
        sys.stderr.flush()

    try:
        yield show
    finally:
        if drawn:
            sys.stderr.write("\n")
