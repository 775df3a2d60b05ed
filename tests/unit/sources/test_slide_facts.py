"""What a slide's properties say, and which files are slides."""

from pathlib import Path

import pytest

from glview.pyramid import IntRect
from glview.sources.slide_facts import (
    background,
    bounds,
    metadata_of,
    objective_power,
    pixel_size_um,
    tile_px,
)
from glview.sources.slide_names import Vendor, is_mirax, vendor_of, vendor_of_tiff
from glview.sources.tiff_structure import Directory, Entry, Tag, TiffStructure


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


def tiff(tags: dict[int, bytes]) -> TiffStructure:
    entries = {tag: Entry(2, len(text), 8) for tag, text in tags.items()}
    return TiffStructure("<", False, (Directory(entries, dict(tags)),))


@pytest.mark.parametrize(
    ("tags", "vendor"),
    [
        ({Tag.DESCRIPTION: b"Aperio Image Library v11"}, Vendor.APERIO),
        ({Tag.DESCRIPTION: b'<?xml version="1.0"?><scn xmlns="x">'}, Vendor.LEICA),
        ({Tag.SOFTWARE: b"Philips DP v1.0"}, Vendor.PHILIPS),
        ({Tag.SOFTWARE: b"MedScan"}, Vendor.TRESTLE),
        ({Tag.XMP: b"<EncodeInfo><iScan/>"}, Vendor.VENTANA),
        ({65420: b"1"}, Vendor.HAMAMATSU),
        ({Tag.DESCRIPTION: b"a photo"}, None),
        ({}, None),
    ],
)
def test_tiffs_are_known_by_their_tags(tags: dict[int, bytes], vendor: Vendor | None) -> None:
    assert vendor_of_tiff(tiff(tags)) is vendor


def test_a_mirax_slide_is_known_by_the_folder_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "a.mrxs"
    assert not is_mirax(str(path))
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "Slidedat.ini").touch()
    assert is_mirax(str(path))
    assert not is_mirax(str(tmp_path / "a.jpg"))
