"""What is no profile of a screen is refused in a few words."""

import struct

import pytest
import pyvips

from glview.color_profile import fault_of_profile, profile_name
from glview.options import ViewerOptions

P3 = bytes(pyvips.Image.profile_load("p3"))


def test_a_screens_profile_is_one() -> None:
    assert fault_of_profile(P3) == ""
    assert ViewerOptions(display_profile=P3).display_profile == P3


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"", "no ICC profile"),
        (b"\x89PNG" + bytes(1000), "no ICC profile"),
        (P3[:-1], "an ICC profile that is cut off"),
        (
            bytes(pyvips.Image.profile_load("cmyk")),
            "an ICC profile of 'CMYK', not of a screen's RGB",
        ),
        (P3[:128] + b"\xff" * 4 + P3[132:], "a broken ICC profile"),
        (P3[:136] + b"\xff" * 4 + P3[140:], "a broken ICC profile"),
        (P3.replace(b"rTRC", b"xTRC"), "an ICC profile that colours cannot be turned into"),
    ],
    ids=["nothing", "png", "cut", "inks", "tags", "place", "curves"],
)
def test_what_is_none_is_told(data: bytes, fault: str) -> None:
    assert fault_of_profile(data) == fault
    with pytest.raises(ValueError, match=f"display_profile: {fault}"):
        ViewerOptions(display_profile=data)


def test_a_profile_is_called_as_its_text_says() -> None:
    text = b"desc" + bytes(4) + struct.pack(">I", 12) + b"Camera  RGB\0" + bytes(78)
    tags = struct.pack(">I4sII", 1, b"desc", 144, len(text))
    assert profile_name(bytes(128) + tags + text) == "Camera RGB"


@pytest.mark.parametrize("length", [0, 100, 130, 140, 150])
def test_a_profile_that_is_cut_off_has_no_name(length: int) -> None:
    tags = struct.pack(">I4sII", 1, b"desc", 144, 90)
    assert profile_name((bytes(128) + tags + b"desc" + bytes(86))[:length]) == "without a name"
