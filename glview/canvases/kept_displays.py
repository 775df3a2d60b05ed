"""How images were shown, by their paths, as one text to be kept (pure)."""

import json

from glview.display import Display
from glview.view_state import display_from_json, display_to_json

MOST = 100
"""Images remembered; those that were changed longest ago go first."""


class KeptDisplays:
    """Displays that a hand has made, from and to a text that somebody else keeps."""

    def __init__(self, text: str = "") -> None:
        """What is no such text is as good as none."""
        try:
            told = json.loads(text)
        except ValueError:
            told = {}
        # As they came: most are never looked at.
        self._kept: dict[str, str | Display] = {}
        if isinstance(told, dict):
            self._kept = {path: str(display) for path, display in told.items()}

    def text(self) -> str:
        """All that is remembered."""
        texts = {
            path: kept if isinstance(kept, str) else display_to_json(kept)
            for path, kept in self._kept.items()
        }
        return json.dumps(texts)

    def keep(self, path: str, display: Display | None) -> None:
        """Remember how an image is shown; None forgets it."""
        self._kept.pop(path, None)
        if display is not None:
            self._kept[path] = display
        for oldest in list(self._kept)[:-MOST]:
            del self._kept[oldest]

    def of(self, path: str, now: Display) -> Display | None:
        """How an image was shown, if its bands are as many; else, and for an unknown one, None.

        What is no matter of its data (background, fades, filters) is as it is ``now``.
        """
        kept = self._kept.get(path)
        if isinstance(kept, str):
            try:
                kept = display_from_json(kept)
            except ValueError:
                kept = None
        if kept is None or len(kept.windows) != len(now.windows):
            return None
        return now.as_data_of(kept)
