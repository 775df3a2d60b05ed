"""From plane to plane by keys in both windows, by sliders and by programs in Qt."""

import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from numpy.typing import NDArray

import glview
from glview import HudItem
from glview.hud.plane_sliders import slider_places
from glview.image import Axis
from glview.viewport import Viewport
from tests.canvases.program import GLVIEW, TOLERANCE, WINDOWS, Program, running
from tests.canvases.test_qt_window import play
from tests.canvases.test_widget_api import told
from tests.display import VirtualDisplay
from tests.images import detailed

SIZE, DEPTH, TIMES = (900, 700), 5, 2
FIT = Viewport(800, 600).fitted(*SIZE)


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An OME-TIFF of two times and five z planes, in tiles, all of them different."""
    path = tmp_path_factory.mktemp("stack") / "a.ome.tif"
    width, height = SIZE
    planes = [detailed(width, height, 1, seed)[..., 0] for seed in range(TIMES * DEPTH)]
    data = np.stack(planes).reshape(TIMES, DEPTH, height, width)
    tifffile.imwrite(
        path,
        data,
        ome=True,
        metadata={"axes": "TZYX"},
        photometric="minisblack",
        tile=(256, 256),
    )
    return path


SLIDERS = [HudItem.PLANE_SLIDERS]
"""What the window of glfw comes up with."""


def picture(stack: Path, plane: tuple[int, int], *items: HudItem) -> NDArray[np.uint8]:
    return glview.render(str(stack), size=(FIT.width, FIT.height), plane=plane, hud=items)


@pytest.fixture(params=WINDOWS)
def program(
    display: VirtualDisplay, stack: Path, request: pytest.FixtureRequest
) -> Iterator[Program]:
    with running(display, [*WINDOWS[request.param], str(stack)]) as started:
        items = SLIDERS if request.param == "glfw" else []
        started.shows_picture(picture(stack, (0, 0), *items))
        display.click(*started.window.centre)
        display.settled_screenshot(started.window)
        yield started


def shows(program: Program, stack: Path, plane: tuple[int, int]) -> None:
    shows_above(program, picture(stack, plane))


def shows_above(program: Program, expected: NDArray[np.uint8]) -> None:
    """A picture, but for its lower part, where it is said which it is."""
    upper = expected[:450].astype(np.int16)

    def there() -> bool:
        seen = program.display.screenshot(program.window)[:450]
        return bool(np.abs(seen - upper).max() <= TOLERANCE)

    program.display.wait_for(there)


def test_keys_go_along_z_and_time(display: VirtualDisplay, program: Program, stack: Path) -> None:
    steps = (
        ("period", (0, 1)),
        ("period", (0, 2)),
        ("comma", (0, 1)),
        ("greater", (1, 1)),
        ("less", (0, 1)),
    )
    for key, plane in steps:
        display.key(key)
        shows(program, stack, plane)


def test_who_goes_fast_ends_on_the_last(
    display: VirtualDisplay, program: Program, stack: Path
) -> None:
    for _ in range(DEPTH + 2):
        display.key("period")
    shows(program, stack, (0, DEPTH - 1))


def test_a_program_sets_planes_and_hears_of_them(display: VirtualDisplay, stack: Path) -> None:
    script = f"""
import time
from PySide6.QtWidgets import QApplication
heard = []
widget.planeChanged.connect(heard.append)
print([axis.name for axis in widget.axes], widget.plane)
widget.plane = (1, 3)
print(widget.plane)
end = time.monotonic() + 20.0
while not heard and time.monotonic() < end:
    QApplication.processEvents()
    time.sleep(0.01)
print(heard, widget.description.plane)
try:
    widget.plane = (0, {DEPTH})
except IndexError as error:
    print(error)
