"""The header of a ``.npy`` file (pure).

After a magic string and a version stand the length of a text and that text: a Python literal, a
dictionary of ``descr``, ``fortran_order`` and ``shape`` (numpy.lib.format has the whole of it).
Nothing of it is run, and arrays of Python objects, which would have to be unpickled, are refused.
"""

import ast
import math
import re
from dataclasses import dataclass
from typing import Any

import numpy as np

MOST_BYTES = 1 << 14
"""Of a header; numpy reads 10,000 characters of one, and its own have 118 mostly."""
_LENGTH_BYTES = {1: 2, 2: 4, 3: 4}
"""By the version of the format."""
_NUMBERS = re.compile(r"[<>|=]?[biufc][0-9]{1,2}")
_KEYS = {"descr", "fortran_order", "shape"}


@dataclass(frozen=True, slots=True)
class NpyHeader:
    """What array a file holds, and where in it."""

    dtype: np.dtype[Any]
    shape: tuple[int, ...]
    fortran: bool
    """Whether the first index runs fastest."""
    data_offset: int

    @property
    def data_bytes(self) -> int:
        return math.prod(self.shape) * self.dtype.itemsize


def parse_npy(head: bytes) -> NpyHeader:
    """The header that ``head`` begins with, of which `MOST_BYTES` suffice.

    ValueError says what is wrong with it, or that it is no array of numbers.
    """
    length_bytes = _LENGTH_BYTES.get(head[6]) if len(head) > 8 else None
    if length_bytes is None:
        raise ValueError("its version is none of 1 to 3")
    start = 8 + length_bytes
    end = start + int.from_bytes(head[8:start], "little")
    if end > MOST_BYTES:
        raise ValueError(f"its header has {end - start} bytes")
    if len(head) < end:
        raise ValueError("it ends within its header")
    return _parsed(head[start:end].decode("latin-1").strip(), end)


def _parsed(text: str, data_offset: int) -> NpyHeader:
    try:
        told = ast.literal_eval(text)
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        told = None
    if not isinstance(told, dict) or told.keys() != _KEYS:
        raise ValueError("its header describes no array")
    descr, fortran, shape = told["descr"], told["fortran_order"], told["shape"]
    sound = isinstance(shape, tuple) and all(type(size) is int and size >= 0 for size in shape)
    if not sound or not isinstance(fortran, bool):
        raise ValueError("its header describes no array")
    if isinstance(descr, str) and descr.endswith("O"):
        raise ValueError("it holds Python objects, which may run anything and are not read")
    try:
        dtype = np.dtype(descr if isinstance(descr, str) and _NUMBERS.fullmatch(descr) else "")
    except TypeError:
        raise ValueError(f"it holds no numbers, but {_short(descr)}") from None
    return NpyHeader(dtype, shape, fortran, data_offset)


def _short(descr: object) -> str:
    text = repr(descr)
    return text if len(text) <= 60 else f"{text[:59]}…"
