"""OpenGL's functions as C offers them: no question for an error after each, the lock kept or not.

PyOpenGL's raw bindings ask `glGetError` after each call, in a second call, and let Python's lock go
for both. A thread that runs Python code takes the lock then and keeps it for its 5 ms.
"""

import ctypes
from typing import Any


def bound(raw: Any, platform: Any, *, keeps_lock: bool) -> Any:
    """One of PyOpenGL's raw functions, called directly; ``platform`` is PyOpenGL's, too.

    ``keeps_lock`` is for what never waits. PyOpenGL's signature holds, but that pointers are taken
    as ctypes takes them. The raw function itself where the driver's library has none of its name.
    """
    prototype = ctypes.PYFUNCTYPE if keeps_lock else platform.functionTypeFor(raw.DLL)
    made = prototype(raw.restype, *map(_as_ctypes, raw.argtypes))
    try:
        return made((raw.__name__, raw.DLL))
    except AttributeError:
        address = platform.getExtensionProcedure(raw.__name__.encode())
        return made(address) if address else raw


def _as_ctypes(kind: Any) -> Any:
    """A number's type as it is; PyOpenGL's types of arrays convert, which callers have done."""
    is_number = isinstance(getattr(kind, "_type_", None), str)
    return kind if is_number else ctypes.c_void_p
