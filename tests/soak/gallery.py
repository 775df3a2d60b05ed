"""The images that are flown over, and what each should look like."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyvips
from numpy.typing import NDArray

from glview import reference
from glview.display import Display
from glview.image import ColorModel, ImageDescription, SampleType
from glview.sources.model import PixelModel
from glview.sources.opening import open_image
from glview.sources.presented import presented
from glview.sources.synthetic import KeyedSource, SyntheticOptions
from glview.viewport import Viewport
from tests.gl.compare import whole_levels
from tests.images import detailed

WIDTH, HEIGHT = 1403, 1005


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One image: ``make`` gives what `Viewer.open` takes, anew each time."""

    name: str
    make: Callable[[], Any]
    small: bool = True
    """Its levels fit in memory."""
    holes: bool = False
    """Some of its tiles cannot be read."""

    @property
    def is_compared(self) -> bool:
        """Whether pictures of it can be compared with the reference."""
        return self.small and not self.holes


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """All that is needed to say what a picture should be."""

    description: ImageDescription
    levels: list[NDArray[np.generic]]

    def picture(self, view: Viewport, display: Display) -> NDArray[np.float64]:
        """Shape (height, width, 3), 0 to 255."""
        return reference.render(self.description, self.levels, view, display) * 255.0


def write_files(folder: Path) -> None:
    """The files that `exhibits` are made of."""
    picture = pyvips.Image.new_from_array(detailed(WIDTH, HEIGHT)).copy(interpretation="srgb")
    picture.dzsave(str(folder / "deep"), suffix=".png")
    picture.dzsave(str(folder / "apart"), suffix=".jpg", overlap=0, tile_size=256)
    tiled = {"tile": True, "pyramid": True, "tile_width": 256, "tile_height": 256}
    picture.tiffsave(str(folder / "jpeg.tif"), compression="jpeg", **tiled)
    picture.tiffsave(str(folder / "deflate.tif"), compression="deflate", subifd=True, **tiled)
    picture.jpegsave(str(folder / "flat.jpg"))
    holed = folder / "holed_files"
    picture.dzsave(str(folder / "holed"), suffix=".png")
    for tile in ("11/2_1.png", "11/3_3.png", "10/1_1.png"):
        (holed / tile).write_bytes(b"no picture")


def exhibits(folder: Path) -> tuple[Exhibit, ...]:
    """All images; ``folder`` has the files."""
    colour = detailed(WIDTH, HEIGHT)
    floats = detailed(WIDTH, HEIGHT, 1).astype(np.float32) / 255
    floats[200:300, 400:900] = np.nan
    paths = ("deep.dzi", "apart.dzi", "jpeg.tif", "deflate.tif", "flat.jpg")
    u16 = PixelModel(SampleType.U16, ColorModel.RGB, 3)
    return (
        *(Exhibit(name, lambda path=folder / name: path) for name in paths),  # type: ignore[misc]  # mypy knows no default in a lambda
        Exhibit("holed.dzi", lambda: folder / "holed.dzi", holes=True),
        Exhibit("uint16", lambda: colour.astype(np.uint16) * 257),
        Exhibit("float32 with NaN", lambda: floats),
        Exhibit("alpha", lambda: detailed(700, 900, 4)),
        Exhibit("slow", lambda: keyed(3000, 2000, delay_s=0.03)),
        Exhibit("terapixel", lambda: keyed(1 << 20, 1 << 20), small=False),
        Exhibit("terapixel, 16 bits", lambda: keyed(1 << 20, 1 << 20, model=u16), small=False),
    )


def keyed(width: int, height: int, **options: Any) -> KeyedSource:
    """A source without a file."""
    return KeyedSource(width, height, SyntheticOptions(**options))


def reference_of(exhibit: Exhibit) -> Reference:
    """What pictures of an exhibit are compared with."""
    source = presented(open_image(exhibit.make()))
    levels = whole_levels(source)
    description = source.description
    source.close()
    return Reference(description, levels)
