"""What can be set about a viewer (pure, frozen)."""

import enum
from collections.abc import Callable
from dataclasses import dataclass
from numbers import Integral

from glview.color_profile import fault_of_profile
from glview.display import Display, Magnification
from glview.image import ImageDescription, Reading

MIB = 1 << 20
MIN_GUTTER = 2
"""Filters are at most three texels wide: they look 1.5 texels past a tile's edge."""
DARK = (0.1, 0.1, 0.11)
"""What is behind images that do not say it themselves."""
MAX_FADE_S = 0.1
"""Longer fades would keep the picture from being final for a time that people notice."""


def worker_count(reading: Reading, cores: int) -> int:
    """How many threads read tiles where nobody says it, by what reading mostly does.

    Decoders: one a core, two at least (one may wait for a disk), eight at most. Waiting: four a
    core, 16 at most: at 50 ms a tile, two cores loaded 36 tiles a second with 2 workers, 140 with
    8, 281 with 16, and with 32 no more than 298, for frames ten times as long. Python code: one: 46
    tiles a second, 47 with 2, for frames twice as long.
    """
    if reading is Reading.PYTHON:
        return 1
    if reading is Reading.WAITING:
        return min(4 * cores, 16)
    return min(max(cores, 2), 8)


class WindowRule(enum.Enum):
    """How windows that suit an image are found from its values."""

    PERCENTILES = "percentiles"
    """From the darkest 0.1 % to the brightest 0.2 %: nearly all is seen."""
    ZSCALE = "zscale"
    """Around the background, if there is one: what is hardly brighter is seen, and stars are white
    (`glview.zscale`)."""


@dataclass(frozen=True, slots=True)
class ViewerOptions:
    """Budgets and manners of one viewer.

    ``gpu_bytes`` bounds the textures: the atlas of tiles and the composite of a cross-fade.
    ``host_bytes`` bounds decoded tiles, those kept to be shown again, an image held in memory, and
    what sources cache. Both have a floor: a few tiles, without which there is no picture.
    ``workers`` is how many threads read tiles; None: as many as the kind of source can use.
    ``fade_s``: how long a tile that arrives late takes to appear, up to 0.1; 0 for none.
    ``gutter``: texels of neighbours kept around each tile in the atlas. ``blend``: cross-fade
    between levels.
    """

    gpu_bytes: int = 256 * MIB
    host_bytes: int = 256 * MIB
    workers: int | None = None
    fade_s: float = 0.1
    background: tuple[float, float, float] | None = None
    """What is seen around the image, and where it has nothing. None: what the image says
    (`ImageDescription.background`: slides), else a dark grey."""
    checker: bool = False
    """A checkerboard of two greys in the place of ``background``."""
    magnification: Magnification = Magnification.LINEAR
    """How image pixels look that are larger than those of the screen."""
    blend: bool = True
    prefetch: bool = True
    gutter: int = 4
    mark_holes: bool = True
    """Hatch tiles that cannot be read."""
    reduced_motion: bool | None = None
    """Neither motions nor fades: every change is there at once. None: as the desktop asks, which
    Qt can tell; without Qt they are there."""
    auto_window: bool = True
    """Show images of more than 8 bits in windows that suit their values, where the file tells none:
    by ``window_rule`` from the overview's. Else over their full range."""
    window_rule: WindowRule = WindowRule.PERCENTILES
    """`WindowRule.ZSCALE` is for images of 8 bits, and of windows that the file tells, as well."""
    display: Callable[[Display], Display] | None = None
    """Makes of the display that an image would come up in the one that it does, such as
    ``lambda shown: replace(shown, transfer=Transfer.LOG)``. Windows that it sets are the last word;
    for those that it leaves ``auto_window`` holds. Called once an image, on the canvas's thread."""
    display_profile: bytes | None = None
    """The ICC profile of the screen, as its file's bytes; None: it shows sRGB.

    What an image holds becomes the screen's, straight from the image's own profile; one without is
    taken for sRGB. The background, and what is written on the picture, stay as they are."""
    watch: bool = True
    """Show a file anew when it is replaced or rewritten (on Linux; see `glview.watch`)."""

    def background_of(
        self, description: ImageDescription | None = None
    ) -> tuple[float, float, float]:
        """What an image is to be seen on; None: no image."""
        if self.background is not None:
            return self.background
        own = None if description is None else description.background
        return DARK if own is None else own

    @property
    def fades_s(self) -> float:
        """How long a late tile takes to appear under these manners."""
        return 0.0 if self.reduced_motion else self.fade_s

    def __post_init__(self) -> None:
        workers = 1 if self.workers is None else self.workers
        counts: dict[str, object] = {
            "gpu_bytes": self.gpu_bytes,
            "host_bytes": self.host_bytes,
            "workers": workers,
        }
        for name, count in counts.items():
            if not isinstance(count, Integral) or int(count) < 1:
                raise ValueError(f"{name} must be a whole number above 0: {count!r}")
        if self.gutter < MIN_GUTTER:
            raise ValueError(f"a gutter has at least {MIN_GUTTER} texels: {self.gutter}")
        fault = "" if self.display_profile is None else fault_of_profile(self.display_profile)
        if fault:
            raise ValueError(f"display_profile: {fault}")
        if not 0.0 <= self.fade_s <= MAX_FADE_S:
            raise ValueError(f"fade_s must be from 0 to {MAX_FADE_S}: {self.fade_s}")
