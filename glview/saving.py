"""Has libvips write while the calling thread listens, tells and can be interrupted."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Any

from glview.progress import Progress

_POLL_S = 0.02


def save(image: Any, write: Callable[[], object], on_progress: Progress | None = None) -> None:
    """Run ``write``, which evaluates ``image`` (a `pyvips.Image`), on another thread.

    Python cannot raise through C: an exception in a libvips callback, Ctrl-C above all, would be
    printed and lost. So the callback only notes a number, and this thread does the talking.
    ``on_progress`` is called on it with rising fractions below 1: the last word belongs to the
    caller, when the file is in place. What it raises stops the work, as Ctrl-C does, and comes
    through; so does what ``write`` raises. No thread is left behind.
    """
    reached = 0.0

    def note(_: Any, progress: Any) -> None:
        nonlocal reached
        reached = progress.percent / 100.0

    image.set_progress(True)
    image.signal_connect("eval", note)
    with ThreadPoolExecutor(1, "glview save") as pool:
        saving = pool.submit(write)
        told = 0.0
        try:
            while not wait([saving], _POLL_S).done:
                fraction = min(reached, 0.99)
                if on_progress is not None and fraction > told:
                    told = fraction
                    on_progress(fraction)
        except BaseException:
            image.set_kill(True)
            raise
    saving.result()
