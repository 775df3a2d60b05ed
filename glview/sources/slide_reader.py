"""A slide that OpenSlide has open, and opens anew after an error. The one home of `openslide`."""

import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from glview.errors import ImageError, TileError
from glview.sources.slide_levels import Region

if TYPE_CHECKING:
    from openslide import OpenSlide


class SlideError(Exception):
    """OpenSlide cannot do something; the message is its own."""


def is_installed() -> bool:
    """Whether there is an OpenSlide; loads it."""
    try:
        import openslide  # noqa: F401  # to see whether it loads
    except (ImportError, OSError):
        # The wheel without a library, or a library without what it needs, is none either.
        return False
    return True


class SlideReader:
    """Reads regions of the slide at ``path``. Thread-safe.

    OpenSlide's handles are for all threads at a time, but for ever dead after an error of one. So a
    read that fails is tried once more with a new handle, which tells whether it was its own
    fault: that is a `TileError` then. Else the new handle serves from now on.
    `SlideError` here if OpenSlide cannot open the file.
    """

    def __init__(self, path: str, name: str, cache_bytes: int) -> None:
        import openslide

        self._path = path
        self._name = name
        self._lock = threading.Lock()
        self._cache = openslide.OpenSlideCache(cache_bytes)
        self.cache_bytes = cache_bytes
        """The most of decoded tiles that OpenSlide keeps."""
        self._closed = False
        slide = self._opened()
        self._slide: OpenSlide | None = slide
        try:
            self.sizes = slide.level_dimensions
            self.downsamples = slide.level_downsamples
            told = {name: slide.properties.get(name) for name in slide.properties}
            # A name that is no UTF-8 comes as text by which its value is not found.
            self.properties: Mapping[str, str] = {
                name: value for name, value in told.items() if value is not None
            }
            self.associated: tuple[str, ...] = tuple(slide.associated_images)
            # A region of nothing costs nothing, and brings the profile as its bytes: what Pillow
            # makes of them (`color_profile`) fails where they are broken.
            self.profile: bytes | None = slide.read_region((0, 0), 0, (0, 0)).info.get(
                "icc_profile"
            )
            """The ICC profile that its pixels are in; None for a slide that tells none."""
        except openslide.OpenSlideError as error:
            raise SlideError(str(error)) from None

    def read(self, region: Region, where: str) -> NDArray[np.uint8]:
        """Straight RGBA, (height, width, 4), of a region with its border.

        `TileError` that begins with ``where``, a tile's place.
        """
        first = self._current(where)
        try:
            return _read(first, region)
        except SlideError:
            pass
        try:
            second = self._opened()
            pixels = _read(second, region)
        except SlideError as error:
            raise TileError(f"{where}: {error}") from None
        with self._lock:
            if self._slide is first and not self._closed:
                self._slide = second
        return pixels

    def read_associated(self, name: str) -> NDArray[np.uint8]:
        """A picture beside the slide; KeyError for none of `associated`, ImageError."""
        if name not in self.associated:
            raise KeyError(name)
        import openslide

        try:
            # By a handle of its own: a broken label must not cost a tile its handle.
            found = np.array(self._opened().associated_images[name].convert("RGBA"))
        except (SlideError, openslide.OpenSlideError, KeyError) as error:
            raise ImageError(self._name, f"its {name} cannot be read: {error}") from None
        return found if (found[:, :, 3] < 255).any() else np.ascontiguousarray(found[:, :, :3])

    def limit_cache(self, limit_bytes: int) -> None:
        """Keep at most so many bytes of decoded tiles."""
        import openslide

        with self._lock:
            self._cache = openslide.OpenSlideCache(limit_bytes)
            self.cache_bytes = limit_bytes
            try:
                if self._slide is not None:
                    self._slide.set_cache(self._cache)
            except openslide.OpenSlideError:
                # After a broken tile a handle does nothing more; the next read opens another.
                self._slide = None

    def close(self) -> None:
        """Idempotent; what other threads read is read to its end."""
        with self._lock:
            self._closed = True
            # The last reference closes it: other threads may be reading.
            self._slide = None

    def _current(self, where: str) -> "OpenSlide":
        with self._lock:
            if self._closed:
                raise TileError(f"{where}: closed")
            if self._slide is None:
                try:
                    self._slide = self._opened()
                except SlideError as error:
                    raise TileError(f"{where}: {error}") from None
            return self._slide

    def _opened(self) -> "OpenSlide":
        import openslide

        try:
            slide = openslide.OpenSlide(self._path)
            slide.set_cache(self._cache)
        except openslide.OpenSlideError as error:
            raise SlideError(str(error)) from None
        return slide


def _read(slide: "OpenSlide", region: Region) -> NDArray[np.uint8]:
    import openslide

    try:
        image = slide.read_region(
            (region.x, region.y), region.number, (region.width, region.height)
        )
    except openslide.OpenSlideError as error:
        raise SlideError(str(error)) from None
    return np.asarray(image)
