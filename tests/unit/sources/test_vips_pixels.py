"""What libvips says is told in a line."""

import pytest
import pyvips

from glview.sources.vips_pixels import VipsError, fault_of


def test_a_fault_with_words_of_a_file_that_are_no_text_is_told() -> None:
    with pytest.raises(VipsError) as caught:
        pyvips.Image.pngload(b"/none/\xff.png")
    said = "/none/\ufffd.png: unable to open for read; system error: No such file or directory"
    assert fault_of(caught.value) == said
    # Nor is it told once more with the next one.
    with pytest.raises(VipsError) as caught:
        pyvips.Image.pngload("/none/b.png")
    assert fault_of(caught.value) == said.replace("\ufffd", "b")
