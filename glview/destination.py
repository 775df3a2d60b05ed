"""Where a pyramid goes: beside its name while it is made, and over nothing that is to stay."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from glview.errors import ImageError
from glview.sources.files import printable


@dataclass(frozen=True, slots=True)
class Destination:
    """The file of a pyramid to be, and ``tiles``, the folder that a DeepZoom has beside it.

    Faults of the file system are told as `ImageError` with the file's name.
    """

    path: Path
    tiles: Path | None = None
    overwrite: bool = False

    def require(self, source: str) -> None:
        """Refuse what is there and is to stay, ``source`` above all."""
        with _faults_named(self.path):
            if self.path.exists() and os.path.samefile(source, self.path):
                raise ImageError(printable(str(self.path)), "is the image itself")
            self._require_free()

    @contextmanager
    def work_folder(self) -> Iterator[Path]:
        """A hidden folder beside the destination; it goes, with all that is left in it."""
        with _faults_named(self.path):
            work = Path(tempfile.mkdtemp(prefix=".glview-", suffix=".part", dir=self.path.parent))
        try:
            yield work
        finally:
            shutil.rmtree(work, ignore_errors=True)

    def put(self, made: "Destination") -> None:
        """Move what was made in a `work_folder` here; what was here goes with that folder."""
        with _faults_named(self.path):
            self._require_free()
            if self.tiles is not None and made.tiles is not None:
                # The file goes first and comes last: who sees one sees a whole pyramid.
                self.path.unlink(missing_ok=True)
                if self.tiles.exists():
                    self.tiles.rename(made.path.with_name("before"))
                made.tiles.rename(self.tiles)
            made.path.replace(self.path)

    def _require_free(self) -> None:
        if self.path.is_dir():
            raise ImageError(printable(str(self.path)), "is a directory")
        for there in (self.path, self.tiles):
            if there is not None and os.path.lexists(there) and not self.overwrite:
                fault = "exists already; --force (or overwrite=True) replaces it"
                raise ImageError(printable(str(there)), fault)
        if self.tiles is not None and self.tiles.exists() and not _holds_levels(self.tiles):
            # Browsers call the folder of a saved page alike.
            raise ImageError(printable(str(self.tiles)), "holds something else than tiles")


def _holds_levels(folder: Path) -> bool:
    """Whether there is nothing in a folder but what a DeepZoom has there."""
    return all(
        entry.name.isdecimal() or entry.name == "vips-properties.xml" for entry in folder.iterdir()
    )


@contextmanager
def _faults_named(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        fault = (error.strerror or str(error)).lower()
        raise ImageError(printable(str(path)), fault) from None
