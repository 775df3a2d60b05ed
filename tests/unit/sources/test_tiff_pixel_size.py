"""How large pixels are, by whoever wrote the file."""

from typing import Any

import pytest

from glview.sources.ome import read_ome
from glview.sources.tiff_pixel_size import pixel_size_um
from glview.sources.tiff_structure import Tag
from tests.unit.sources.build import tiff_page as page


def test_pixel_sizes() -> None:
    aperio = page(9, 9, DESCRIPTION=b"Aperio Image|AppMag = 20|MPP = 0.4990\0")
    assert pixel_size_um(aperio, None) == (0.499, 0.499)
    metric = page(9, 9, RESOLUTION_UNIT=3, X_RESOLUTION=(20000.0,), Y_RESOLUTION=(10000.0,))
    assert pixel_size_um(metric, None) == (0.5, 1.0)
    screen = page(9, 9, RESOLUTION_UNIT=2, X_RESOLUTION=(72.0,), Y_RESOLUTION=(72.0,))
    assert pixel_size_um(screen, None) is None


@pytest.mark.parametrize(
    ("unit", "factor"),
    [
        ("", 1.0),
        ('PhysicalSize{0}Unit="µm"', 1.0),
        ("PhysicalSize{0}Unit = 'μm'", 1.0),
        ('PhysicalSize{0}Unit="&#181;m"', 1.0),
        ('PhysicalSize{0}Unit="nm"', 1e-3),
        ('PhysicalSize{0}Unit="mm"', 1e3),
        ('PhysicalSize{0}Unit="pixel"', None),
    ],
)
def test_ome_counts_in_the_unit_that_it_says(unit: str, factor: float | None) -> None:
    told = " ".join(
        f'PhysicalSize{axis}="{side}" {unit.format(axis)}' for axis, side in (("X", 0.5), ("Y", 2))
    )
    text = f"<OME><Image><Pixels {told}/></Image></OME>"
    expected = None if factor is None else pytest.approx((0.5 * factor, 2 * factor))
    assert pixel_size_um(page(9, 9, DESCRIPTION=text.encode()), read_ome(text)) == expected


@pytest.mark.parametrize(
    ("unit", "size_um"),
    [
        (b"\\u00B5m", 0.25),
        ("µm".encode(), 0.25),
        ("μm".encode(), 0.25),
        ("µm".encode("latin-1"), 0.25),
        (b"um", 0.25),
        (b"micron", 0.25),
        (b"Microns", 0.25),
        (b"nm", 0.000_25),
        (b"mm", 250.0),
        (b"cm", 2500.0),
        (b"inch", 6350.0),
        (b"pixel", None),
        (b" ", None),
        (b"furlong", None),
    ],
)
def test_imagej_counts_the_resolution_in_its_own_unit(unit: bytes, size_um: float | None) -> None:
    made = page(
        9,
        9,
        DESCRIPTION=b"ImageJ=1.53f\nimages=3\nunit=" + unit + b"\nspacing=2\n\0",
        RESOLUTION_UNIT=1,
        X_RESOLUTION=(4.0,),
        Y_RESOLUTION=(2.0,),
    )
    expected = None if size_um is None else pytest.approx((size_um, 2 * size_um))
    assert pixel_size_um(made, None) == expected


def test_imagej_may_count_down_in_another_unit_or_in_none() -> None:
    resolution: dict[str, Any] = {"X_RESOLUTION": (200.0,), "Y_RESOLUTION": (200.0,)}
    text = b"ImageJ=1.53f\nunit=um\nyunit=mm\n\0"
    assert pixel_size_um(page(9, 9, DESCRIPTION=text, **resolution), None) == (0.005, 5.0)
    text = b"ImageJ=1.53f\nmin=0\n\0"
    assert pixel_size_um(page(9, 9, DESCRIPTION=text, **resolution), None) == (127.0, 127.0)
    text = b"by hand\nunit=um\n\0"
    assert pixel_size_um(page(9, 9, DESCRIPTION=text, **resolution), None) == (127.0, 127.0)


@pytest.mark.parametrize(
    "tags",
    [
        {"DESCRIPTION": b"Aperio Image|MPP = 0.0\0"},
        {"DESCRIPTION": b'<OME><Pixels PhysicalSizeX="0" PhysicalSizeY="1"/></OME>\0'},
        {"DESCRIPTION": b'<OME><Pixels PhysicalSizeX="-1" PhysicalSizeY="1"/></OME>\0'},
        {"DESCRIPTION": b'<OME><Pixels PhysicalSizeX="1" PhysicalSizeY="1e999"/></OME>\0'},
        {"DESCRIPTION": b'<OME><Pixels PhysicalSizeX="." PhysicalSizeY="1"/></OME>\0'},
        {"DESCRIPTION": b"ImageJ=1\nunit=um\0", "X_RESOLUTION": (0.0,), "Y_RESOLUTION": (4.0,)},
        {"DESCRIPTION": b"ImageJ=1\nunit=um\0", "X_RESOLUTION": (-4.0,), "Y_RESOLUTION": (-4.0,)},
        {"DESCRIPTION": b"ImageJ=1\nunit=m\0", "X_RESOLUTION": (5e-324,), "Y_RESOLUTION": (4.0,)},
        {"DESCRIPTION": b"ImageJ=1\nunit=um\0"},
    ],
)
def test_a_size_that_cannot_be_is_none(tags: dict[str, Any]) -> None:
    made = page(9, 9, **tags)
    assert pixel_size_um(made, read_ome(made.text(Tag.DESCRIPTION))) is None
