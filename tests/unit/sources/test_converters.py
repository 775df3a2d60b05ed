"""What is said of what glview does not read."""

import pytest

from glview.sources.converters import unread_compression, unread_file, unread_samples
from glview.sources.sniff import look_alike


@pytest.mark.parametrize(
    ("kind", "way_out"),
    [
        ("JPEG XL", "; `djxl FILE OUT.png` makes a file that is"),
        ("DICOM", "; Bio-Formats' `bfconvert FILE OUT.ome.tif` makes a file that is"),
        ("BMP", "; ImageMagick's `convert FILE OUT.png` makes a file that is"),
        ("OME-Zarr", ""),
    ],
)
def test_a_way_out_is_told_where_there_is_one(kind: str, way_out: str) -> None:
    assert unread_file(kind) == f"{kind} is not supported{way_out}"


@pytest.mark.parametrize(
    ("name", "tool"),
    [
        ("Zstandard (50000)", "; `tiffcp -c zip FILE OUT.tif` makes a file that is"),
        (
            "JPEG 2000 (Aperio RGB) (33005)",
            "; Bio-Formats' `bfconvert FILE OUT.ome.tif` makes a file that is",
        ),
        ("old-style JPEG (6)", ""),
        ("JPEG XL (50002)", ""),
        ("number 52479", ""),
    ],
)
def test_a_way_out_of_a_tiff_is_told_where_there_is_one(name: str, tool: str) -> None:
    assert unread_compression(name) == f"TIFF compression {name} is not supported{tool}"


def test_a_way_out_of_samples_is_told_where_there_is_one() -> None:
    assert unread_samples("12-bit samples") == "12-bit samples are not supported"
    assert unread_samples("64-bit float samples") == (
        "64-bit float samples are not supported;"
        " `gdal_translate -ot Float32 FILE OUT.tif` makes a file that is"
    )


def test_what_is_no_file_of_a_picture_is_told_in_words() -> None:
    assert unread_file("Zoomify") == (
        "Zoomify is not supported; `glview convert` makes a DeepZoom of the image that it was made"
        " of"
    )
    assert unread_file("NumPy archive") == (
        "NumPy archive is not supported; numpy.load reads its arrays, which can be shown, or saved"
        " with numpy.save"
    )


def test_tga_is_known_without_a_mark_at_its_beginning() -> None:
    head = b"\0\0\x0a" + bytes(9) + b"\x40\0\x30\0\x18\x20" + bytes(100)
    assert look_alike(head) == "TGA"
    assert look_alike(bytes(200)) is None
