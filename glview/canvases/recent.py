"""The files that were opened last, and which of them are gone. No toolkit."""

import os
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import unquote_to_bytes, urlsplit

MOST = 10
GONE_WITHIN_S = 0.2
"""A menu waits this long for what is there; a drive that is dead would hold it for minutes."""


def with_file(recent: Sequence[str], path: str) -> tuple[str, ...]:
    """The list with a file at its head, `MOST` at most; it has a file once, by its full path."""
    first = os.path.abspath(path)
    return (first, *(other for other in recent if other != first))[:MOST]


def kept(paths: Sequence[str]) -> list[str]:
    """As text that can be kept: a path may have bytes that are no UTF-8."""
    return [Path(path).as_uri() for path in paths]


def paths_of(uris: Sequence[str]) -> list[str]:
    """The paths of files by their URIs, as `kept` writes them; other URIs are left out."""
    ours = (parts.path for parts in map(urlsplit, uris) if parts.scheme == "file")
    return [os.fsdecode(unquote_to_bytes(path)) for path in ours if path]


def labels(paths: Sequence[str]) -> list[str]:
    """Names to choose by: without the folder where that is enough."""
    names = [os.path.basename(path) for path in paths]
    return [
        name if names.count(name) == 1 else f"{name} - {os.path.dirname(path)}"
        for name, path in zip(names, paths, strict=True)
    ]


def gone(
    paths: Sequence[str],
    within_s: float = GONE_WITHIN_S,
    exists: Callable[[str], bool] = os.path.exists,
) -> frozenset[str]:
    """Those that are not there any more, as far as the drives have said so in time."""
    found: list[str] = []

    def look() -> None:
        found.extend(path for path in paths if not exists(path))

    looking = threading.Thread(target=look, name="glview recent", daemon=True)
    looking.start()
    looking.join(within_s)
    return frozenset(tuple(found))
