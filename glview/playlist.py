"""The images that a window steps through: those that were named, or all of a folder.

To list a folder may wait for its drive, so it is done in a thread (`Playlist`); what is to be shown
and in which order are functions over names. Nothing descends into folders, so that the tiles of a
DeepZoom are not taken for images.
"""

import os
import re
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from glview.errors import ImageError
from glview.sources.file_types import SUFFIXES
from glview.sources.files import printable

ENDINGS = SUFFIXES - {".xml"}
"""How names end of files that can be opened; a DeepZoom's ``.xml`` counts beside its tiles only."""
_TILES = "_files"

Path = str | bytes | os.PathLike[str] | os.PathLike[bytes]


def natural(name: str) -> tuple[list[str | int], str]:
    """Sorts ``2.png`` before ``10.png``, and capitals beside small letters."""
    parts = re.split(r"(\d+)", name.casefold())
    return [int(part) if odd % 2 else part for odd, part in enumerate(parts)], name


def image_names(files: Sequence[str], folders: Sequence[str]) -> list[str]:
    """Of what is in one folder the names of images, in the order to step through; none hidden."""
    tiles = {name for name in folders if name.endswith(_TILES)}
    found = []
    for name in files:
        stem, ending = os.path.splitext(name)
        known = ending.lower() in ENDINGS
        if not name.startswith(".") and (known or (ending == ".xml" and stem + _TILES in tiles)):
            found.append(name)
    return sorted(found, key=natural)


def images_in(folder: str) -> list[str]:
    """Paths of the images of a folder; waits for the drive. `ImageError` if it cannot be listed."""
    try:
        with os.scandir(folder or ".") as entries:
            # The kind that the listing tells costs no call; a link is looked at.
            listed = [(entry.name, entry.is_dir(), entry.is_file()) for entry in entries]
    except OSError as error:
        fault = (error.strerror or str(error)).lower()
        raise ImageError(printable(folder), fault) from None
    files = [name for name, _, is_file in listed if is_file]
    folders = [name for name, is_folder, _ in listed if is_folder]
    return [os.path.join(folder, name) for name in image_names(files, folders)]


@dataclass(frozen=True, slots=True)
class News:
    """What a window is to do: open an image, or say why there is none."""

    path: str = ""
    """To be opened; empty where nothing is."""
    keep_view: bool = False
    """Whether it is one to compare with: the view stays if it has the size of the one before."""
    told: str = ""
    """To be said on the picture: there is no other image that way."""
    error: ImageError | None = None


@dataclass(frozen=True, slots=True)
class _List:
    """Images and which of them is shown; ``folder`` is what was listed, None for named ones."""

    paths: tuple[str, ...] = ()
    at: int = 0
    folder: str | None = None
    lone: bool = False


class _Search:
    """What a thread looks for and has found: first what to open, then all the images."""

    def __init__(self, find: "Callable[[_Search], None]", wake: Callable[[], None]) -> None:
        self._change = threading.Condition()
        self._find, self._wake = find, wake
        self._news: News | None = None
        self._list: _List | None = None
        self._over = False
        threading.Thread(target=self._work, name="glview list", daemon=True).start()

    def take(self, wait_s: float) -> tuple[News | None, _List | None, bool]:
        """What has come since the last time, and whether no more will."""
        with self._change:
            self._change.wait_for(lambda: self._news is not None or self._over, wait_s)
            taken = self._news, self._list, self._over
            self._news = self._list = None
        return taken

    def tell(self, news: News | None, found: _List | None) -> None:
        """For the thread: something has come."""
        with self._change:
            self._news, self._list = news or self._news, found or self._list
            self._change.notify()
        self._wake()

    def _work(self) -> None:
        try:
            self._find(self)
        except ImageError as error:
            self.tell(News(error=error), None)
        finally:
            with self._change:
                self._over = True
                self._change.notify()
            self._wake()


