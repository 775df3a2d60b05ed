"""What is no profile of a screen is refused in a few words."""

import pytest
import pyvips

from glview.color_profile import fault_of_profile
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
