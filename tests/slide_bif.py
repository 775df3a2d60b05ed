"""Small BIF slides as Ventana's scanners write them, made for tests."""

from pathlib import Path
from typing import Any

import numpy as np
import tifffile
from numpy.typing import NDArray

from tests.slides import MACRO, Pixels, flat, reduced

TILE_PX = 128


def write_bif(path: Path, full: Pixels, *, overlap: int = 0) -> None:
    """As Ventana writes one: one area of tiles that overlap by so many pixels, levels two apart.

    20x, 0.465 µm a pixel. Sides are multiples of 512 in the file; OpenSlide lays the tiles over one
    another and makes the slide so much smaller.
    """
    across, down = full.shape[1] // TILE_PX, full.shape[0] // TILE_PX
    scan = '<iScan Magnification="20" ScanRes="0.465" ScannerModel="VENTANA DP 200"/>'
    joints = "".join(_joints(across, down, overlap))
    told = (
        '<?xml version="1.0"?><EncodeInfo Ver="2"><SlideStitchInfo>'
        f'<ImageInfo AOIScanned="1" Width="{TILE_PX}" Height="{TILE_PX}" NumRows="{down}" '
        f'NumCols="{across}" Pos-X="0" Pos-Y="0">{joints}</ImageInfo></SlideStitchInfo>'
        '<AoiOrigin><AOI0 OriginX="0" OriginY="0"/></AoiOrigin></EncodeInfo>'
    )
    common: dict[str, Any] = {"photometric": "rgb", "metadata": None, "compression": "zlib"}
    with tifffile.TiffWriter(path, bigtiff=True) as file:
        file.write(flat(MACRO, 60, 120), description="Label_Image", **common, **_xmp(scan))
        for level, step in enumerate((1, 2, 4)):
            file.write(
                reduced(full, step),
                description=f"level={level} mag={20 / step:g} quality=95",
                tile=(TILE_PX, TILE_PX),
                **common,
                **(_xmp(told) if level == 0 else {}),
            )


def _xmp(text: str) -> dict[str, Any]:
    data = text.encode()
    return {"extratags": [(700, 1, len(data), data, True)]}


def _joints(across: int, down: int, overlap: int) -> list[str]:
    """How tiles join, which are counted from below, to and fro."""
    numbers = np.arange(1, across * down + 1).reshape(down, across)
    numbers[1::2] = numbers[1::2, ::-1]
    numbers = numbers[::-1]
    joint = (
        '<TileJointInfo Confidence="100" Direction="{}" Tile1="{}" Tile2="{}" '
        'OverlapX="{}" OverlapY="{}"/>'
    )
    right = [joint.format("RIGHT", a, b, overlap, 0) for a, b in _pairs(numbers)]
    up = [joint.format("UP", b, a, 0, overlap) for a, b in _pairs(numbers.T)]
    return right + up


def _pairs(numbers: NDArray[np.intp]) -> list[tuple[int, int]]:
    """Neighbours in rows, left and right."""
    return list(zip(numbers[:, :-1].ravel().tolist(), numbers[:, 1:].ravel().tolist(), strict=True))