class Playlist:
    """The images of a window and which of them is its; used by one thread.

    ``wake`` is called from another thread when `take` may have news.
    """

    def __init__(self, wake: Callable[[], None]) -> None:
        self._wake = wake
        self._search: _Search | None = None
        self._list = _List()
        self._steps = 0

    @property
    def paths(self) -> tuple[str, ...]:
        """All that can be stepped through, as far as is known."""
        return self._list.paths

    @property
    def busy(self) -> bool:
        """Whether there may be news yet."""
        return self._search is not None

    @property
    def lone(self) -> bool:
        """Whether one file was asked for: nothing is to be shown in its place if it is bad."""
        return self._list.lone

    def open(self, what: Sequence[Path]) -> None:
        """Have another list: one file stands for all of its folder, a folder for what is in it.

        Returns at once; `take` tells which image to open, or what is wrong.
        """
        paths = tuple(os.fsdecode(path) for path in what)
        self._list, self._steps = _List(), 0
        self._search = _Search(lambda search: _find(paths, search), self._wake)

    def take(self, wait_s: float = 0.0) -> News | None:
        """What there is to do now, waited for so long at most; to be asked until there is None."""
        if self._search is not None:
            news, found, over = self._search.take(wait_s)
            if over:
                self._search = None
            if found is not None:
                self._replace(found)
            if news is not None:
                return news
        if self._search is None and self._steps:
            by, self._steps = self._steps, 0
            return self._step(by)
        return None

    def step(self, by: int) -> News | None:
        """Go on by so many images, back below 0; at an end it says so.

        None while they are not known: `take` tells later. The folder is listed anew meanwhile, so
        that images that have come are met.
        """
        if self._search is not None and len(self.paths) < 2:
            self._steps += by
            return None
        news = self._step(by)
        now = self._list
        if self._search is None and now.folder is not None:
            self._search = _Search(lambda search: _find_again(now, search), self._wake)
        return news

    def place(self, name: str) -> str:
        """``3 of 17`` for an image by its name, as descriptions have it; else empty."""
        paths, at = self.paths, self._list.at
        if len(paths) > 1 and printable(paths[at]) != name:
            # The one that was asked for last is not there yet, or cannot be opened.
            at = next((i for i, path in enumerate(paths) if printable(path) == name), -1)
        return f"{at + 1} of {len(paths)}" if len(paths) > 1 and at >= 0 else ""

    def _step(self, by: int) -> News:
        count, now = len(self.paths), self._list
        at = min(max(now.at + by, 0), count - 1)
        if count == 0 or at == now.at:
            which = "last" if by > 0 else "first"
            return News(told=f"The {which} of {count} images" if count > 1 else "No other image")
        self._list = replace(now, at=at)
        return News(path=now.paths[at], keep_view=True)

    def _replace(self, found: _List) -> None:
        """Take a new list, at the image of the old one as long as that is there."""
        now = self.paths[self._list.at] if self.paths else None
        at = found.paths.index(now) if now in found.paths else found.at
        self._list = replace(found, at=at)


def _find(paths: tuple[str, ...], search: _Search) -> None:
    """The list that is meant by what was named; runs in a thread."""
    if len(paths) == 1 and not os.path.isdir(paths[0]):
        (path,) = paths
        folder = os.path.dirname(path)
        search.tell(News(path), _List(paths, 0, folder, lone=True))
        try:
            found = _with(path, images_in(folder))
        except ImageError:
            return  # what cannot be listed may hold a file that can be read
        search.tell(None, _List(found, found.index(path), folder, lone=True))
        return
    images: list[str] = []
    for path in paths:
        images += images_in(path) if os.path.isdir(path) else [path]
    if not images:
        where = "this folder" if len(paths) == 1 else "these folders"
        raise ImageError(", ".join(map(printable, paths)), f"there is no image in {where}")
    one = paths[0] if len(paths) == 1 else None
    search.tell(News(images[0]), _List(tuple(images), 0, one))


def _find_again(now: _List, search: _Search) -> None:
    """What is in the folder of a list by now; runs in a thread."""
    assert now.folder is not None
    path = now.paths[now.at]
    try:
        images = images_in(now.folder)
    except ImageError:
        return  # told when the next image cannot be opened
    found = _with(path, images)
    search.tell(None, replace(now, paths=found, at=found.index(path)))


def _with(path: str, images: list[str]) -> tuple[str, ...]:
    """With an image that was asked for though its name does not end like one's, in its order."""
    here = path in images
    names = images if here else sorted([*images, path], key=lambda p: natural(os.path.basename(p)))
    return tuple(names)
