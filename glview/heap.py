"""Gives memory back to the system that malloc keeps of what was freed (glibc; else nothing)."""

import ctypes
from collections.abc import Callable
from functools import cache


def give_back() -> None:
    """Hand all whole free pages back, of every thread's arena; on any thread.

    Workers fill arenas of their own with what decoding takes, and glibc lets up to 64 MiB lie free
    at the end of each, and any number of bytes between what is still used: from one image to the
    next a process grew towards the sum of what each of its threads had once needed at most.
    """
    _trim()(0)


@cache
def _trim() -> Callable[[int], object]:
    """malloc_trim, or what does nothing."""
    try:
        trim = ctypes.CDLL(None).malloc_trim
    except (OSError, TypeError, AttributeError):
        return lambda _: None
    trim.argtypes, trim.restype = [ctypes.c_size_t], ctypes.c_int
    return trim
