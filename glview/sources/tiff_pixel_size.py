"""How large a TIFF says that its pixels are (pure)."""

import math
import re

from glview.sources.imagej_text import read_imagej
from glview.sources.lengths import UNITS_UM
from glview.sources.ome import Ome, looks_ome
from glview.sources.tiff_structure import Directory, Tag

_RESOLUTION_UNITS_UM = {2: 25_400.0, 3: 10_000.0}


def pixel_size_um(directory: Directory, ome: Ome | None) -> tuple[float, float] | None:
    """Width and height of a pixel, positive and finite; None where nothing says it.

    Aperio's MPP, OME's PhysicalSize, the unit of ImageJ, else the resolution. ``ome`` is what the
    file's OME-XML says, if its pages have any.
    """
    size = _declared(directory, ome)
    return size if size and all(0.0 < side < math.inf for side in size) else None


def _declared(directory: Directory, ome: Ome | None) -> tuple[float, float] | None:
    text = directory.text(Tag.DESCRIPTION)
    mpp = re.search(r"\bMPP\s*=\s*([0-9]+(?:\.[0-9]+)?)", text)
    if mpp and text.startswith("Aperio"):
        return float(mpp[1]), float(mpp[1])
    if ome is not None and ome.pixel_size_um is not None and looks_ome(text):
        return ome.pixel_size_um
    across, down = directory.numbers(Tag.X_RESOLUTION), directory.numbers(Tag.Y_RESOLUTION)
    if not across or not down or min(across[0], down[0]) <= 0.0:
        return None
    said = read_imagej(text)
    if said is not None and said.units is not None:
        # Its own word counts, whatever the tags say, as it does when it reads such a file.
        wide, tall = (UNITS_UM.get(unit) for unit in said.units)
        return (wide / across[0], tall / down[0]) if wide and tall else None
    unit = _RESOLUTION_UNITS_UM.get(directory.number(Tag.RESOLUTION_UNIT, 2))
    # 72 and less is what programs write that know nothing.
    if unit is None or min(across[0], down[0]) <= 100.0:
        return None
    return unit / across[0], unit / down[0]
