"""Files to decode: a small cut of the demo's sample, as DeepZoom and as TIFF."""

from dataclasses import dataclass
from pathlib import Path

import pyvips

from glview.sample import make_sample
from glview.sample_picture import make_picture

FLAT_PX = 2560
"""A side of the files that are not JPEG: a hundred tiles."""


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


def make_flat_tiffs(images: Images) -> dict[str, Path]:
    """A part of the TIFF in full resolution, by compression and bits: "none 8", "deflate 16"."""
    whole = pyvips.Image.new_from_file(str(images.tiff), page=0)
    side = min(FLAT_PX, whole.width, whole.height)
    part = whole.crop(0, 0, side, side).copy_memory()
    wide = (part.cast("ushort") * 257).cast("ushort").copy(interpretation="rgb16")
    made = {}
    for bits, picture in ((8, part), (16, wide)):
        for compression in ("none", "deflate"):
            path = images.tiff.with_name(f"{compression}-{bits}.tif")
            picture.tiffsave(
                str(path),
                tile=True,
                tile_width=256,
                tile_height=256,
                compression=compression,
                predictor="none",
            )
            made[f"{compression} {bits}"] = path
    return made
