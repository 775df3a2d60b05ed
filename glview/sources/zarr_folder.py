"""Which folders are Zarr groups: by what lies in them (asks the file system)."""

import os

_MARKS = ("zarr.json", ".zattrs", ".zgroup")
"""What the folder of a group has, of version 3 and 2."""


def zarr_mark(path: str) -> str | None:
    """The file in a folder that makes it a Zarr group; None where it is none, or no folder."""
    marks = (os.path.join(path, mark) for mark in _MARKS)
    return next((mark for mark in marks if os.path.isfile(mark)), None)
