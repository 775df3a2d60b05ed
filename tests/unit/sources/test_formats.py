"""docs/formats.md tells what becomes of each kind of TIFF, and its pixels are those written."""

import sys
from pathlib import Path

import numpy as np
import pytest

from glview.errors import UnsupportedImageError
from glview.sources.opening import open_image
from tests.unit.sources.build import whole
from tests.unit.sources.formats import Kind, kinds, page, written

CHECKOUT = Path(__file__).resolve().parents[3]


def test_the_page_tells_what_is_so(tmp_path: Path) -> None:
    told = (CHECKOUT / "docs/formats.md").read_text(encoding="utf-8")
    assert told == page(tmp_path), "python -m tests.unit.sources.formats docs/formats.md"


@pytest.mark.parametrize("kind", [k for k in kinds() if not k.lossy], ids=lambda kind: kind.name)
def test_pixels_are_those_that_were_written(tmp_path: Path, kind: Kind) -> None:
    written(kind, tmp_path / "a.tif")
    source = open_image(tmp_path / "a.tif")
    description = source.description
    image = np.abs(kind.image) if kind.image.dtype.kind == "c" else kind.image
    if description.axes:
        image = image[0]
    if image.ndim == 3 and image.shape[0] == description.bands:
        image = np.moveaxis(image, 0, 2)
    image = image.reshape(*image.shape[:2], -1)
    np.testing.assert_array_equal(
        whole(source, 0), image.astype(description.sample_type.dtype), strict=True
    )
    source.close()


@pytest.mark.parametrize("kind", list(kinds()), ids=lambda kind: kind.name)
def test_only_those_that_the_page_says_need_an_extra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: Kind
) -> None:
    written(kind, tmp_path / "a.tif")
    monkeypatch.setitem(sys.modules, "imagecodecs", None)
    monkeypatch.setitem(sys.modules, "openslide", None)
    extra = "tiff" if kind.extra else "slides"
    if kind.extra or kind.slides:
        fault = rf"pip install 'glview-bigimage\[{extra}\]'"
        with pytest.raises(UnsupportedImageError, match=fault):
            open_image(tmp_path / "a.tif")
    else:
        open_image(tmp_path / "a.tif").close()
