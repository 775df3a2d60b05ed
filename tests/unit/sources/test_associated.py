"""Pictures beside an image: had by name, and by nothing else."""

from pathlib import Path

import numpy as np
import pytest
import pyvips

import glview
from glview.errors import ImageError
from glview.sources.opening import open_image
from tests.slides import LABEL, MACRO, tissue, write_svs


@pytest.fixture
def svs(tmp_path: Path) -> Path:
    path = tmp_path / "a.svs"
    write_svs(path, tissue(300, 200), steps=(4,))
    return path


def test_they_are_had_by_name_of_a_file_or_of_a_source(svs: Path) -> None:
    label = glview.associated_image(svs, "label")
    assert label.dtype == np.uint8
    assert (label.shape, tuple(label[0, 0])) == ((48, 60, 3), LABEL)
    source = open_image(svs)
    macro = glview.associated_image(source, "macro")
    assert (macro.shape, tuple(macro[0, 0])) == ((48, 120, 3), MACRO)
    source.close()


def test_one_that_is_not_there_is_told_with_those_that_are(svs: Path) -> None:
    with pytest.raises(ImageError) as raised:
        glview.associated_image(svs, "barcode")
    assert raised.value.fault == (
        "has no picture 'barcode' beside the image; there is only: label, macro, thumbnail"
    )


def test_a_photograph_has_none(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    pyvips.Image.black(10, 10).pngsave(str(path))
    with pytest.raises(ImageError) as raised:
        glview.associated_image(path, "label")
    assert raised.value.fault == "has no picture 'label' beside the image; there is none"


def test_a_label_that_cannot_be_read_is_one_error(svs: Path) -> None:
    data = svs.read_bytes()
    # The label's strips are not compressed: its colour is found as it is, and its directory after.
    at = data.index(bytes(LABEL) * 20)
    svs.write_bytes(data[:at])
    with pytest.raises(ImageError, match=f"^{svs}: "):
        glview.associated_image(svs, "label")
