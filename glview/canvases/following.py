"""A window follows its list of images: what is found out of it is shown or said. No toolkit."""

from collections.abc import Callable, Sequence

from glview.errors import ImageError
from glview.playlist import News, Path, Playlist

LOOK_S = 0.05
"""So long a window waits for what its file turns out to be, then goes on without; it is known at
once, but on drives that sleep."""


class Following:
    """Opens lists and steps through them; for the thread that the list is used by.

    ``show`` is called with what names an image to open, ``say`` with a word about the list, and
    ``failed`` with why there is nothing to open.
    """

    def __init__(
        self,
        playlist: Playlist,
        *,
        show: Callable[[News], None],
        say: Callable[[str], None],
        failed: Callable[[ImageError], None],
    ) -> None:
        self._playlist = playlist
        self._show = show
        self._say = say
        self._failed = failed

    def open(self, paths: Sequence[Path]) -> None:
        """Have another list; `hear` is to follow."""
        self._playlist.open(paths)

    def hear(self, wait_s: float = 0.0) -> None:
        """Do what the list has found out, waited for so long at most."""
        while (news := self._playlist.take(wait_s)) is not None:
            self._follow(news)
            wait_s = 0.0

    def step(self, by: int) -> None:
        """Show an image so many further on, back below 0."""
        news = self._playlist.step(by)
        if news is not None:
            self._follow(news)

    def _follow(self, news: News) -> None:
        if news.error is not None:
            self._failed(news.error)
        elif news.path:
            self._show(news)
        elif news.told:
            self._say(news.told)
