"""The image that is measured: opened anew for each case, so that no case finds it warm."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from glview.options import ViewerOptions
from glview.sources.base import TileSource
from glview.sources.borrowed import BorrowedSource
from glview.sources.opening import open_image
from glview.sources.presented import presented


@dataclass(frozen=True, slots=True)
class Subject:
    """``open`` gives a source; ``path`` is for programs that are started, None for none."""

    name: str
    open: Callable[[], TileSource]
    path: Path | None = None

    @classmethod
    def of_file(cls, path: Path, options: ViewerOptions = ViewerOptions()) -> "Subject":
        """A file; `ImageError` comes when it is opened."""
        return cls(
            str(path), lambda: open_image(path, budget_bytes=options.host_bytes), path.resolve()
        )

    @contextmanager
    def held(self) -> Iterator["Subject"]:
        """The same image, opened once for all: for one that is decoded when it is opened."""
        source = self.open()
        try:
            yield Subject(self.name, lambda: BorrowedSource(source), self.path)
        finally:
            source.close()

    def presented(self) -> TileSource:
        """As a renderer wants it; the caller closes it."""
        return presented(self.open())

    def facts(self) -> dict[str, object]:
        """What the image is, for the report; `ImageError` where it cannot be opened."""
        source = self.presented()
        try:
            told, pyramid = source.description, source.description.pyramid
            return {
                "name": self.name,
                "format": told.format,
                "width": pyramid.width,
                "height": pyramid.height,
                "samples": f"{told.bands} x {told.sample_type.value}",
                "levels": len(pyramid.levels),
                "tile": f"{pyramid.levels[0].tile_width}x{pyramid.levels[0].tile_height}",
                "reading": told.reading.value,
            }
        finally:
            source.close()
