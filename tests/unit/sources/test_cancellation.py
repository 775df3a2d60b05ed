"""Openings that are called off: they end early, and nothing else is harmed."""

import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pyvips

from glview.sources.base import SampleType
from glview.sources.cancellation import Cancellation, CancelledError
from glview.sources.model import guessed_model
from glview.sources.opening import open_image
from glview.sources.vips_pixels import write_all
from tests.unit.sources.build import picture, vips, whole

GREY = guessed_model(SampleType.F32, 1)


def endless() -> Any:
    """An image that takes half a minute to evaluate."""
    return pyvips.Image.gaussnoise(4000, 4000).median(9)


def cancelled() -> Cancellation:
    made = Cancellation()
    made.cancel()
    return made


def test_an_evaluation_under_way_ends_soon() -> None:
    cancellation = Cancellation()
    threading.Timer(0.2, cancellation.cancel).start()
    start = time.monotonic()
    with pytest.raises(CancelledError):
        write_all(endless(), GREY, cancellation)
    assert time.monotonic() - start < 3.0


def test_an_image_of_the_callers_is_as_good_as_before() -> None:
    image = pyvips.Image.gaussnoise(64, 64).copy()
    cancellation = Cancellation()
    image.set_progress(True)
    # Called off at the last moment, when nothing is left to be ended by it.
    image.signal_connect("posteval", lambda *_: cancellation.cancel())
    with pytest.raises(CancelledError):
        open_image(image, cancellation=cancellation)
    image.set_progress(False)
    assert open_image(image).description.pyramid.width == 64


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.webp", "a.gif", "a.avif", "a.tif"])
def test_a_file_that_is_decoded_whole_is_not_decoded(
    tmp_path: Path, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / name
    vips(picture(300, 200)).write_to_file(str(path))
    with pytest.raises(CancelledError):
        open_image(path, cancellation=cancelled())
    assert caplog.messages == []  # it is not taken for damaged
    assert whole(open_image(path, cancellation=Cancellation()), 0).shape == (200, 300, 3)


def test_it_tells_when_it_is_the_decoder_that_takes_time(tmp_path: Path) -> None:
    flat, pyramid = tmp_path / "a.png", tmp_path / "a.tif"
    vips(picture(300, 200)).pngsave(str(flat))
    vips(picture(300, 200)).tiffsave(str(pyramid), tile=True, pyramid=True)
    found = {}
    for what in (flat, pyramid, np.zeros((8, 8), np.uint8)):
        cancellation = Cancellation()
        open_image(what, cancellation=cancellation).close()
        found[str(what)[-4:]] = cancellation.decoding
    assert list(found.values()) == [True, False, True]


def test_what_is_killed_is_killed_only_within_its_block() -> None:
    killed: list[str] = []
    cancellation = Cancellation()
    with cancellation.killing(lambda: killed.append("first")):
        pass
    with cancellation.killing(lambda: killed.append("second")):
        cancellation.cancel()
    assert killed == ["second"]
    with pytest.raises(CancelledError), cancellation.killing(lambda: killed.append("third")):
        pytest.fail("it was begun")
