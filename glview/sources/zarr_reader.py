"""Arrays of a Zarr group, as zarr-python reads them; the only module that knows it."""

import importlib.util
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

EXTRA = "pip install 'glview-bigimage[zarr]'"
"""What brings zarr-python."""

Index = tuple[int | slice, ...]


class ZarrError(Exception):
    """What is wrong with a group or an array, in words."""


@dataclass(frozen=True, slots=True)
class ZarrArray:
    """An array of a group. Any thread may read it."""

    shape: tuple[int, ...]
    chunks: tuple[int, ...]
    dtype: np.dtype[Any]
    _array: Any

    @property
    def chunk_bytes(self) -> int:
        return int(np.prod(self.chunks, dtype=np.float64)) * self.dtype.itemsize

    def read(self, index: Index) -> NDArray[Any]:
        """A part; chunks that are not in the file are what the array is filled with."""
        with _faults():
            return np.asarray(self._array[index])


class ZarrGroup:
    """A group at a path of the file system; `ZarrError` where there is none."""

    def __init__(self, path: str) -> None:
        import zarr

        # It warns of what other programs write.
        with _faults(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self._group = zarr.open_group(path, mode="r")
            self.attributes: Mapping[str, Any] = dict(self._group.attrs)

    def array(self, path: str) -> ZarrArray:
        """One of its arrays; ZarrError where it is not there."""
        import zarr

        with _faults(f"no array {path}: "), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = self._group[path]
        if not isinstance(found, zarr.Array):
            raise ZarrError(f"{path} is no array")
        return ZarrArray(tuple(found.shape), tuple(found.chunks), np.dtype(found.dtype), found)


@contextmanager
def _faults(beginning: str = "") -> Iterator[None]:
    try:
        yield
    except Exception as error:  # noqa: BLE001 -- nothing that broken chunks do not raise
        words = " ".join(str(error).split()) or type(error).__name__
        raise ZarrError(beginning + words) from None


def is_installed() -> bool:
    """Whether zarr-python is; it is not imported."""
    return importlib.util.find_spec("zarr") is not None
