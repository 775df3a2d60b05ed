"""The sample image of ``glview demo``: an imaginary archipelago, made once and kept.

The picture is synthetic and the same everywhere: islands with relief and contour lines, forests
of single trees, a sea with soundings and waves, and small things to find. `sample_picture` paints
it, this module keeps it in the user's cache as a DeepZoom pyramid.
"""

import contextlib
import os
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import pyvips

from glview.errors import ImageError
from glview.progress import Progress
from glview.sample_picture import make_picture
from glview.saving import save

VERSION = 1
"""Part of the folder's name: a sample painted otherwise is another file."""
WIDTH_PX = 24_576
HEIGHT_PX = 30_000

_BYTES_PER_PX = 0.5
"""Room to ask for, with reserve: the full size took 0.32 bytes a pixel, all levels included."""
_STALE_S = 6 * 3600.0


@dataclass(frozen=True, slots=True)
class Keyframe:
    """One point of a flight; the camera passes it ``seconds`` after the one before."""

    center: tuple[float, float]
    """Fractions of the image's width and height."""
    zoom: float
    """The scale; see ``fit`` for its unit."""
    fit: bool
    """True: ``zoom`` multiplies the scale that fits the image; False: device pixels a pixel."""
    rotation_deg: float
    seconds: float


FLIGHT = (
    Keyframe((0.5, 0.5), 1.0, True, 0.0, 0.0),
    Keyframe((0.49, 0.46), 3.5, True, 8.0, 3.0),  # the snow range
    Keyframe((0.481, 0.474), 0.5, False, 20.0, 3.0),  # its ridge
    Keyframe((0.477, 0.482), 2.0, False, 24.0, 2.0),  # contour lines in the snow
    Keyframe((0.62, 0.60), 3.0, True, 10.0, 3.0),
    Keyframe((0.765, 0.720), 0.22, False, -15.0, 3.0),  # the atoll
    Keyframe((0.843, 0.708), 1.5, False, -30.0, 3.0),  # boats in the lee of it
    Keyframe((0.8393, 0.7082), 8.0, False, -40.0, 2.0),
    Keyframe((0.70, 0.50), 2.2, True, -20.0, 3.5),
    Keyframe((0.7188, 0.2987), 1.0, False, 22.5, 3.0),  # a compass rose
    Keyframe((0.7188, 0.2987), 6.0, False, 45.0, 2.0),
    Keyframe((0.55, 0.29), 2.5, True, 15.0, 3.5),
    Keyframe((0.3854, 0.2987), 1.0, False, 5.0, 3.0),  # a town and its fields
    Keyframe((0.3854, 0.2987), 16.0, False, 0.0, 3.0),
    Keyframe((0.36, 0.34), 0.25, False, 0.0, 3.0),  # woods and the western shore
    Keyframe((0.160, 0.322), 0.6, False, -10.0, 3.5),  # a crater lake
    Keyframe((0.30, 0.60), 2.0, True, 0.0, 3.0),
    Keyframe((0.448, 0.845), 3.0, False, 0.0, 3.0),  # here be serpents
    Keyframe((0.5, 0.5), 1.0, True, 0.0, 4.0),
)
"""A tour of the best places, about a minute long, from the whole sheet to single roof ridges."""


def sample_path(cache_dir: Path | None = None) -> Path:
    """Where the sample is, or will be, kept; touches nothing.

    ``cache_dir`` stands for the user's own: ``XDG_CACHE_HOME`` or ``~/.cache``,
    ``~/Library/Caches`` on macOS, ``LOCALAPPDATA`` on Windows.
    """
    root = _user_cache() if cache_dir is None else cache_dir
    return root / "glview" / f"sample-{VERSION}" / "archipelago.dzi"


def make_sample(
    path: Path,
    *,
    width: int = WIDTH_PX,
    height: int = HEIGHT_PX,
    on_progress: Progress | None = None,
) -> Path:
    """Make the sample at ``path`` (a ``.dzi`` file) unless it is there; returns ``path``.

    Smaller sizes show the same picture. ``on_progress`` is called on this thread with rising
    fractions, the last of them 1.0; what it raises stops the work, as Ctrl-C does, and comes
    through. The ``.dzi`` appears last and at once: who sees it sees a whole pyramid, whatever
    was interrupted before.

    Raises:
        ImageError: the folder cannot be written or has no room.
    """
    if not path.is_file():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            _sweep(path)
            _require_room(path, int(width * height * _BYTES_PER_PX))
            _make(path, width, height, on_progress)
        except (OSError, pyvips.Error) as error:
            raise ImageError(str(path), f"cannot make the sample here: {_first(error)}") from error
    if on_progress is not None:
        on_progress(1.0)
    return path


def _make(path: Path, width: int, height: int, on_progress: Progress | None) -> None:
    work = Path(tempfile.mkdtemp(prefix=_prefix(path), suffix=".part", dir=path.parent))
    try:
        made = work / path.name
        picture = make_picture(width, height)
        save(
            picture,
            lambda: picture.dzsave(
                str(made.with_suffix("")),
                suffix=".jpg[Q=85]",
                tile_size=254,
                overlap=1,
                keep="none",
            ),
            on_progress,
        )
        tiles = _tiles(path)
        if not path.is_file():
            _tiles(made).joinpath("vips-properties.xml").unlink(missing_ok=True)
            # Tiles without their .dzi are what an interrupted run left between these two steps.
            shutil.rmtree(tiles, ignore_errors=True)
            _tiles(made).rename(tiles)
            made.replace(path)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _sweep(path: Path) -> None:
    """Remove what runs that were killed left behind, unless it may still be growing."""
    for left in path.parent.glob(f"{_prefix(path)}*.part"):
        with contextlib.suppress(OSError):
            if time.time() - left.stat().st_mtime > _STALE_S:
                shutil.rmtree(left, ignore_errors=True)


def _require_room(path: Path, wanted_bytes: int) -> None:
    free_bytes = shutil.disk_usage(path.parent).free
    if free_bytes < wanted_bytes:
        raise ImageError(
            str(path),
            f"no room for the sample: it may need {wanted_bytes >> 20} MiB, "
            f"{free_bytes >> 20} MiB are free",
        )


def _prefix(path: Path) -> str:
    return f".{path.stem}-"


def _tiles(path: Path) -> Path:
    return path.with_name(f"{path.stem}_files")


def _first(error: Exception) -> str:
    """The cause in one line."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    text = error.detail if isinstance(error, pyvips.Error) else str(error)
    return next((line.strip() for line in text.splitlines() if line.strip()), "unknown fault")


def _user_cache() -> Path:
    home = Path.home()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
    if sys.platform == "darwin":
        return home / "Library" / "Caches"
    given = os.environ.get("XDG_CACHE_HOME", "")
    # The specification has relative paths ignored.
    return Path(given) if Path(given).is_absolute() else home / ".cache"
