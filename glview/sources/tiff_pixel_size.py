"""How large a TIFF says that its pixels are (pure)."""

import math
import re

from glview.sources.tiff_structure import Directory, Tag

_RESOLUTION_UNITS_UM = {2: 25_400.0, 3: 10_000.0}
_UNITS_UM = {
    "nm": 1e-3, "nanometer": 1e-3, "um": 1.0, "µm": 1.0, "μm": 1.0, "micron": 1.0, "microns": 1.0,
    "micrometer": 1.0, "mm": 1e3, "millimeter": 1e3, "cm": 1e4, "centimeter": 1e4, "m": 1e6,
    "meter": 1e6, "inch": 25_400.0, "inches": 25_400.0,
    "\ufffdm": 1.0,  # the micro sign in Latin-1
}  # fmt: skip
_ESCAPED = re.compile(r"\\u([0-9A-Fa-f]{4})")


def pixel_size_um(directory: Directory) -> tuple[float, float] | None:
    """Width and height of a pixel, positive and finite; None where nothing says it.

    Aperio's MPP, OME's PhysicalSize in µm, the unit of ImageJ, else the resolution.
    """
    size = _declared(directory)
    return size if size and all(0.0 < side < math.inf for side in size) else None


def _declared(directory: Directory) -> tuple[float, float] | None:
    text = directory.text(Tag.DESCRIPTION)
    mpp = re.search(r"\bMPP\s*=\s*([0-9]+(?:\.[0-9]+)?)", text)
    if mpp and text.startswith("Aperio"):
        return float(mpp[1]), float(mpp[1])
    ome = [re.search(rf'\bPhysicalSize{axis}="([0-9.eE+-]+)"', text) for axis in "XY"]
    if ome[0] and ome[1] and not re.search(r'PhysicalSize[XY]Unit="(?!µm|um)', text):
        try:
            return float(ome[0][1]), float(ome[1][1])
        except ValueError:
            return None
    across, down = directory.numbers(Tag.X_RESOLUTION), directory.numbers(Tag.Y_RESOLUTION)
    if not across or not down or min(across[0], down[0]) <= 0.0:
        return None
    units = _imagej_units(text)
    if units is not None:
        wide, tall = (_UNITS_UM.get(unit) for unit in units)
        return (wide / across[0], tall / down[0]) if wide and tall else None
    unit = _RESOLUTION_UNITS_UM.get(directory.number(Tag.RESOLUTION_UNIT, 2))
    # 72 and less is what programs write that know nothing.
    if unit is None or min(across[0], down[0]) <= 100.0:
        return None
    return unit / across[0], unit / down[0]


def _imagej_units(text: str) -> tuple[str, str] | None:
    """What ImageJ counts the resolution in, across and down; None where it says nothing.

    Its own word counts, whatever the tags say, as it does when it reads such a file.
    """
    if not text.startswith("ImageJ="):
        return None
    said = dict(line.partition("=")[::2] for line in text.splitlines())
    across = said.get("unit")
    if across is None:
        return None
    # ImageJ writes what is not ASCII as Java would.
    across, down = (
        _ESCAPED.sub(lambda code: chr(int(code[1], 16)), unit).strip().lower()
        for unit in (across, said.get("yunit", across))
    )
    return across, down
