"""Arrays of a Zarr group, as zarr-python reads them; the only module that knows it."""

import importlib.util
import json
import math
import os
import stat
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from glview.errors import TileError

if TYPE_CHECKING:
    from zarr.storage import LocalStore

MAX_CHUNK_BYTES = 64 << 20
"""A larger chunk would be decoded for each of its tiles, or kept."""
_MAX_METADATA_BYTES = 16 << 20
_MAX_SIDE = 1 << 40
_ARRAY_METADATA = (".zarray", "zarr.json")
_METADATA = (*_ARRAY_METADATA, ".zattrs", ".zgroup", ".zmetadata")
_CODECS = frozenset(
    {
        *("blosc", "bz2", "gzip", "lz4", "lzma", "packbits", "zlib", "zstd"),
        *("adler32", "crc32", "crc32c", "fletcher32"),
        *("astype", "bitround", "delta", "fixedscaleoffset", "quantize", "shuffle"),
        *("bytes", "sharding_indexed", "transpose"),
    }
)
"""What chunks may be decoded by: nothing that runs what a file says, as pickle does."""

EXTRA = "pip install 'glview-bigimage[zarr]'"
"""What brings zarr-python."""

Index = tuple[int | slice, ...]


class ZarrError(Exception):
    """What is wrong with a group or an array, in words; ``may_heal`` as a `TileError` has it."""

    def __init__(self, words: str, *, may_heal: bool = False) -> None:
        super().__init__(words)
        self.may_heal = may_heal


class ZarrUnsupportedError(ZarrError):
    """What may be sound, but is not read."""


@dataclass(frozen=True, slots=True)
class ZarrArray:
    """An array of a group. Any thread may read it."""

    shape: tuple[int, ...]
    chunks: tuple[int, ...]
    dtype: np.dtype[Any]
    _array: Any

    @property
    def chunk_bytes(self) -> int:
        return math.prod(self.chunks) * self.dtype.itemsize

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
            # Consolidated metadata would be a second opinion of what the files of arrays say.
            group = zarr.open_group(_store(path), mode="r", use_consolidated=False)
            self.attributes: Mapping[str, Any] = dict(group.attrs)
        self._path, self._group = path, group

    def array(self, path: str) -> ZarrArray:
        """One of its arrays; ZarrError where it is not there."""
        import zarr

        with _faults(f"no array {path}: "), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = self._group[path]
            if not isinstance(found, zarr.Array):
                raise ZarrError("it is no array")
            shape, chunks, dtype = tuple(found.shape), tuple(found.chunks), np.dtype(found.dtype)
            if max(*shape, *chunks, *(found.shards or ()), 0) > _MAX_SIDE:
                raise ZarrError("its size makes no sense")
            read = math.prod(found.shards or chunks) * dtype.itemsize
            store = _store(self._path, found.path, min(read, MAX_CHUNK_BYTES))
            array = zarr.open_array(store, path=found.path, mode="r")
        return ZarrArray(shape, chunks, dtype, array)


def _store(path: str, array: str | None = None, chunk_bytes: int = 0) -> "LocalStore":
    """The files of a group, or those of one of its arrays, as far as it is safe to read them."""
    from zarr.abc.store import ByteRequest
    from zarr.core.buffer import Buffer, BufferPrototype
    from zarr.storage import LocalStore

    # What does not compress takes a little more than it is.
    bound = 2 * chunk_bytes + (1 << 20)

    class BoundedStore(LocalStore):
        async def get(
            self,
            key: str,
            prototype: BufferPrototype | None = None,
            byte_range: ByteRequest | None = None,
        ) -> Buffer | None:
            is_metadata = os.path.basename(key) in _METADATA
            most = _MAX_METADATA_BYTES if is_metadata else bound
            _require_readable(os.path.join(path, key), key, byte_range, most)
            found = await super().get(key, prototype, byte_range)
            if found is None and not is_metadata and array is not None:
                _require_array(os.path.join(path, array))
            if found is not None and os.path.basename(key) in _ARRAY_METADATA:
                _require_known_codecs(json.loads(found.to_bytes()))
            return found

    return BoundedStore(path, read_only=True)


def _require_readable(path: str, key: str, part: Any, most: int) -> None:
    """ZarrError for what is no file, which may never end, or of which too much is asked for."""
    try:
        told = os.stat(path)
    except (FileNotFoundError, NotADirectoryError):
        return
    if stat.S_ISDIR(told.st_mode):
        return
    if not stat.S_ISREG(told.st_mode):
        raise ZarrError(f"{key} is no file")
    size = told.st_size
    if hasattr(part, "suffix"):
        size = min(size, part.suffix)
    elif hasattr(part, "end"):
        size = min(size, part.end) - part.start
    elif hasattr(part, "offset"):
        size -= part.offset
    if size > most:
        raise ZarrError(f"{size >> 20} MiB of {key} are more than it can have")


def _require_array(path: str) -> None:
    """A chunk that is not there is filled, but not where all of its array is gone."""
    if not any(os.path.exists(os.path.join(path, name)) for name in _ARRAY_METADATA):
        raise ZarrError("the array is gone", may_heal=True)


def _require_known_codecs(told: object) -> None:
    if isinstance(told, dict):
        for name in _names((told.get("codecs"), told.get("filters"), told.get("compressor"))):
            if str(name).removeprefix("numcodecs.") not in _CODECS:
                raise ZarrUnsupportedError(f"chunks are decoded by {name}, which is not read")


def _names(told: object) -> Iterator[object]:
    """All that chunks are decoded by, also within shards."""
    if isinstance(told, (list, tuple)):
        for one in told:
            yield from _names(one)
    elif isinstance(told, dict):
        yield from (told[key] for key in ("id", "name") if key in told)
        inner = told.get("configuration")
        if isinstance(inner, dict):
            yield from _names((inner.get("codecs"), inner.get("index_codecs")))
    elif told is not None:
        yield told


@contextmanager
def _faults(beginning: str = "") -> Iterator[None]:
    try:
        yield
    except ZarrUnsupportedError:
        raise
    except Exception as error:  # noqa: BLE001 -- nothing that broken chunks do not raise
        words = " ".join(str(error).split()) or type(error).__name__
        may_heal = getattr(error, "may_heal", False)
        if isinstance(error, OSError) and error.errno is not None:
            may_heal = TileError.of_system("", error).may_heal
        raise ZarrError(beginning + words, may_heal=may_heal) from None


def is_installed() -> bool:
    """Whether zarr-python is; it is not imported."""
    return importlib.util.find_spec("zarr") is not None