"""
    assert told(display, stack, script)[:-1] == [
        "['t', 'z'] (0, 0)",
        "(1, 3)",
        "[(1, 3)] (1, 3)",
        "there is no plane (0, 5): it has 2 of t, 5 of z",
    ]


def test_sliders_go_there_too(display: VirtualDisplay, stack: Path) -> None:
    display.move(5, 5)
    command = [*GLVIEW, "--qt", "--size", "800x600"]
    with running(display, [*command, str(stack)]) as started:
        display.settled_screenshot(started.window, still_s=1.0)
        window = started.window
        before = display.settled_screenshot(window)[100:400]
        # Right of the handle of z, above the status bar: a page further, which is a plane here.
        display.click(window.x + window.width * 9 // 10, window.y + window.height - 40)

        def off() -> int:
            """How much the picture differs from the first."""
            seen = display.screenshot(window)[100:400].astype(np.int16)
            return int(np.abs(seen - before).max())

        display.wait_for(lambda: off() > 50)
        display.click(window.x + window.width // 2, window.y + 300)
        display.key("comma")
        display.wait_for(lambda: off() <= TOLERANCE)


def place(axis: int, at: int) -> tuple[int, int]:
    """Where a handle is, in the window."""
    axes = (Axis("t", TIMES), Axis("z", DEPTH))
    on = slider_places(axes, (FIT.width, FIT.height), 16, 1.0)
    assert on is not None
    row = on.y + on.margin + axis * on.row_height + on.row_height // 2
    return round(on.handle_x(axis, at)), row


def test_a_slider_on_the_picture_is_dragged(display: VirtualDisplay, stack: Path) -> None:
    display.move(5, 5)
    with running(display, [*WINDOWS["glfw"], str(stack)]) as started:
        started.shows_picture(picture(stack, (0, 0), *SLIDERS))
        drag_sliders(display, started, stack)


def drag_sliders(display: VirtualDisplay, program: Program, stack: Path) -> None:
    window = program.window

    def move(axis: int, at: int) -> None:
        x, y = place(axis, at)
        display.move(window.x + x, window.y + y)

    move(1, 0)
    display.press()
    for at in range(1, DEPTH - 1):
        move(1, at)
    # The picture is not moved by it, and stays in step with the handle.
    program.shows_picture(picture(stack, (0, 3), *SLIDERS))
    x, _ = place(1, 1)
    display.move(window.x + x, window.y + 100)  # a hand that strays
    program.shows_picture(picture(stack, (0, 1), *SLIDERS))
    display.release()
    move(0, 1)
    display.press()
    display.release()
    program.shows_picture(picture(stack, (1, 1), *SLIDERS))
    display.move(5, 5)
    display.key("comma")
    program.shows_picture(picture(stack, (1, 0), *SLIDERS))
    display.key("s")
    program.shows_picture(picture(stack, (1, 0)))


PAINTED = [sys.executable, "-W", "error", "-m", "tests.canvases.painted"]


def paints(program: Program) -> list[str]:
    return [line.rstrip("\n") for line in list(program.lines) if line.startswith("painted")]


@pytest.fixture(scope="module")
def sheets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three planes of so many tiles that they do not come in one piece."""
    path = tmp_path_factory.mktemp("sheets") / "a.ome.tif"
    sheet = detailed(2000, 1500, 1)[..., 0]
    data = np.stack([np.roll(sheet, 300 * z, axis=1) for z in range(3)])
    axes = {"axes": "ZYX"}
    tifffile.imwrite(path, data, ome=True, metadata=axes, photometric="minisblack", tile=(64, 64))
    return path


