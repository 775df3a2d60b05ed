"""How the data of one image is shown, and what that is found out from (pure)."""

from collections.abc import Collection, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glview.auto_window import (
    Survey,
    suitable_windows,
    values_of,
    wants_survey,
    with_told,
)
from glview.display import RGB, Display, Window, WindowOrigin, default_display
from glview.display_steps import with_checker
from glview.first_windows import FirstWindows
from glview.image import ImageDescription
from glview.options import ViewerOptions, WindowRule
from glview.pyramid import Rect, TileKey
from glview.screen_colors import ScreenColors
from glview.texels import texel_format
from glview.thinning import Thinned, Thinning


@dataclass(frozen=True, slots=True)
class Lit:
    """How an image is shown, and what of that is somebody's doing."""

    display: Display
    first_display: Display
    first_background: RGB
    window_origin: WindowOrigin
    is_final: bool
    """Whether its windows are there, and made of values."""


class Lighting:
    """The display of an image: as the file and its values suggest, until it is set.

    ``overview`` are the tiles that windows are found from. Used by the thread that owns the view.
    """

    def __init__(
        self,
        description: ImageDescription,
        options: ViewerOptions,
        overview: Collection[TileKey],
        residents: Mapping[TileKey, object],
        screen: ScreenColors,
    ) -> None:
        self._description = description
        self._form = texel_format(description)
        plain = replace(
            with_checker(
                default_display(description),
                options.background_of(description),
                shown=options.checker,
            ),
            blend=options.blend,
            fade_s=options.fades_s,
            magnification=options.magnification,
            color_table=screen.of(description),
            screen=screen.of_srgb(),
        )
        shown = plain if options.display is None else options.display(plain)
        self._display = self._first_display = shown
        self.first_background = shown.background
        """What the image was first shown on."""
        said = shown.windows is not plain.windows
        self._rule = options.window_rule
        wanted = options.auto_window and not said and wants_survey(description, self._rule)
        survey = Survey(description, overview, options.gutter, self._rule) if wanted else None
        self._first_windows = FirstWindows(survey)
        self.window_origin = WindowOrigin.FOUND
        """Whose doing the windows are; may be set, by who gives back what was so before."""
        self._thinned = Thinned(Thinning(description.pyramid, options.gutter))
        self._residents = residents

    @property
    def display(self) -> Display:
        """As it is now; may be set.

        While windows are still to be found for the image, those of the display are its full range;
        a display that keeps that very tuple leaves it open, another has the last word.
        """
        return self._display

    @display.setter
    def display(self, display: Display) -> None:
        if display.windows is not self._display.windows:
            self._first_windows.by_hand = True
            self.window_origin = WindowOrigin.SET
        self._display = display

    @property
    def first_display(self) -> Display:
        """As the image was first shown, but for what is no matter of its data."""
        return self._display.as_data_of(self._first_display)

    def reset(self) -> None:
        """Show it as it was first shown; where windows are still to be found, they come then."""
        self._display = self.first_display
        self._first_windows.by_hand = False
        self.window_origin = WindowOrigin.FOUND

    @property
    def lit(self) -> Lit:
        """All that another image can be shown as."""
        return Lit(
            self._display,
            self.first_display,
            self.first_background,
            self.window_origin,
            self.is_final and self._first_windows.found_any,
        )

    def adopt(self, before: Lit, *, found: bool, alike: bool) -> None:
        """Be shown in what somebody has set of another image of the same samples.

        With ``found`` its windows come where nobody has set them, too, once there are any. Where
        the two are not ``alike``, as channels of a file are not, this one keeps windows and colours
        of its own: what suits one shows nothing of the next.
        """
        other, first, origin = before.display, before.first_display, before.window_origin
        comes = alike and (origin is WindowOrigin.SET or (found and before.is_final))
        if alike and not comes and self.window_origin is WindowOrigin.SET:
            # They were given back while this one was made ready in them.
            self.reset()
        own, at_first = self._display, self._first_display
        colors = other.colors if other.colors != first.colors else at_first.colors
        changed = other.background != before.first_background
        self.display = replace(
            other,
            windows=other.windows if comes else own.windows,
            colors=colors if alike else own.colors,
            hidden=other.hidden if other.hidden != first.hidden else at_first.hidden,
            color_table=own.color_table,
            background=other.background if changed else self.first_background,
        )
        if comes:
            self.window_origin = origin

    @property
    def is_final(self) -> bool:
        """Whether the windows will not become others by themselves any more."""
        return self._first_windows.is_final

    def hear(self, key: TileKey, texels: NDArray[Any] | None) -> None:
        """What became of a tile: its slot array, or None where there is nothing to be seen."""
        windows = self._first_windows.hear(key, texels)
        if windows is not None:
            self._begin_with(windows)

    def admitted(
        self, key: TileKey, texels: NDArray[Any], picked: NDArray[Any] | None = None
    ) -> None:
        """A tile is resident now; ``picked`` is what its worker has picked of it for `values`."""
        self._thinned.put(key, texels, picked, self._residents)

    def values(self, keys: Iterable[TileKey], i_sight: Rect | None = None) -> NDArray[np.floating]:
        """Some of the values of those of the tiles that are resident, shape (bands, count).

        ``i_sight`` is the rectangle of the image that is in sight; None: all of the tiles. Where no
        tile is resident, of all that are.
        """
        kept = self._thinned.of((key for key in keys if key in self._residents), i_sight)
        kept = kept or self._thinned.of(self._residents)
        return values_of(kept, self._form, self._description.bands)

    def suit(self, keys: Iterable[TileKey], i_sight: Rect, rule: WindowRule | None = None) -> None:
        """Take windows for the values of these tiles in sight; those there are, where none is.

        By a rule; None: that of the options.
        """
        values = self.values(keys, i_sight)
        if not values.size:
            return
        windows = suitable_windows(values, self._description, rule or self._rule)
        self.display = replace(self._display, windows=windows)
        self.window_origin = WindowOrigin.ASKED

    def may_begin(self, keys: Iterable[TileKey], now_s: float) -> bool:
        """Whether a first picture, of these tiles, can be shown; if it waits long, windows for it.

        Those for all of the image then follow.
        """
        if self._first_windows.is_final:
            return True
        if self._first_windows.waits(now_s):
            return False
        self._begin_with_those_of(keys)
        return True

    def do_without(self, wanted: AbstractSet[TileKey], keys: Iterable[TileKey]) -> None:
        """The picture is complete: where there is no room for the overview, its windows do."""
        if not self._first_windows.is_final and self._first_windows.lacks(wanted):
            self._first_windows.give_up()
            self._begin_with_those_of(keys)

    def _begin_with_those_of(self, keys: Iterable[TileKey]) -> None:
        found = suitable_windows(self.values(keys), self._description, self._rule)
        self._begin_with(with_told(found, self._description, self._rule))

    def _begin_with(self, windows: tuple[Window, ...]) -> None:
        self._first_display = replace(self._first_display, windows=windows)
        if not self._first_windows.by_hand:
            self._display = replace(self._display, windows=windows)
