"""Lays things to find over the sample image, each in one cell of a square grid."""

import math
from random import Random

import numpy as np
import pyvips

from glview.sample_drawings import AT_SEA, IN_AIR, ON_LAND, RARE, TOWNS, Drawing
from glview.sample_terrain import Terrain

CELL_PX = 512
_SEED = 1851
_SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="{0}" height="{0}">{1}</svg>'


def lay_sprites(picture: pyvips.Image, terrain: Terrain) -> pyvips.Image:
    """Blend the cells' drawings over ``picture`` (three bands, 8 bits)."""
    across = math.ceil(picture.width / CELL_PX)
    down = math.ceil(picture.height / CELL_PX)
    random = Random(_SEED)
    rare, sea, town, land, air = (
        [_drawn(kind, random) for kind, count in kinds for _ in range(count)]
        for kinds in (RARE, AT_SEA, TOWNS, ON_LAND, IN_AIR)
    )
    blank = pyvips.Image.black(CELL_PX, CELL_PX, bands=4).copy_memory()
    cells = []
    for row in range(down):
        for column in range(across):
            lowest, highest, wooded = _ground(terrain, column, row)
            chance = random.random()
            chosen = blank
            if highest < -0.03:
                if chance < 0.22:
                    chosen = random.choice(rare if chance < 0.006 else sea)
            elif lowest > 0.004 and highest < lowest + 0.15 and wooded < 0.9:
                if chance < 0.5:
                    chosen = random.choice(town if chance < 0.22 else land)
            elif lowest > 0.1 and chance < 0.03:
                chosen = random.choice(air)
            cells.append(chosen)

    def joined(first: int, bands: int) -> pyvips.Image:
        parts = [cell.extract_band(first, n=bands) for cell in cells]
        sheet = pyvips.Image.arrayjoin(parts, across=across)
        return sheet.crop(0, 0, picture.width, picture.height)

    return joined(3, 1).ifthenelse(joined(0, 3), picture, blend=True)


def _drawn(drawing: Drawing, random: Random) -> pyvips.Image:
    image = pyvips.Image.svgload_buffer(_SVG.format(CELL_PX, drawing(random)).encode())
    return image.copy_memory()


def _ground(terrain: Terrain, column: int, row: int) -> tuple[float, float, float]:
    """Lowest and highest ground and mean density of trees under a cell."""
    size = CELL_PX / terrain.cell_px
    rows = slice(int(row * size) + 2, int((row + 1) * size) + 3)
    columns = slice(int(column * size) + 2, int((column + 1) * size) + 3)
    height = terrain.height[rows, columns]
    if height.size == 0:
        return -1.0, 1.0, 1.0
    wooded = np.clip(terrain.forest[rows, columns], 0, 1).mean()
    return float(height.min()), float(height.max()), float(wooded)
