"""Small slides as makers of scanners write them, made for tests."""

from pathlib import Path
from typing import Any

import numpy as np
import pyvips
import tifffile
from numpy.typing import NDArray

from tests.images import detailed

Pixels = NDArray[np.uint8]

LABEL, MACRO = (200, 30, 60), (20, 160, 90)
"""Colours of the pictures beside the slide."""


def tissue(width: int, height: int) -> Pixels:
    """A picture with detail at every scale, no two parts of it alike."""
    return np.ascontiguousarray(np.asarray(detailed(width, height))[:, :, :3].astype(np.uint8))


def reduced(full: Pixels, step: int) -> Pixels:
    """Means of squares, rounded; what is left at the right and below is left out."""
    height, width = full.shape[0] // step, full.shape[1] // step
    parts = full[: height * step, : width * step].reshape(height, step, width, step, 3)
    return np.asarray((parts.mean((1, 3)) + 0.5).astype(np.uint8))


def flat(color: tuple[int, int, int], width: int, height: int) -> Pixels:
    return np.full((height, width, 3), color, np.uint8)


def write_svs(
    path: Path,
    full: Pixels,
    *,
    steps: tuple[int, ...] = (4, 16),
    tile: int = 128,
    profile: bytes | None = None,
) -> None:
    """As Aperio writes one: tiles, a thumbnail, levels four apart, label and macro in strips."""
    height, width = full.shape[:2]
    name = "Aperio Image Library v11.2.1 \r\n"
    told = f"{name}{width}x{height} ({tile}x{tile}) Q=90|AppMag = 20|MPP = 0.4990"
    rows: dict[str, Any] = {"photometric": "rgb", "metadata": None, "rowsperstrip": 16}
    tiles: dict[str, Any] = {
        "photometric": "rgb",
        "metadata": None,
        "tile": (tile, tile),
        "compression": "zlib",
        "iccprofile": profile,
    }
    with tifffile.TiffWriter(path) as file:
        file.write(full, description=told, **tiles)
        file.write(reduced(full, 8), description=f"{name}{width}x{height} -> thumbnail", **rows)
        for step in steps:
            file.write(reduced(full, step), description=told, **tiles)
        label, macro = flat(LABEL, 60, 48), flat(MACRO, 120, 48)
        file.write(label, description=f"{name}label 60x48", subfiletype=1, **rows)
        file.write(macro, description=f"{name}macro 120x48", subfiletype=9, **rows)


