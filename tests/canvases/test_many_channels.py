"""Many channels with names in the window of ``glview --qt``: status bar, menu and panel."""

import re
from typing import Any

import numpy as np
import pytest
import tifffile

from tests.canvases.test_qt_window import play
from tests.display import VirtualDisplay

COUNT = 20
SCRIPT = """
hand.settle()
hand.point(200, 150)
told["place"] = hand.wait(lambda: "CD0" in hand.status("place") and hand.status("place"))
told["all"] = window.statusBar().findChild(QLabel, "place").toolTip()
"""


@pytest.fixture(scope="module")
def told(display: VirtualDisplay, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a hand finds in one window, for all tests here."""
    folder = tmp_path_factory.mktemp("channels")
    image = folder / "codex.ome.tif"
    values = 40000 + 7 * np.arange(COUNT, dtype=np.uint16)
    tifffile.imwrite(
        image,
        np.broadcast_to(values[:, None, None], (COUNT, 200, 300)).copy(),
        photometric="minisblack",
        metadata={"axes": "CYX", "Channel": {"Name": [f"CD{number}" for number in range(COUNT)]}},
    )
    return play(display, folder, f"from PySide6.QtWidgets import QLabel\n{SCRIPT}", image)


def test_the_status_bar_shows_whole_samples_and_the_tooltip_all_of_them(
    told: dict[str, Any],
) -> None:
    named = [f"CD{number} {40000 + 7 * number}" for number in range(COUNT)]
    shown, rest = told["place"].removesuffix("  …").split("   ", 1)[1], told["all"]
    assert told["place"].endswith("  …")
    assert shown.split("  ") == named[: len(shown.split("  "))]
    assert re.findall(r"CD[0-9]+ [0-9]+", rest) == named