@pytest.mark.parametrize("window", WINDOWS)
def test_a_step_shows_the_next_plane_with_its_first_paint_and_rest_costs_nothing(
    display: VirtualDisplay, sheets: Path, window: str
) -> None:
    display.move(5, 5)
    size = ["--size", "1700x1000"] if window == "glfw" else ["--size", "1700", "1000"]
    with running(display, [*PAINTED, window, *size, str(sheets)]) as started:
        display.settled_screenshot(started.window, still_s=0.5)
        display.click(*started.window.centre)
        display.settled_screenshot(started.window, still_s=0.8)
        # The planes beside it are there by now, and nobody draws for that.
        before, cpu_s = paints(started), started.cpu_s()
        time.sleep(0.7)
        assert paints(started) == before
        assert started.cpu_s() - cpu_s < 0.03
        for key, plane in (("period", 1), ("period", 2)):
            before = paints(started)
            display.key(key)
            display.wait_for(lambda: len(paints(started)) > len(before))  # noqa: B023  # at once
            assert paints(started)[len(before)] == f"painted ({plane},) sharp"
            display.settled_screenshot(started.window, still_s=0.6)
            # None of them for the planes that are made ready beside it.
            assert len(paints(started)) <= len(before) + 3


def test_the_command_line_names_a_plane(display: VirtualDisplay, stack: Path) -> None:
    display.move(5, 5)
    with running(display, [*WINDOWS["glfw"], "--plane", "z=4,t=2", str(stack)]) as started:
        started.shows_picture(picture(stack, (1, 3), *SLIDERS))


def test_a_plane_that_there_is_not_is_told_on_the_picture(
    display: VirtualDisplay, stack: Path
) -> None:
    display.move(5, 5)
    plain = picture(stack, (0, 0), *SLIDERS)
    with running(display, [*WINDOWS["glfw"], "--plane", "z=99", str(stack)]) as started:

        def is_told() -> bool:
            off = np.abs(display.screenshot(started.window).astype(np.int16) - plain)
            return bool(off[:300].max() <= TOLERANCE < off[300:].max())

        display.wait_for(is_told)


def test_so_it_does_for_the_window_of_qt(display: VirtualDisplay, stack: Path) -> None:
    display.move(5, 5)
    command = [*GLVIEW, "--qt", "--size", "800x600", "--plane", "z=5", str(stack)]
    with running(display, command) as started:
        display.click(*started.window.centre)
        last = display.settled_screenshot(started.window, still_s=1.0)[100:400]

        def is_last() -> bool:
            seen = display.screenshot(started.window)[100:400].astype(np.int16)
            return bool(np.abs(seen - last).max() <= TOLERANCE)

        display.key("period")
        display.settled_screenshot(started.window)
        assert is_last()
        display.key("comma")
        display.wait_for(lambda: not is_last())


@pytest.mark.parametrize("options", [[], ["--qt"]])
def test_the_command_line_names_one_of_several_images(
    display: VirtualDisplay, tmp_path: Path, options: list[str]
) -> None:
    path = tmp_path / "a.ome.tif"
    with tifffile.TiffWriter(path, ome=True) as writer:
        for value in (40, 210):
            pixels = np.full((300, 4 * value), value, np.uint8)
            writer.write(pixels, metadata={"axes": "YX"}, photometric="minisblack")
    display.move(5, 5)
    command = [*GLVIEW, *options, "--size", "800x600", "--series", "2", str(path)]
    with running(display, command) as started:

        def shown() -> bool:
            seen = display.screenshot(started.window)
            return bool((np.abs(seen[300, 300:500].astype(int) - 210) <= TOLERANCE).all())

        display.wait_for(shown)


UNDER_THE_POINTER = """
hand.point(200, 150)
hand.wait(lambda: "   " in hand.status("place"))
told["first"] = hand.status("place")
heard = []
widget.cursorMoved.connect(lambda at, values: heard.append(len(values)))
QTest.keyClick(widget, Qt.Key.Key_Period)
hand.wait(lambda: widget.description.plane == (0, 1))
hand.wait(lambda: heard[-1:] == [1])
told["next"] = hand.status("place")
"""


def test_the_status_bar_tells_what_the_plane_shown_has_under_a_pointer_at_rest(
    display: VirtualDisplay, stack: Path, tmp_path: Path
) -> None:
    said = play(display, tmp_path, UNDER_THE_POINTER, stack)
    for told_of, plane in (("first", 0), ("next", 1)):
        place, value = said[told_of].rsplit("   ", 1)
        x, y = map(int, place.split("   ")[0].split(", "))
        expected = tifffile.imread(stack, key=plane)[y, x]
        assert value == str(expected)


