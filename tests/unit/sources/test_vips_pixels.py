"""What libvips says is told in a line."""

import pytest
import pyvips

from glview.sources.vips_pixels import VipsError, displayable, fault_of
from tests.unit.sources.build import picture, vips


def test_a_fault_with_words_of_a_file_that_are_no_text_is_told() -> None:
    with pytest.raises(VipsError) as caught:
        pyvips.Image.pngload(b"/none/\xff.png")
    said = "/none/\ufffd.png: unable to open for read; system error: No such file or directory"
    assert fault_of(caught.value) == said
    # Nor is it told once more with the next one.
    with pytest.raises(VipsError) as caught:
        pyvips.Image.pngload("/none/b.png")
    assert fault_of(caught.value) == said.replace("\ufffd", "b")


def test_what_is_behind_inks_and_alpha_is_not_converted_and_makes_no_difference() -> None:
    ink = vips(picture(40, 30, 4)).copy(interpretation="cmyk")
    alpha = ink[0] / 2
    several = ink.bandjoin([alpha.cast("uchar"), ink, ink])
    image, model = displayable(several)
    assert (image.bands, model.alpha) == (4, True)
    expected = displayable(ink.bandjoin(alpha.cast("uchar")))[0]
    assert (image.numpy() == expected.numpy()).all()
