"""ImageJ's colours and display ranges are the first ones of channels."""

import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from numpy.typing import NDArray

from glview.display import Window, default_display
from glview.image import Channel, ColorModel
from glview.sources.imagej_display import imagej_channels
from glview.sources.imagej_text import ImageJText
from glview.sources.inspecting import inspect_file
from glview.sources.opening import open_image
from glview.sources.tiff_structure import Directory, Entry, Tag

PIXELS = np.arange(3 * 20 * 30, dtype=np.uint16).reshape(3, 20, 30)


def ramp(red: int, green: int, blue: int) -> NDArray[np.uint8]:
    """A table from black to a colour."""
    steps = np.linspace(0.0, 1.0, 256)
    return np.stack([np.rint(steps * most) for most in (red, green, blue)]).astype(np.uint8)


LUTS = [ramp(255, 0, 0), ramp(0, 255, 255), ramp(255, 102, 0)]
RANGES = [10.0, 500.0, 0.0, 900.5, 100.0, 101.0]
SHOWN = (
    Channel(color=(1.0, 0.0, 0.0), window=(10.0, 500.0)),
    Channel(color=(0.0, 1.0, 1.0), window=(0.0, 900.5)),
    Channel(color=(1.0, 0.4, 0.0), window=(100.0, 101.0)),
)


def channels(path: Path, pixels: NDArray[Any], **metadata: Any) -> tuple[Channel, ...]:
    order = metadata.pop("byteorder", "<")
    tifffile.imwrite(path, pixels, imagej=True, metadata=metadata, byteorder=order)
    source = open_image(path)
    try:
        return source.description.channels
    finally:
        source.close()


@pytest.mark.parametrize("byteorder", ["<", ">"])
@pytest.mark.parametrize("mode", ["composite", "color"])
def test_channels_are_shown_as_imagej_showed_them(
    tmp_path: Path, byteorder: str, mode: str
) -> None:
    told = {"axes": "CYX", "mode": mode, "LUTs": LUTS, "Ranges": RANGES}
    path = tmp_path / "a.tif"
    assert channels(path, PIXELS, byteorder=byteorder, Labels=["a", "b"], **told) == SHOWN
    source = open_image(path)
    display = default_display(source.description)
    assert display.windows == (Window(10, 500), Window(0, 900.5), Window(100, 101))
    assert display.colors == ((1.0, 0.0, 0.0), (0.0, 1.0, 1.0), (1.0, 0.4, 0.0))
    source.close()
    assert inspect_file(path).channels == SHOWN


def test_each_plane_is_shown_so(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    stack = np.stack([PIXELS, PIXELS + 1])
    told = {"axes": "ZCYX", "mode": "composite", "LUTs": LUTS, "Ranges": RANGES}
    tifffile.imwrite(path, stack, imagej=True, metadata=told)
    source = open_image(path, plane=(1,))
    assert source.description.channels == SHOWN
    source.close()


def test_where_imagej_showed_greys_channels_have_colours_of_our_own(tmp_path: Path) -> None:
    found = channels(
        tmp_path / "a.tif", PIXELS, axes="CYX", mode="grayscale", LUTs=LUTS, Ranges=RANGES
    )
    assert found == tuple(Channel(window=channel.window) for channel in SHOWN)


def test_a_single_picture_is_shown_so_too(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    found = channels(path, PIXELS[0], LUTs=[ramp(0, 255, 0)], Ranges=[3.0, 70.0])
    assert found == (Channel(color=(0.0, 1.0, 0.0), window=(3.0, 70.0)),)
    source = open_image(path)
    assert (source.description.color_model, source.description.axes) == (ColorModel.GREY, ())
    source.close()
    assert channels(path, PIXELS[0], min=5.0, max=50.0) == (Channel(window=(5.0, 50.0)),)
    assert channels(path, PIXELS[0]) == ()


FIRE = np.stack([np.minimum(np.arange(256) * 2, 255), np.arange(256), np.zeros(256)])


@pytest.mark.parametrize("table", [FIRE.astype(np.uint8), ramp(255, 255, 255)[:, ::-1].copy()])
def test_tables_that_are_no_ramp_from_black_tell_no_colour(
    tmp_path: Path, table: NDArray[np.uint8]
) -> None:
    (found,) = channels(tmp_path / "a.tif", PIXELS[0], LUTs=[table], Ranges=[3.0, 70.0])
    assert found == Channel(window=(3.0, 70.0))


@pytest.mark.parametrize("ranges", [[5.0, 5.0], [float("nan"), 1.0], [9.0, 1.0]])
def test_ranges_that_are_none_are_no_windows(tmp_path: Path, ranges: list[float]) -> None:
    told = {"axes": "CYX", "mode": "composite", "Ranges": [*ranges, 0.0, 900.5]}
    found = channels(tmp_path / "a.tif", PIXELS, **told)
    assert found == (Channel(), Channel(window=(0.0, 900.5)), Channel())


GOOD = b"IJIJ" + b"rang" + struct.pack(">I", 1) + struct.pack(">2d", 1.0, 2.0)


@pytest.mark.parametrize(
    ("data", "lengths", "window"),
    [
        (GOOD, (12, 16), (1.0, 2.0)),
        (GOOD, (), None),
        (GOOD, (12,), None),
        (GOOD, (11, 16), None),
        (GOOD, (4, 16), None),
        (GOOD, (12, 1 << 40), (1.0, 2.0)),
        (GOOD[:-1], (12, 16), None),
        (b"XXXX" + GOOD[4:], (12, 16), None),
        (GOOD.replace(b"\0\0\0\1", b"\xff\xff\xff\xff", 1), (12, 16), (1.0, 2.0)),
    ],
)
def test_what_makes_no_sense_tells_nothing(
    data: bytes, lengths: tuple[int, ...], window: tuple[float, float] | None
) -> None:
    page = Directory(
        {Tag.IMAGEJ: Entry(1, len(data), 0)},
        {Tag.IMAGEJ: (), Tag.IMAGEJ_LENGTHS: tuple(map(float, lengths))},
    )
    (found,) = imagej_channels(page, ImageJText(), 1, ">", lambda at, count: data[at : at + count])
    assert found == Channel(window=window)
