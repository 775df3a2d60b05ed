"""Files to decode: a small cut of the demo's sample, as DeepZoom and as TIFF."""

from dataclasses import dataclass
from pathlib import Path

from glview.sample import make_sample
from glview.sample_picture import make_picture


@dataclass(frozen=True, slots=True)
class Images:
    """Paths of the same picture: DeepZoom 254/1 in JPEG, and a TIFF pyramid of 256 px JPEG."""

    deepzoom: Path
    tiff: Path


def make_images(folder: Path, width: int, height: int) -> Images:
    """Paint and write both; a second for four megapixels."""
    deepzoom = make_sample(folder / "picture.dzi", width=width, height=height)
    tiff = folder / "picture.tif"
    make_picture(width, height).tiffsave(
        str(tiff),
        tile=True,
        tile_width=256,
        tile_height=256,
        pyramid=True,
        compression="jpeg",
        Q=85,
    )
    return Images(deepzoom, tiff)
