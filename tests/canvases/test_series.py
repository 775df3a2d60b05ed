"""From image to image of one file, by keys and sliders in both windows, by the menu in Qt."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from numpy.typing import NDArray

import glview
from glview.hud.plane_sliders import slider_places
from glview.image import Axis
from tests.canvases.program import TOLERANCE, WINDOWS, Program, running
from tests.canvases.test_qt_window import play
from tests.display import VirtualDisplay
from tests.images import detailed


@pytest.fixture(scope="module")
def several(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two channels, a stack of another shape, and a small one in colours."""
    path = tmp_path_factory.mktemp("several") / "a.ome.tif"
    tiles: Any = {"tile": (256, 256)}
    large, small = detailed(900, 700, 1)[..., 0], detailed(500, 700, 1, 2)[..., 0]
    with tifffile.TiffWriter(path, ome=True) as writer:
        channels = np.stack([large, large[::-1]])
        named = {"axes": "CYX", "Name": "slide", "Channel": {"Name": ["DAPI", "GFP"]}}
        writer.write(channels, metadata=named, photometric="minisblack", **tiles)
        stack = np.stack([small, np.roll(small, 90, axis=0)])
        named = {"axes": "ZYX", "Name": "stack"}
        writer.write(stack, metadata=named, photometric="minisblack", **tiles)
        named = {"axes": "YXS", "Name": "label"}
        writer.write(detailed(320, 200, 3), metadata=named, photometric="rgb", **tiles)
    return path


def picture(path: Path, series: int, plane: tuple[int, ...] | None = None) -> NDArray[np.uint8]:
    source = glview.open_image(path, series=series, plane=plane)
    return glview.render(source, size=(800, 600))


def shows(program: Program, expected: NDArray[np.uint8]) -> None:
    """A picture, but for its lower part, where it is said which it is."""
    upper = expected[:450].astype(np.int16)

    def there() -> bool:
        seen = program.display.screenshot(program.window)[:450]
        return bool(np.abs(seen - upper).max() <= TOLERANCE)

    program.display.wait_for(there)


@pytest.mark.parametrize("window", WINDOWS)
def test_keys_go_from_image_to_image(display: VirtualDisplay, several: Path, window: str) -> None:
    display.move(5, 5)
    with running(display, [*WINDOWS[window], str(several)]) as started:
        shows(started, picture(several, 0))
        display.click(*started.window.centre)
        for key, series, plane in (
            (("Next", "Control_L"), 1, None),
            (("period",), 1, (1,)),
            (("Next", "Control_L"), 2, None),
            (("Prior", "Control_L"), 1, (1,)),
            (("Prior", "Control_L"), 0, None),
        ):
            display.key(*key)
            shows(started, picture(several, series, plane))


def test_a_slider_on_the_picture_goes_there_and_the_title_tells_it(
    display: VirtualDisplay, several: Path
) -> None:
    display.move(5, 5)
    on = slider_places((Axis("image", 3, ("slide", "stack", "label")),), (800, 600), 16, 1.0)
    assert on is not None
    with running(display, [*WINDOWS["glfw"], str(several)]) as started:
        shows(started, picture(several, 0))
        window = started.window
        row = on.y + on.margin + on.row_height // 2
        display.click(window.x + round(on.handle_x(0, 2)), window.y + row)
        shows(started, picture(several, 2))
        started.wait_for_title("a.ome.tif - image 3 of 3 (label) - 250% - glview")


BY_MENU = """
from dataclasses import replace
from PySide6.QtWidgets import QSlider

heard = []
widget.seriesChanged.connect(heard.append)

def menu():
    entry = hand.action("Images of the File")
    entry.menu().aboutToShow.emit()
    return [action for action in entry.menu().actions() if not action.isSeparator()]

told["menu"] = [action.text().partition("\\t")[0] for action in menu()]
widget.display = replace(widget.display, gamma=2.0)
menu()[2].trigger()
hand.wait(lambda: heard == [2])
hand.wait(lambda: "label" in window.windowTitle())
told["label"] = [widget.display.gamma, [action.isChecked() for action in menu()]]
window.findChildren(QSlider)[0].setValue(1)
hand.wait(lambda: heard == [2, 1])
told["stack"] = [axis.name for axis in widget.axes]
widget.series = 0
hand.wait(lambda: heard == [2, 1, 0])
told["slide"] = [widget.display.gamma, widget.all_series[0].name]
hand.settle()
"""


def test_the_menu_a_slider_and_a_program_go_there(
    display: VirtualDisplay, several: Path, tmp_path: Path
) -> None:
    told = play(display, tmp_path, BY_MENU, several)
    assert told["menu"] == [
        "1 slide   900 x 700",
        "2 stack   500 x 700",
        "3 label   320 x 200",
        "Image Before in the File",
        "Next Image in the File",
    ]
    assert told["label"] == [1.0, [False, False, True, False, False]]
    assert told["stack"] == ["z"]
    assert told["slide"] == [2.0, "slide"]


KEPT = """
from dataclasses import replace

if widget.display.gamma == 1.0:
    widget.display = replace(widget.display, gamma=1.5)
    hand.settle()
told["first"] = widget.display.gamma
heard = []
widget.seriesChanged.connect(heard.append)
widget.series = 1
hand.wait(lambda: heard == [1])
told["second"] = widget.display.gamma
widget.display = replace(widget.display, gamma=3.0)
hand.settle()
"""


def test_each_is_shown_as_it_was_left_the_last_time(
    display: VirtualDisplay, several: Path, tmp_path: Path
) -> None:
    assert play(display, tmp_path, KEPT, several) == {"first": 1.5, "second": 1.0}
    assert play(display, tmp_path, KEPT, several) == {"first": 1.5, "second": 3.0}
