"""What a slide's properties say, and which files are slides."""

from pathlib import Path
from typing import Any

import numpy as np
import openslide
import pytest
import tifffile

from glview.pyramid import IntRect
from glview.sources.image_file import image_file, tiff_structure
from glview.sources.slide_facts import (
    background,
    bounds,
    metadata_of,
    objective_power,
    pixel_size_um,
    tile_px,
)
from glview.sources.slide_names import Vendor, is_mirax, vendor_of, vendor_of_tiff
from glview.sources.tiff_structure import Tag


@pytest.mark.parametrize("value", ["", "nan", "inf", "0", "-1", "about 20"])
def test_numbers_that_are_none_say_nothing(value: str) -> None:
    assert objective_power({"openslide.objective-power": value}) is None
    assert pixel_size_um({"openslide.mpp-x": value, "openslide.mpp-y": "0.5"}) is None


def test_numbers_are_told() -> None:
    assert objective_power({"openslide.objective-power": "40"}) == 40.0
    assert pixel_size_um({"openslide.mpp-x": "0.25", "openslide.mpp-y": "0.5"}) == (0.25, 0.5)
    tile = {"openslide.level[0].tile-width": "240", "openslide.level[0].tile-height": "256"}
    assert tile_px(tile) == (240, 256)
    assert tile_px({}) is None


def rect(x: int, y: int, width: int, height: int) -> dict[str, str]:
    sides = {"x": x, "y": y, "width": width, "height": height}
    return {f"openslide.bounds-{side}": str(value) for side, value in sides.items()}


def test_bounds_are_taken_where_they_lie_on_the_slide() -> None:
    assert bounds(rect(10, 20, 30, 40), (100, 100)) == IntRect(10, 20, 40, 60)
    assert bounds(rect(0, 0, 100, 100), (100, 100)) is None
    assert bounds(rect(90, 0, 30, 40), (100, 100)) is None
    assert bounds(rect(-5, 0, 30, 40), (100, 100)) is None
    assert bounds(rect(5, 5, 0, 40), (100, 100)) is None
    assert bounds({}, (100, 100)) is None


def test_a_slide_is_seen_on_its_own_colour() -> None:
    assert background({"openslide.background-color": "FFE4C4"}) == (255, 228, 196)
    assert background({"openslide.background-color": "#zz"}) == (255, 255, 255)
    assert background({}) == (255, 255, 255)


def test_nobody_is_told_whose_the_tissue_is() -> None:
    told = {"openslide.vendor": "dicom", "dicom.PatientName": "Test^Patient"}
    assert metadata_of(told, None) == {"vendor": "dicom"}


@pytest.mark.parametrize(
    ("head", "vendor"),
    [
        (b"\0" * 128 + b"DICM", Vendor.DICOM),
        (b"SQLite format 3\0", Vendor.SAKURA),
        (b"ZISRAWFILE", Vendor.ZEISS),
        (b"[Virtual Microscope Specimen]\r\n", Vendor.HAMAMATSU),
        (b"[Uncompressed Virtual Microscope Specimen]", Vendor.HAMAMATSU),
        (b"[Other]", None),
        (b"", None),
    ],
)
def test_files_are_known_by_their_first_bytes(head: bytes, vendor: Vendor | None) -> None:
    assert vendor_of(head) is vendor


SCN = b'<?xml version="1.0"?><scn xmlns="http://www.leica-microsystems.com/scn/2010/10/01"/>'
PHILIPS = b'<?xml version="1.0"?><DataObject ObjectType="DPUfsImport"/>'
ARGOS = b"<Argos.Scan.Metadata/>"
XMP, ARGOS_METADATA, NDPI_FORMAT = 700, 65000, 65420


