"""Small slides of several files, as their makers write them, made for tests."""

import struct
from pathlib import Path

import numpy as np
import pyvips

from tests.slides import Pixels, reduced

PATIENT = "Secret^Patient"
"""Who a DICOM slide says that it is of."""
_TILE_PX = 128
_LONG = {b"OB", b"SQ"}
"""Types whose values have a length of four bytes."""
_WHOLE_SLIDE = "1.2.840.10008.5.1.4.1.1.77.1.6"
_PLAIN = "1.2.840.10008.1.2.1"
"""DICOM's names of whole-slide images, and of samples that are not compressed."""


def write_dicom(path: Path, full: Pixels, *, profile: bytes | None = None) -> None:
    """A series of two files: the full resolution at ``path``, 0.5 µm a pixel, and one level."""
    _write_level(path, full, "ORIGINAL\\PRIMARY\\VOLUME\\NONE", 1, 0.5, profile)
    coarse = path.with_name(f"coarse-{path.name}")
    _write_level(coarse, reduced(full, 4), "DERIVED\\PRIMARY\\VOLUME\\RESAMPLED", 2, 2.0, profile)


def _write_level(
    path: Path, pixels: Pixels, kind: str, number: int, size_um: float, profile: bytes | None
) -> None:
    height, width = pixels.shape[:2]
    down, across = -(-height // _TILE_PX), -(-width // _TILE_PX)
    padded = np.full((down * _TILE_PX, across * _TILE_PX, 3), 255, np.uint8)
    padded[:height, :width] = pixels
    frames = padded.reshape(down, _TILE_PX, across, _TILE_PX, 3).swapaxes(1, 2)
    spacing = _element(0x00280030, "DS", f"{size_um / 1000}\\{size_um / 1000}")
    shared = _element(0x00289110, "SQ", _item(spacing))
    path_of_light = _element(0x00480106, "SH", "0") + _element(0x00480112, "DS", "20")
    if profile is not None:
        path_of_light = _element(0x00282000, "OB", profile) + path_of_light
    meta = (
        _element(0x00020001, "OB", b"\0\1")
        + _element(0x00020002, "UI", _WHOLE_SLIDE)
        + _element(0x00020003, "UI", f"1.2.3.{number}")
        + _element(0x00020010, "UI", _PLAIN)
        + _element(0x00020012, "UI", "1.2.3")
    )
    body = (
        _element(0x00080008, "CS", kind)
        + _element(0x00080016, "UI", _WHOLE_SLIDE)
        + _element(0x00080018, "UI", f"1.2.3.{number}")
        + _element(0x00080060, "CS", "SM")
        + _element(0x00100010, "PN", PATIENT)
        + _element(0x0020000D, "UI", "1.2.3.9")
        + _element(0x0020000E, "UI", "1.2.3.8")
        + _element(0x00200052, "UI", "1.2.3.7")
        + _element(0x00209311, "CS", "TILED_FULL")
        + _element(0x00280002, "US", 3)
        + _element(0x00280004, "CS", "RGB")
        + _element(0x00280006, "US", 0)
        + _element(0x00280008, "IS", str(down * across))
        + _element(0x00280010, "US", _TILE_PX)
        + _element(0x00280011, "US", _TILE_PX)
        + _element(0x00280100, "US", 8)
        + _element(0x00280101, "US", 8)
        + _element(0x00280102, "US", 7)
        + _element(0x00280103, "US", 0)
        + _element(0x00480006, "UL", width)
        + _element(0x00480007, "UL", height)
        + _element(0x00480105, "SQ", _item(path_of_light))
        + _element(0x00480303, "UL", 1)
        + _element(0x52009229, "SQ", _item(shared))
        + _element(0x7FE00010, "OB", frames.tobytes())
    )
    path.write_bytes(bytes(128) + b"DICM" + _element(0x00020000, "UL", len(meta)) + meta + body)


def _element(tag: int, kind: str, value: str | bytes | int) -> bytes:
    """A data element, explicit and little-endian."""
    if isinstance(value, int):
        value = struct.pack("<H" if kind == "US" else "<I", value)
    data = value.encode() if isinstance(value, str) else value
    data += (b"\0" if kind in {"UI", "OB"} else b" ") * (len(data) % 2)
    head = struct.pack("<HH", tag >> 16, tag & 0xFFFF) + kind.encode()
    if kind.encode() in _LONG:
        return head + struct.pack("<HI", 0, len(data)) + data
    return head + struct.pack("<H", len(data)) + data


def _item(data: bytes) -> bytes:
    return struct.pack("<HHI", 0xFFFE, 0xE000, len(data)) + data


def write_mirax(path: Path, full: Pixels, *, fill_bgr: int = 0xFFFFFF) -> None:
    """A picture at 256, 256 of a slide of 1024x768 pixels, 0.5 µm each, and one level.

    The picture's sides are multiples of 256. ``path`` is a JPEG by its first bytes; all else is in
    the folder of its name.
    """
    folder, slide_id = path.with_suffix(""), "0123456789ABCDEF" * 2
    folder.mkdir()
    path.write_bytes(b"\xff\xd8\xff\xe0")
    text = (
        f"[GENERAL]\nSLIDE_VERSION=01.02\nSLIDE_ID={slide_id}\nIMAGENUMBER_X=8\nIMAGENUMBER_Y=6\n"
        "OBJECTIVE_MAGNIFICATION=20\n[HIERARCHICAL]\nHIER_COUNT=1\nNONHIER_COUNT=0\n"
        "INDEXFILE=Index.dat\nHIER_0_NAME=Slide zoom level\nHIER_0_COUNT=2\n"
        "HIER_0_VAL_0=ZoomLevel_0\nHIER_0_VAL_0_SECTION=LEVEL_0\n"
        "HIER_0_VAL_1=ZoomLevel_1\nHIER_0_VAL_1_SECTION=LEVEL_1\n"
        "[DATAFILE]\nFILE_COUNT=1\nFILE_0=Data0000.dat\n"
    )
    for level in (0, 1):
        text += (
            f"[LEVEL_{level}]\nOVERLAP_X=0\nOVERLAP_Y=0\nMICROMETER_PER_PIXEL_X={0.5 * 2**level}\n"
            f"MICROMETER_PER_PIXEL_Y={0.5 * 2**level}\nIMAGE_FILL_COLOR_BGR={fill_bgr}\n"
            f"DIGITIZER_WIDTH=128\nDIGITIZER_HEIGHT=128\nIMAGE_CONCAT_FACTOR={level}\n"
            "IMAGE_FORMAT=PNG\n"
        )
    (folder / "Slidedat.ini").write_text(f"\ufeff{text}", encoding="utf-8")
    data, records = b"", []
    for step in (1, 2):
        pixels, items = reduced(full, step), []
        for row in range(pixels.shape[0] // _TILE_PX):
            for column in range(pixels.shape[1] // _TILE_PX):
                y, x = row * _TILE_PX, column * _TILE_PX
                tile = pyvips.Image.new_from_array(
                    pixels[y : y + _TILE_PX, x : x + _TILE_PX].copy()
                )
                stored = bytes(tile.copy(interpretation="srgb").pngsave_buffer())
                place = (2 + row * step) * 8 + 2 + column * step
                items.append(struct.pack("<4i", place, len(data), len(stored), 0))
                data += stored
        records.append(struct.pack("<2i", len(items), 0) + b"".join(items))
    (folder / "Data0000.dat").write_bytes(data)
    head = f"01.02{slide_id}".encode()
    table = len(head) + 8
    first = table + 8
    second = first + 8 + len(records[0])
    (folder / "Index.dat").write_bytes(
        head
        + struct.pack("<4i", table, table, first, second)
        + b"".join(
            struct.pack("<2i", 0, at + 8) + record
            for at, record in zip((first, second), records, strict=True)
        )
    )
