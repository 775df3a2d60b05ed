"""How images were shown, by their paths, as one text to be kept (pure)."""

import json
from dataclasses import dataclass, replace
from typing import Any

from glview.display import Display, WindowOrigin
from glview.image import ImageDescription
from glview.planes import plane_words
from glview.view_state import display_from_json, display_to_json

MOST = 100
"""Images remembered; those that were changed longest ago go first."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """A display, as it came until it is looked at, and the kind of samples that it is for."""

    display: str | Display
    kind: str | None
    """None: nobody said, as in texts of glview's beginnings."""
    origin: WindowOrigin = WindowOrigin.SET
    plane: str = ""
    """In words, which of several pictures it was made for."""


class KeptDisplays:
    """Displays that a hand has made, from and to a text that somebody else keeps."""

    def __init__(self, text: str = "") -> None:
        """What is no such text is as good as none."""
        try:
            told = json.loads(text)
        except ValueError:
            told = {}
        self._kept: dict[str, _Kept] = {}
        if isinstance(told, dict):
            self._kept = {path: _read(entry) for path, entry in told.items()}

    def text(self) -> str:
        """All that is remembered."""
        return json.dumps({path: _written(kept) for path, kept in self._kept.items()})

    def keep(
        self,
        path: str,
        display: Display | None,
        described: ImageDescription,
        origin: WindowOrigin = WindowOrigin.SET,
    ) -> None:
        """Remember how an image is shown, and at which plane; None forgets it."""
        self._kept.pop(path, None)
        if display is not None:
            plane = plane_words(described.axes, described.plane)
            self._kept[path] = _Kept(display, _kind(described), origin, plane)
        for oldest in list(self._kept)[:-MOST]:
            del self._kept[oldest]

    def of(self, path: str, now: Display, described: ImageDescription) -> Display | None:
        """How an image was shown; None for an unknown one, and where its samples are others now.

        What is no matter of its data (background, fades, filters) is as it is ``now``, and so are
        windows that nobody has asked for.
        """
        kept = self._kept.get(path)
        if kept is None or kept.kind not in (None, _kind(described)):
            return None
        display = kept.display
        if isinstance(display, str):
            try:
                display = display_from_json(display)
            except ValueError:
                return None
        if len(display.windows) != len(now.windows):
            return None
        shown = now.as_data_of(display)
        return replace(shown, windows=now.windows) if kept.origin is WindowOrigin.FOUND else shown

    def origin(self, path: str) -> WindowOrigin:
        """Whose doing the windows were."""
        kept = self._kept.get(path)
        return kept.origin if kept is not None else WindowOrigin.FOUND

    def plane(self, path: str) -> str:
        """At which plane an image was shown, in words; none where nobody knows."""
        kept = self._kept.get(path)
        return kept.plane if kept is not None else ""


def _kind(described: ImageDescription) -> str:
    """What windows and colours are for: those of 16 bits show nothing of floats."""
    return f"{described.color_model.value} {described.sample_type.value}"


def _read(entry: Any) -> _Kept:
    """One that is nonsense is found out when it is looked at, which most never are."""
    if isinstance(entry, dict):
        origins = {origin.value: origin for origin in WindowOrigin}
        return _Kept(
            str(entry.get("display")),
            str(entry.get("kind")),
            origins.get(str(entry.get("windows")), WindowOrigin.SET),
            str(entry.get("plane", "")),
        )
    return _Kept(str(entry), None)


def _written(kept: _Kept) -> Any:
    shown = kept.display
    text = shown if isinstance(shown, str) else display_to_json(shown)
    if kept.kind is None:
        return text
    told = {"display": text, "kind": kept.kind, "windows": kept.origin.value}
    return told | ({"plane": kept.plane} if kept.plane else {})