@pytest.fixture(scope="module")
def deep_stack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three planes of 16 bits, each far brighter than the one before; of the first no tile is."""
    path = tmp_path_factory.mktemp("deep") / "deep.ome.tif"
    data = np.tile(np.arange(1600, dtype=np.uint16), (3, 1200, 1))
    data += np.array([0, 20000, 40000], np.uint16)[:, None, None]
    data[2] += np.random.default_rng(1).integers(0, 999, data.shape[1:], np.uint16)
    tifffile.imwrite(
        path,
        data,
        ome=True,
        metadata={"axes": "ZYX"},
        photometric="minisblack",
        tile=(256, 256),
        compression="zlib",
    )
    with tifffile.TiffFile(path) as file:
        first = file.pages[0]
        tiles = list(zip(first.dataoffsets, first.databytecounts, strict=True))
    with path.open("r+b") as changed:
        for offset, count in tiles:
            changed.seek(offset)
            changed.write(b"\xff" * count)
    return path


def test_the_plane_asked_for_comes_up_in_its_own_windows(
    display: VirtualDisplay, deep_stack: Path
) -> None:
    source = glview.open_image(deep_stack, plane=(2,))
    expected = glview.render(source, size=(800, 600))
    source.close()
    with running(display, [*WINDOWS["glfw"], "--plane", "z=3", str(deep_stack)]) as started:
        shows_above(started, expected)
        display.close_window(started.window)
        assert started.ends() == (0, "")  # nothing was wanted of the first plane


ASKED_FOR = """
from glview.canvases.qt_contrast import ContrastPanel
from glview.canvases.window_settings import WindowSettings
again = MainWindow(hand.store, WindowSettings(width=400, height=300, plane="channel=3"))
shown, heard = again.widget, []
panel = again.findChild(ContrastPanel)
low = lambda: shown.display.windows[0].low
shown.imageLoaded.connect(lambda described: heard.append(described.plane))
again.open_files([widget.description.name])
again.show()
hand.wait(lambda: heard and shown.stats().settled)
QTest.qWait(50)
told["planes"] = heard
told["first"] = low(), panel.channels.item(0).text()
QTest.keyClick(shown, Qt.Key.Key_Period)
hand.wait(lambda: shown.description.plane == (3,) and shown.stats().settled)
QTest.qWait(50)
told["next"] = low(), panel.channels.item(0).text()
told["kept"] = again._displays.text()
again.close()
"""


@pytest.fixture(scope="module")
def asked_for(display: VirtualDisplay, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the window tells of thirty channels, each brighter, that came up at the third."""
    folder = tmp_path_factory.mktemp("many")
    data = np.tile(np.arange(400, dtype=np.uint16), (30, 300, 1))
    data += (np.arange(30, dtype=np.uint16) * 2000)[:, None, None]
    metadata = {"axes": "CYX", "Channel": {"Name": [f"CD{at}" for at in range(30)]}}
    path = folder / "many.ome.tif"
    tifffile.imwrite(path, data, ome=True, metadata=metadata, photometric="minisblack")
    return play(display, folder, ASKED_FOR, path)


def test_the_plane_asked_for_comes_up_in_its_own_windows_in_qt(asked_for: dict[str, Any]) -> None:
    assert asked_for["planes"] == [[2]]
    assert asked_for["first"][0] == pytest.approx(4000, abs=20)


def test_the_panel_names_the_channel_shown_and_has_its_windows(asked_for: dict[str, Any]) -> None:
    assert asked_for["first"][1] == "CD2"
    assert asked_for["next"] == [pytest.approx(6000, abs=20), "CD3"]


def test_a_step_to_another_plane_is_no_display_to_be_kept(asked_for: dict[str, Any]) -> None:
    assert asked_for["kept"] == "{}"