@pytest.mark.parametrize(
    ("tags", "tiled", "vendor"),
    [
        ({Tag.DESCRIPTION: b"Aperio Image Library v11"}, True, Vendor.APERIO),
        ({Tag.DESCRIPTION: b"Aperio Image Library v11"}, False, None),
        ({Tag.DESCRIPTION: b"as good as Aperio"}, True, None),
        ({Tag.DESCRIPTION: SCN}, True, Vendor.LEICA),
        ({Tag.DESCRIPTION: SCN.replace(b"10/01", b"03/10")}, True, Vendor.LEICA),
        ({Tag.DESCRIPTION: SCN}, False, None),
        ({Tag.DESCRIPTION: b'<scn xmlns="x"/>'}, True, None),
        ({Tag.DESCRIPTION: b"a scan <scn by Leica"}, True, None),
        ({Tag.DESCRIPTION: PHILIPS, Tag.SOFTWARE: b"Philips DP v1.0"}, True, Vendor.PHILIPS),
        ({Tag.DESCRIPTION: PHILIPS, Tag.SOFTWARE: b"Philips DP v1.0"}, False, Vendor.PHILIPS),
        ({Tag.DESCRIPTION: PHILIPS}, True, None),
        ({Tag.DESCRIPTION: b"a photo", Tag.SOFTWARE: b"Philips DP v1.0"}, True, None),
        (
            {
                Tag.DESCRIPTION: PHILIPS.replace(b"DPUfsImport", b"Other"),
                Tag.SOFTWARE: b"Philips",
            },
            True,
            None,
        ),
        ({Tag.DESCRIPTION: b"Objective Power=20", Tag.SOFTWARE: b"MedScan"}, True, Vendor.TRESTLE),
        ({Tag.DESCRIPTION: b"Objective Power=20", Tag.SOFTWARE: b"MedScan"}, False, None),
        ({Tag.SOFTWARE: b"MedScan"}, True, None),
        ({XMP: b"<iScan/>"}, False, Vendor.VENTANA),
        ({XMP: b"<Metadata><a/><iScan/></Metadata>"}, True, Vendor.VENTANA),
        ({XMP: b"<x><iScan/></x>"}, True, None),
        ({XMP: b"made with iScan"}, True, None),
        ({ARGOS_METADATA: ARGOS}, True, Vendor.ARGOS),
        ({ARGOS_METADATA: ARGOS}, False, None),
        ({ARGOS_METADATA: b"<x><Argos.Scan.Metadata/></x>"}, True, None),
        ({Tag.DESCRIPTION: b"Argos, the dog of Odysseus"}, True, None),
        ({NDPI_FORMAT: b"1"}, False, Vendor.HAMAMATSU),
        ({Tag.DESCRIPTION: b"a photo"}, True, None),
        ({}, True, None),
    ],
)
def test_tiffs_are_known_by_their_tags_as_openslide_knows_them(
    tmp_path: Path, tags: dict[int, bytes], tiled: bool, vendor: Vendor | None
) -> None:
    path, page = str(tmp_path / "a.tif"), np.zeros((64, 64, 3), np.uint8)
    own = [(int(tag), 1, len(data), data, True) for tag, data in tags.items() if tag >= 500]
    rest: dict[str, Any] = {"tile": (64, 64)} if tiled else {}
    tifffile.imwrite(
        path,
        page,
        photometric="rgb",
        metadata=None,
        description=tags.get(Tag.DESCRIPTION),
        software=tags.get(Tag.SOFTWARE, b"").decode() or False,
        extratags=own,
        **rest,
    )
    plain = "generic-tiff" if tiled else None
    assert openslide.OpenSlide.detect_format(path) == (vendor.value if vendor else plain)
    with image_file(path) as file:
        assert vendor_of_tiff(tiff_structure(file), file.read_at) is vendor


def test_a_mirax_slide_is_known_by_the_folder_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "a.mrxs"
    assert not is_mirax(str(path))
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "Slidedat.ini").touch()
    assert is_mirax(str(path))
    assert not is_mirax(str(tmp_path / "a.jpg"))