def write_scn(
    path: Path,
    pictures: dict[tuple[int, int], Pixels],
    *,
    size: tuple[int, int] = (1200, 900),
) -> None:
    """As Leica writes one: areas at places of a slide of ``size`` pixels, nothing between them."""
    pages = [flat(MACRO, size[0] // 20, size[1] // 20)]
    images = [_scn_image(pages, 0, (0, 0), size, 0.6)]
    for at, full in pictures.items():
        first = len(pages)
        pages += [full, reduced(full, 4)]
        images.append(_scn_image(pages, first, at, (full.shape[1], full.shape[0]), 20))
    space = "http://www.leica-microsystems.com/scn/2010/10/01"
    told = (
        f'<?xml version="1.0"?><scn xmlns="{space}"><collection name="c" sizeX="{500 * size[0]}" '
        f'sizeY="{500 * size[1]}">{"".join(images)}</collection></scn>'
    )
    with tifffile.TiffWriter(path, bigtiff=True) as file:
        for number, page in enumerate(pages):
            file.write(
                page,
                photometric="rgb",
                metadata=None,
                tile=(128, 128),
                compression="zlib",
                description=None if number else told,
                resolution=(20_000 / (1 if number % 2 else 4 if number else 20),) * 2,
                resolutionunit=3,
            )


def write_qptiff(path: Path, channels: list[tuple[str, str, Pixels]], *, tile: int = 128) -> None:
    """As Akoya writes one: channels of a name and a colour, then a thumbnail, then all at half."""
    common: dict[str, Any] = {"metadata": None, "software": "PerkinElmer-QPI"}
    tiles: dict[str, Any] = {"tile": (tile, tile), "compression": "lzw", **common}
    with tifffile.TiffWriter(path, bigtiff=True) as file:

        def write(step: int, kind: str) -> None:
            for name, color, full in channels:
                told = _qpi(kind, f"<Name>{name}</Name><Color>{color}</Color>")
                pixels = reduced(np.repeat(full[:, :, None], 3, 2), step)[:, :, 0]
                file.write(pixels, description=told, subfiletype=int(step > 1), **tiles)

        write(1, "FullResolution")
        small = flat(LABEL, 60, 48)
        file.write(small, photometric="rgb", description=_qpi("Thumbnail", ""), **common)
        write(2, "ReducedResolution")
        file.write(small, photometric="rgb", description=_qpi("Label", ""), **common)


def _qpi(kind: str, told: str) -> str:
    root = "PerkinElmer-QPI-ImageDescription"
    head = '<?xml version="1.0" encoding="utf-16"?>'
    return f"{head}<{root}><ImageType>{kind}</ImageType>{told}</{root}>"


def write_philips(path: Path, full: Pixels, *, tile: int = 128) -> None:
    """As Philips writes one: levels two apart, all padded to whole tiles, sizes in XML."""
    levels = [_padded(full, tile)]
    levels += [_padded(reduced(levels[0], step), tile) for step in (2, 4)]
    told = _attribute("DICOM_MANUFACTURER", "PHILIPS") + _array(
        "PIM_DP_SCANNED_IMAGES",
        "DPScannedImage",
        _attribute("PIM_DP_IMAGE_TYPE", "WSI")
        + _attribute("DICOM_PIXEL_SPACING", _spacing(0.25))
        + _array(
            "PIIM_PIXEL_DATA_REPRESENTATION_SEQUENCE",
            "PixelDataRepresentation",
            *(
                _attribute("DICOM_PIXEL_SPACING", _spacing(0.25 * 2**number))
                + _attribute("PIIM_PIXEL_DATA_REPRESENTATION_NUMBER", str(number))
                for number in range(len(levels))
            ),
        ),
    )
    told = f'<?xml version="1.0"?><DataObject ObjectType="DPUfsImport">{told}</DataObject>'
    with tifffile.TiffWriter(path, bigtiff=True) as file:
        for number, level in enumerate(levels):
            file.write(
                level,
                photometric="rgb",
                metadata=None,
                tile=(tile, tile),
                compression="zlib",
                description=f"level={number}" if number else told,
                software="Philips DP v1.0",
                subfiletype=min(number, 1),
            )


def _padded(pixels: Pixels, tile: int) -> Pixels:
    height, width = pixels.shape[:2]
    below, right = -height % tile, -width % tile
    return np.pad(pixels, ((0, below), (0, right), (0, 0)), constant_values=255)


def _attribute(name: str, value: str) -> str:
    return f'<Attribute Name="{name}" Group="0x301D" Element="0x1000">{value}</Attribute>'


def _array(name: str, kind: str, *objects: str) -> str:
    items = "".join(f'<DataObject ObjectType="{kind}">{item}</DataObject>' for item in objects)
    return _attribute(name, f"<Array>{items}</Array>")


def _spacing(size_um: float) -> str:
    return f"&quot;{size_um / 1000}&quot; &quot;{size_um / 1000}&quot;"


def write_trestle(path: Path, full: Pixels) -> None:
    """As Trestle writes one: levels two apart, what it says in the description."""
    told = "Background Color=E6E6E6;Objective Power=20;JPEG Quality=80;OverlapsXY= 0 0 0 0 0 0"
    with tifffile.TiffWriter(path) as file:
        for step in (1, 2, 4):
            file.write(
                reduced(full, step),
                photometric="rgb",
                metadata=None,
                tile=(128, 128),
                compression="zlib",
                description=told,
                software="MedScan",
            )


def write_vms(path: Path, full: Pixels) -> None:
    """As Hamamatsu writes one: a text that names JPEGs with restart markers beside it."""
    for name, step in (("image", 1), ("map", 8), ("macro", 4)):
        picture = pyvips.Image.new_from_array(full[::step, ::step].copy())
        picture.copy(interpretation="srgb").jpegsave(
            str(path.with_name(f"{name}.jpg")), Q=95, restart_interval=16 // step
        )
    height, width = full.shape[:2]
    path.write_text(
        "[Virtual Microscope Specimen]\nNoLayers=1\nNoJpegColumns=1\nNoJpegRows=1\n"
        "ImageFile=image.jpg\nMapFile=map.jpg\nMacroImage=macro.jpg\n"
        f"PhysicalWidth={250 * width}\nPhysicalHeight={250 * height}\nSourceLens=40\n"
    )


def _scn_image(
    pages: list[Pixels], first: int, at: tuple[int, int], size: tuple[int, int], objective: float
) -> str:
    """An area's element; a pixel is 500 nm wide."""
    sizes = [(page.shape[1], page.shape[0]) for page in pages[first:]]
    levels = "".join(
        f'<dimension sizeX="{wide}" sizeY="{high}" r="{number}" ifd="{first + number}"/>'
        for number, (wide, high) in enumerate(sizes)
    )
    x, y, wide, high = (500 * side for side in (*at, *size))
    return (
        '<image><creationDate>2020</creationDate><device model="Leica SCN400" version="1"/>'
        f'<pixels sizeX="{sizes[0][0]}" sizeY="{sizes[0][1]}">{levels}</pixels>'
        f'<view sizeX="{wide}" sizeY="{high}" offsetX="{x}" offsetY="{y}" spacingZ="0"/>'
        f"<scanSettings><objectiveSettings><objective>{objective}</objective></objectiveSettings>"
        "<illuminationSettings><numericalAperture>0.4</numericalAperture><illuminationSource>"
        "brightfield</illuminationSource></illuminationSettings></scanSettings></image>"
    )


def tile_bytes(path: Path, page: int, tile: int) -> tuple[int, int]:
    """Where in the file a tile of a page lies, and how many bytes it has."""
    with tifffile.TiffFile(path) as file:
        found = file.pages[page]
        assert isinstance(found, tifffile.TiffPage)
        return found.dataoffsets[tile], found.databytecounts[tile]
