"""What Ctrl-C does while a program comes up: it ends it, at once and quietly.

Python would raise KeyboardInterrupt wherever the main thread is. Amid an import that is a
traceback, within Qt's or PySide's C code it is lost, or ends in an abort or a segmentation fault.
"""

import os
import signal
from typing import NoReturn

INTERRUPTED = 130
"""The exit status after Ctrl-C, as shells have it."""


def end_at_once() -> None:
    """Let Ctrl-C end the process from now on: where nothing has to be tidied up.

    For the main thread of a program. One that was started with Ctrl-C ignored goes on ignoring it.
    """
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, end)


def raise_again() -> None:
    """Let Ctrl-C raise KeyboardInterrupt again after `end_at_once`: where something has to be."""
    if signal.getsignal(signal.SIGINT) is end:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def end(*_: object) -> NoReturn:
    """End the process; a handler of signals. Nothing is unwound: the main thread may be in C."""
    os._exit(INTERRUPTED)
