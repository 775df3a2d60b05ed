"""The images that a window steps through: those that were named, or all of a folder.

To list a folder may wait for its drive, so it is done in a thread (`Playlist`); what is to be shown
and in which order are functions over names. Nothing descends into folders, so that the tiles of a
DeepZoom are not taken for images.
"""

import heapq
import os
import re
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from glview.errors import ImageError
from glview.sources.file_types import SUFFIXES
from glview.sources.files import printable
from glview.sources.zarr_folder import zarr_mark

ENDINGS = SUFFIXES - {".xml"}
"""How names end of files that can be opened; a DeepZoom's ``.xml`` counts beside its tiles only."""
_TILES = "_files"
_SORTED_AT_ONCE = 1000
"""Sorting is one call, in which no other thread of Python runs: 0.13 s for 50,000 names."""
_FRESH_S = 2.0
"""What changed so shortly before it was listed may be another by now and bear the same time: file
systems count in steps, FAT in steps of two seconds."""

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
    return _in_order(found, natural)


def _in_order(names: Sequence[str], key: Callable[[str], tuple[list[str | int], str]]) -> list[str]:
    """Sorted piece by piece, so that a window's thread comes in between."""
    keyed = [(key(name), name) for name in names]
    starts = range(0, len(keyed), _SORTED_AT_ONCE)
    pieces = [sorted(keyed[start : start + _SORTED_AT_ONCE]) for start in starts]
    return [name for _, name in heapq.merge(*pieces)]


def images_in(folder: str) -> list[str]:
    """Paths of the images of a folder; waits for the drive. `ImageError` if it cannot be listed."""
    try:
        with os.scandir(folder or ".") as entries:
            # The kind that the listing tells costs no call; a link is looked at.
            listed = [(entry.name, entry.is_dir(), entry.is_file()) for entry in entries]
    except OSError as error:
        fault = (error.strerror or str(error)).lower()
        raise ImageError(printable(folder), fault) from None
    folders = [name for name, is_folder, _ in listed if is_folder]
    # An OME-Zarr is a folder.
    files = [name for name, _, is_file in listed if is_file]
    files += [name for name in folders if name.endswith(".zarr")]
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
    beside: ImageError | None = None
    """Some of what was named cannot be looked into; to be told when the image is shown."""


_Stamp = tuple[int, int, int]
"""Which folder it is, and when it was changed."""


@dataclass(frozen=True, slots=True)
class _List:
    """Images and which of them is shown; ``folder`` is what was listed, None for named ones."""

    paths: tuple[str, ...] = ()
    at: int = 0
    folder: str | None = None
    lone: bool = False
    stamp: _Stamp | None = None
    """The folder's as it was listed; None where it may be another by now all the same."""
    index: Mapping[str, int] = field(default_factory=dict)
    """The place of each path, and of each name as descriptions have it."""


def _list_of(
    paths: Iterable[str], at: int, folder: str | None, *, lone: bool, stamp: _Stamp | None
) -> _List:
    paths = tuple(paths)
    # From behind: of two that are called the same the first counts.
    numbered = list(enumerate(paths))[::-1]
    index = {printable(path): place for place, path in numbered}
    index |= {path: place for place, path in numbered}
    return _List(paths, at, folder, lone, stamp, index)


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
        self._before: _List | None = None
        """That of the image shown, while none of this one has been."""
        self._steps = 0

    @property
    def paths(self) -> tuple[str, ...]:
        """All that can be stepped through, as far as is known."""
        return self._list.paths

    @property
    def lone(self) -> bool:
        """Whether one file was asked for: nothing is to be shown in its place if it is bad."""
        return self._list.lone

    def open(self, what: Sequence[Path]) -> None:
        """Have another list: one file stands for all of its folder, a folder for what is in it.

        Returns at once; `take` tells which image to open, or what is wrong.
        """
        paths = tuple(os.fsdecode(path) for path in what)
        self._before = self._before or self._list
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

    def shown(self) -> None:
        """An image of the list is on the screen."""
        self._before = None

    def failed(self) -> None:
        """What was to be opened cannot be shown: the image before it stays, and so does its list.

        Unless this one has others to step to.
        """
        if self._before is not None and (self.lone or not self.paths):
            self._list, self._before = self._before, None
            self._search = None

    def step(self, by: int) -> News | None:
        """Go on by so many images, back below 0; at an end it says so.

        None while they are not known: `take` tells later. A folder that has changed is listed anew
        meanwhile, so that images that have come are met.
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
            at = self._list.index.get(name, -1)
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
        now = self.paths[self._list.at] if self.paths else ""
        self._list = replace(found, at=found.index.get(now, found.at))


def _find(paths: tuple[str, ...], search: _Search) -> None:
    """The list that is meant by what was named; runs in a thread."""
    if len(paths) == 1 and not _has_images(paths[0]):
        (path,) = paths
        folder = os.path.dirname(path)
        search.tell(News(path), _list_of(paths, 0, folder, lone=True, stamp=None))
        stamp = _stamp(folder)
        try:
            found = _with(path, images_in(folder))
        except ImageError:
            return  # what cannot be listed may hold a file that can be read
        search.tell(None, _list_of(found, found.index(path), folder, lone=True, stamp=stamp))
        return
    stamp = _stamp(paths[0]) if len(paths) == 1 else None
    images: list[str] = []
    faults: list[ImageError] = []
    for path in paths:
        try:
            images += images_in(path) if _has_images(path) else [path]
        except ImageError as error:
            faults.append(error)
    fault = _as_one(faults)
    if not images and fault is not None:
        raise fault
    if not images:
        where = "this folder" if len(paths) == 1 else "these folders"
        raise ImageError(", ".join(map(printable, paths)), f"there is no image in {where}")
    one = paths[0] if len(paths) == 1 else None
    named = _list_of(images, 0, one, lone=False, stamp=stamp)
    search.tell(News(images[0], beside=fault), named)


def _has_images(path: str) -> bool:
    """Whether a path is a folder of images, and no image itself."""
    return os.path.isdir(path) and zarr_mark(path) is None


def _as_one(faults: Sequence[ImageError]) -> ImageError | None:
    """One error that names all that have it."""
    if not faults:
        return None
    names = ", ".join(fault.name for fault in faults)
    return ImageError(names, ", ".join(dict.fromkeys(fault.fault for fault in faults)))


def _stamp(folder: str) -> _Stamp | None:
    """What changes when a name comes to a folder or goes; None where that cannot be relied on."""
    try:
        found = os.stat(folder or ".")
    except OSError:
        return None
    if time.time() - found.st_mtime < _FRESH_S:
        return None
    return found.st_dev, found.st_ino, found.st_mtime_ns


def _find_again(now: _List, search: _Search) -> None:
    """What is in the folder of a list by now, if it has changed; runs in a thread."""
    assert now.folder is not None
    stamp = _stamp(now.folder)
    if stamp is not None and stamp == now.stamp:
        return
    path = now.paths[now.at]
    try:
        images = images_in(now.folder)
    except ImageError:
        return  # told when the next image cannot be opened
    found = _with(path, images)
    at = found.index(path)
    search.tell(None, _list_of(found, at, now.folder, lone=now.lone, stamp=stamp))


def _with(path: str, images: list[str]) -> tuple[str, ...]:
    """With an image that was asked for though its name does not end like one's, in its order."""
    if path in images:
        return tuple(images)
    return tuple(_in_order([*images, path], lambda other: natural(os.path.basename(other))))
