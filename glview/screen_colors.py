"""Colours of images as those of a screen whose ICC profile is given."""

import threading

from glview.image import ColorTable, ImageDescription


class ScreenColors:
    """Tables from images' colours to a screen's; without ``profile`` it shows sRGB.

    Keeps the table of the last image: planes and reloads of a file have the same profile.
    Thread-safe; a new table takes some 10 ms, which the thread that opens images may spend.
    """

    def __init__(self, profile: bytes | None) -> None:
        self._profile = profile
        self._lock = threading.Lock()
        self._plain: ColorTable | None = None
        self._last: tuple[object, ColorTable | None] | None = None

    def prepare(self, description: ImageDescription) -> None:
        """Make the tables that an image takes."""
        self.of_srgb()
        self.of(description)

    def of_srgb(self) -> ColorTable | None:
        """What becomes of sRGB, such as a colour map's; None where nothing does."""
        if self._profile is None:
            return None
        with self._lock:
            return self._of_srgb(self._profile)

    def of(self, description: ImageDescription) -> ColorTable | None:
        """What becomes of an image's colours, of which one without a profile has sRGB's."""
        own = description.color_table if description.rgb_bands else None
        if self._profile is None:
            return own
        with self._lock:
            if own is None:
                return self._of_srgb(self._profile)
            key = own.profile or own
            if self._last is None or self._last[0] != key:
                from glview.sources.icc import screen_table

                self._last = key, screen_table(own, self._profile)
            return self._last[1]

    def _of_srgb(self, profile: bytes) -> ColorTable | None:
        if self._plain is None:
            from glview.sources.icc import screen_table

            self._plain = screen_table(None, profile)
        return self._plain
