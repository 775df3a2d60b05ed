"""`glview --qt`: its window, menus, dialogs, what it keeps, and every way to end."""

import json
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pyvips
from numpy.typing import NDArray

import glview
from glview.viewport import Viewport
from tests.canvases.conftest import HEIGHT, WIDTH
from tests.canvases.program import GLVIEW, TOLERANCE, Program, running
from tests.canvases.xdnd import drop
from tests.display import VirtualDisplay

SCRIPTED = (sys.executable, "-W", "error", "-m", "tests.canvases.qt_window_program")
NO_KIND = "not a known kind of image"
FIT = Viewport(800, 600).fitted(WIDTH, HEIGHT)
TITLE = "picture.dzi - 27% - glview"


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """The environment of somebody whose settings are in a folder of the test's."""
    return {"XDG_CONFIG_HOME": str(tmp_path / "config")}


@pytest.fixture(scope="module")
def fitted(image: Path) -> NDArray[np.uint8]:
    """The image fitted in 800x600."""
    return rendered(image, FIT)


@pytest.fixture
def program(
    display: VirtualDisplay, image: Path, fitted: NDArray[np.uint8], home: dict[str, str]
) -> Iterator[Program]:
    """The image fitted in 800x600, and the pointer away from it."""
    display.move(5, 5)
    command = [*GLVIEW, "--qt", "-W", "800", "-H", "600", str(image)]
    with running(display, command, home) as started:
        shows(started, fitted)
        yield started


def rendered(image: Path, view: Viewport) -> NDArray[np.uint8]:
    return glview.render(
        image,
        size=(view.width, view.height),
        center=(view.centre_x, view.centre_y),
        zoom=view.scale,
        rotation=view.rotation,
    )


def shows(program: Program, expected: NDArray[np.uint8]) -> None:
    """Wait until a picture stands between the menus and the status bar."""
    height, width = expected.shape[:2]

    def stands_at(seen: NDArray[np.uint8], top: int, rows: int) -> bool:
        part = seen[top : top + rows].astype(np.int16)
        return bool(np.abs(part - expected[:rows]).max() <= TOLERANCE)

    def found() -> bool:
        seen = program.display.screenshot(program.window)
        return seen.shape[1] == width and any(
            stands_at(seen, top, 1) and stands_at(seen, top, height)
            for top in range(seen.shape[0] - height + 1)
        )

    program.display.wait_for(found)


def play(
    display: VirtualDisplay,
    tmp_path: Path,
    script: str,
    *images: Path,
    errors: str = "",
    **env: str,
) -> dict[str, Any]:
    """What a script has told (`qt_window_program`); ``errors`` is what must stand on stderr."""
    display.move(5, 5)  # or a real pointer on the window would be heard, too
    command = [*SCRIPTED, str(tmp_path / "settings.ini"), script, *map(str, images)]
    with running(display, command, env) as started:
        assert started.ends(60.0) == (0, errors)
        told: dict[str, Any] = json.loads("".join(started.lines))
    return told


def test_full_screen_is_the_picture_alone_and_escape_leaves_it(
    display: VirtualDisplay, program: Program, fitted: NDArray[np.uint8]
) -> None:
    program.wait_for_title(TITLE)
    display.key("F11")
    program.wait_for_title("picture.dzi - 54% - glview")
    whole = display.settled_screenshot()
    assert whole.shape[:2] == (program.window.height, program.window.width)
    # Beside the picture, from top to bottom.
    assert (whole[:, :100] == whole[500, 0]).all()
    display.key("Escape")
    shows(program, fitted)
    program.wait_for_title(TITLE)
    display.key("Escape")  # and no window goes by accident
    display.key("F11")
    program.wait_for_title("picture.dzi - 54% - glview")
    display.key("q")
    assert program.ends() == (0, "")


def test_after_a_menu_keys_go_to_the_picture_again(
    display: VirtualDisplay, program: Program
) -> None:
    program.wait_for_title(TITLE)
    # Keys that are struck before the window has the keyboard are nobody's.
    closed = display.settled_screenshot(program.window)
    display.key("f", "Alt_L")
    display.wait_for(lambda: not np.array_equal(display.screenshot(program.window), closed))
    display.key("Right")
    display.key("Escape")
    time.sleep(0.2)
    display.key("1")
    program.wait_for_title("picture.dzi - 100% - glview")
    display.key("q")
    assert program.ends() == (0, "")


def test_ctrl_c_in_the_terminal_ends_it_quietly(program: Program) -> None:
    program.process.send_signal(signal.SIGINT)
    assert program.ends() == (130, "")


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("none.tif", "no such file"),
        ("folder", "there is no image in this folder"),
    ],
)
def test_one_thing_that_cannot_be_shown_ends_it_with_one_line(
    display: VirtualDisplay, tmp_path: Path, home: dict[str, str], name: str, fault: str
) -> None:
    (tmp_path / "folder").mkdir()
    with running(display, [*GLVIEW, "--qt", str(tmp_path / name)], home) as started:
        assert started.ends() == (1, f"glview: {tmp_path}/{name}: {fault}\n")


def test_a_bad_file_beside_others_that_are_named_leaves_the_window(
    display: VirtualDisplay, image: Path, tmp_path: Path, home: dict[str, str]
) -> None:
    bad = tmp_path / "none.tif"
    with running(display, [*GLVIEW, "--qt", str(bad), str(image)], home) as started:
        # The line may come before the window that takes the key.
        display.settled_screenshot(started.window)
        display.key("Next")
        display.wait_for(lambda: "picture.dzi" in started.window.title)
        display.close_window(started.window)
        assert started.ends() == (0, f"glview: {bad}: no such file\n")


def test_a_bad_file_that_is_dropped_is_told_and_leaves_the_picture(
    display: VirtualDisplay, program: Program, second_image: Path, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.png"
    bad.write_bytes(b"no image")
    before = display.settled_screenshot(program.window)
    drop(display, program.window, [bad])
    display.wait_for(lambda: not np.array_equal(display.screenshot(program.window), before))
    told = display.settled_screenshot(program.window)
    changed = (told != before).any(axis=2)
    # On the picture and in the status bar, and nowhere else.
    assert 0.001 < changed.mean() < 0.2
    assert changed[-30:].any()
    assert program.window.title == TITLE
    drop(display, program.window, [second_image])
    program.wait_for_title("second.png - 200% - glview")
    display.close_window(program.window)
    assert program.ends() == (0, f"glview: {bad}: {NO_KIND}\n")


def test_it_comes_up_as_it_was_left_and_knows_what_was_open(
    display: VirtualDisplay, program: Program, home: dict[str, str]
) -> None:
    display.resize_window(program.window, 700, 500)
    display.wait_for(lambda: program.window.width == 700)
    place = program.window
    display.settled_screenshot(place)
    display.key("q", "Control_L")
    assert program.ends() == (0, "")
    with running(display, [*GLVIEW, "--qt"], home) as again:
        again.wait_for_title("glview")
        empty = again.window
        assert (empty.x, empty.y, empty.width, empty.height) == (place.x, place.y, 700, 500)
        # The hint is more than one colour.
        display.wait_for(lambda: len(np.unique(display.screenshot(again.window)[200:300])) > 16)
        for key, *held in (("f", "Alt_L"), ("r",), ("1",)):
            display.settled_screenshot()
            display.key(key, *held)
        display.wait_for(lambda: again.window.title.startswith("picture.dzi - "))
        display.close_window(again.window)
        assert again.ends() == (0, "")


MENUS = """
from glview.canvases.bindings import Command
from glview.canvases.qt_actions import TITLES
told["view"], told["file"] = hand.menu("View"), hand.menu("File")
actions = [widget.command_action(command) for command in TITLES]
told["commands"] = [action.text().partition("\t")[0] for action in actions]
for text in ("1:1", "Turn Right"):
    hand.action(text).trigger()
hand.settle()
told["scale"], told["rotation"] = widget.viewport.scale, widget.viewport.rotation
told["reload"] = hand.action("Reload").isEnabled()
hand.action("Keys").trigger()
told["rows"] = [keys for keys, _ in widget.help_rows()]
told["help"] = widget.help_shown, widget.dismiss(), widget.help_shown
hand.action("About glview").trigger()
told["about"] = hand.box().text(), hand.box().informativeText()
"""


def test_its_menus_have_all_commands_of_the_widget_once(
    display: VirtualDisplay, image: Path, tmp_path: Path
) -> None:
    told = play(display, tmp_path, MENUS, image)
    listed = [text for text in told["view"] + told["file"] if text in told["commands"]]
    assert sorted(listed) == sorted(told["commands"])
    assert told["view"][:9] == [
        *("Zoom In", "Zoom Out", "Fit", "1:1", "-"),
        *("Contrast Panel", "Channels", "Red", "Green"),
    ]
    assert told["file"][:3] == ["Open …", "Open Recent", "Reload"]
    assert (told["scale"], told["rotation"], told["reload"]) == (1.0, 90.0, True)
    assert told["help"] == [True, True, False]
    assert {"F11", "PgUp / PgDn", "Esc", "? / h", "touch"} <= set(told["rows"])
    heading, rest = told["about"]
    assert "glview 1.2.3" in heading
    assert [line.partition(" ")[0] for line in rest.splitlines()] == [
        *("OpenGL:", "Python", "PySide6-Essentials", "PyOpenGL", "pyvips", "pyvips-binary", "numpy")
    ]
    assert "Mesa" in rest


STATUS = """
hand.point(200, 150)
def middle():
    # Once the window has its size, and what is in its middle is told.
    line = hand.status("place")
    there = "R" in line and abs(int(line.split(",")[0]) - 1500) < 9
    # The bar of what loads would leave the line less room.
    return line if there and not hand.loading() else ""
told["place"] = hand.wait(middle)
told["zoom"] = hand.status("zoom")
window._status.say("a message that is long " * 20)
QTest.qWait(200)
told["size"] = widget.size().toTuple()
hand.action("1:1").trigger()
hand.settle()
told["zoom at 1:1"] = hand.wait(lambda: hand.status("zoom") == "100%")
window.open_files(["none.png"])
told["opening"] = hand.status("told"), window.windowTitle()
hand.wait(lambda: not hand.status("told").startswith("Opening"))
told["failed"] = hand.status("told"), window.windowTitle(), widget.description.name
told["recent"] = window._recent.paths
label = window._status._told
window.open_files([f"/{'far/' * 40}none.png"])
hand.wait(lambda: label.text().endswith("no such file") and "/far/far" in label.toolTip())
told["far"] = label.text(), label.toolTip()[-37:]
widget.tileFailed.emit(2, 3, 4, f"{widget.description.name}: cut short")
told["tile"] = label.text(), label.toolTip()
window._status.say("how it begins " + "and goes on " * 20 + "ends")
told["cut"] = label.seen
widget.cursorMoved.emit(None, ())
window._status.say("what there is room for in the bar")
QTest.qWait(50)
told["whole"] = label.seen
told["bar"] = []
for there in (3, 10):
    widget.progress.emit(10, there)
    told["bar"].append(hand.wait(lambda: hand.loading() == (there < 10)))
"""


def test_its_status_bar_tells_place_samples_zoom_and_errors(
    display: VirtualDisplay, image: Path, pixels: NDArray[np.uint8], tmp_path: Path
) -> None:
    errors = f"none.png: no such file\n/{'far/' * 40}none.png: no such file\n"
    told = play(display, tmp_path, STATUS, image, errors=errors)
    where, values = told["place"].split("   ")
    x, y = map(int, where.split(", "))
    assert abs(x - WIDTH / 2) < 9
    assert abs(y - HEIGHT / 2) < 9
    assert told["size"] == [400, 300]  # neither words nor the line about the place make it wider
    assert values == "R {}  G {}  B {}".format(*pixels[y, x])
    assert (told["zoom"], told["zoom at 1:1"]) == ("13%", True)
    assert told["opening"][0] == "Opening none.png …"
    assert told["failed"][0] == "none.png: no such file"
    assert told["failed"][1].startswith("picture.dzi - ")
    assert told["failed"][2] == str(image)
    assert told["recent"] == [str(image)]
    assert told["far"] == [
        "none.png: no such file",
        "/far/far/far/far/none.png: no such file"[-37:],
    ]
    whole = f"Tile 3, 4 of level 2 cannot be read: {image}: cut short"
    assert told["tile"] == ["cut short (tile 3, 4 of level 2)", whole]
    assert told["cut"].startswith("how ")
    assert told["cut"].endswith("ends")
    assert "…" in told["cut"]
    assert told["whole"] == "what there is room for in the bar"
    assert told["bar"] == [True, True]


EVENTS = """
import time
from pathlib import Path
from PySide6.QtCore import QEvent
from PySide6.QtGui import QKeyEvent
"""
STEPS = """
shown = []
def go(text, title):
    hand.action(text).trigger()
    hand.wait(lambda: window.windowTitle().startswith(title))
hand.wait(lambda: " 1 of 3 " in window.windowTitle())
go("Next Image", "2.png - 2 of 3 - ")
hand.action("Next Image").trigger()
go("Next Image", "10.png - 3 of 3 - ")
hand.action("Next Image").trigger()
told["end"] = widget.dismiss(), window.windowTitle()[:16]
def hold(key):
    for repeated in (False, True):
        event = QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, "", repeated)
        QApplication.sendEvent(widget, event)
hold(Qt.Key.Key_PageUp)
hand.wait(lambda: window.windowTitle().startswith("1.png - 1 of 3 - "))
hold(Qt.Key.Key_F11)
told["full screen"] = window.isFullScreen()
hold(Qt.Key.Key_F11)
go("Next Image", "2.png - 2 of 3 - ")
told["recent"] = window._recent.paths
folder = Path(told["recent"][0]).parent
window.open_files([str(folder / "10.png"), str(folder / "1.png")])
hand.wait(lambda: window.windowTitle().startswith("10.png - 1 of 2 - "))
go("Next Image", "1.png - 2 of 2 - ")
(folder / "empty").mkdir()
window.open_files([str(folder / "empty")])
told["empty"] = hand.wait(lambda: hand.status("told")), widget.dismiss(), window.windowTitle()
from glview import playlist
from glview.errors import ImageError
listed = playlist.images_in
def images_in(of):
    if of.endswith("empty"):
        raise ImageError(of, "permission denied")
    return listed(of)
playlist.images_in = images_in
window.open_files([str(folder / "empty"), str(folder)])
hand.wait(lambda: window.windowTitle().startswith("1.png - 1 of 3"))
told["beside"] = hand.wait(lambda: hand.status("told").startswith("empty") and hand.status("told"))
told["on picture"] = widget.dismiss()
window.open_files([str(folder / "2.png")])
end = time.monotonic() + 10.0
while not widget.description.name.endswith("2.png") and time.monotonic() < end:
    window._hear_of_images()
    widget._viewer.poll()
# It is there, and nobody has told the window yet.
window.open_files([str(folder / "none.png")])
hand.wait(lambda: hand.status("told").endswith("no such file"))
told["got another"] = window._recent.paths[:2], window._path
"""


def test_it_steps_through_the_images_of_a_folder_and_those_that_are_named(
    display: VirtualDisplay, second_image: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "images"
    folder.mkdir()
    for name in ("10.png", "2.png", "1.png"):
        shutil.copy(second_image, folder / name)
    errors = (
        f"{folder}/empty: there is no image in this folder\n"
        f"{folder}/empty: permission denied\n"
        f"{folder}/none.png: no such file\n"
    )
    told = play(display, tmp_path, f"{EVENTS}\n{STEPS}", folder, errors=errors)
    assert told["end"] == [True, "10.png - 3 of 3 "]
    assert told["full screen"]
    assert told["recent"] == [f"{folder}/1.png"]
    fault, on_picture, title = told["empty"]
    assert fault == "empty: there is no image in this folder"
    assert on_picture
    assert title.startswith("1.png - ")
    # A folder that cannot be listed hides no other.
    assert told["beside"] == "empty: permission denied"
    assert told["on picture"]
    # What is shown is what came, whatever else was asked for meanwhile.
    assert told["got another"] == [[f"{folder}/2.png", f"{folder}/1.png"], f"{folder}/2.png"]


SAVE = """
from glview.canvases.qt_saving import pixels_of
folder = Path(window._store.fileName()).parent
hand.action("Save View as Image …").trigger()
dialog = hand.dialog()
told["name"] = [Path(path).name for path in dialog.selectedFiles()]
dialog.selectFile(str(folder / "saved"))
dialog.accept()
hand.wait(lambda: hand.status("told") == "Saved saved.png")
told["where"] = window._status._told.toolTip()
told["size"] = widget.grab_view().width(), widget.grab_view().height()
hand.action("Copy View").trigger()
copied = pixels_of(QApplication.clipboard().image())
told["copied"] = bool((copied == pixels_of(widget.grab_view())).all())
window._pictures.saving.save(widget.grab_view(), str(folder / "none" / "x.png"))
told["fault"] = hand.box().text(), hand.box().informativeText()
hand.box().close()
QTest.qWait(50)
window._pictures.saving.save(widget.grab_view(), str(folder / "x.jpg"))
told["no png"] = hand.box().informativeText()
"""

SAVE_LATE = """
import numpy as np
from PySide6.QtGui import QImage
from pathlib import Path
folder = Path(window._store.fileName()).parent
noise = np.random.default_rng(1).integers(0, 256, (1200, 1200, 3), np.uint8)
picture = QImage(noise.data, 1200, 1200, 3600, QImage.Format.Format_RGB888)
(folder / "folder.png").mkdir()
window._pictures.saving.save(picture, str(folder / "folder.png"))
window._pictures.saving.save(picture, str(folder / "late.png"))
"""


def test_a_window_that_closes_saves_what_it_began_and_tells_what_it_could_not(
    display: VirtualDisplay, tmp_path: Path
) -> None:
    fault = f"the view is not saved: {tmp_path}/folder.png: is a directory\n"
    play(display, tmp_path, SAVE_LATE, errors=fault)
    assert pyvips.Image.new_from_file(str(tmp_path / "late.png")).width == 1200


@pytest.mark.parametrize("ratio", [1, 2])
def test_the_view_is_saved_and_copied_as_it_is_on_the_screen(
    display: VirtualDisplay, image: Path, tmp_path: Path, ratio: int
) -> None:
    script = f"from pathlib import Path\nfrom PySide6.QtTest import QTest\n{SAVE}"
    told = play(display, tmp_path, script, image, QT_SCALE_FACTOR=str(ratio))
    assert told["name"] == ["picture-view.png"]
    assert told["where"].startswith("Saved /")
    assert told["where"].endswith("/saved.png")
    assert told["size"] == [400 * ratio, 300 * ratio]
    saved = pyvips.Image.new_from_file(str(tmp_path / "saved.png")).numpy()
    expected = rendered(image, Viewport(400 * ratio, 300 * ratio).fitted(WIDTH, HEIGHT))
    assert np.abs(saved.astype(np.int16) - expected).max() <= TOLERANCE
    assert told["copied"]
    title, fault = told["fault"]
    assert title == "The view is not saved"
    assert fault == f"{tmp_path}/none/x.png: no such file or directory"
    assert told["no png"].endswith("x.jpg: what is saved is a PNG: its name must end in .png")
    assert not (tmp_path / "x.jpg").exists()


IMPORTED = """
from pathlib import Path
from glview import HudItem, Magnification, ViewerOptions
from glview.canvases.bindings import Command
from glview.canvases.window_settings import WindowSettings
"""
KEEP = """
told["first"] = widget.wheel_mode, window.statusBar().isVisible()
hand.action("Always Moves").trigger()
hand.action("Status Bar").trigger()
told["then"] = widget.wheel_mode, window.statusBar().isVisible()
hand.action("Navigator").trigger()
QTest.keyClick(widget, Qt.Key.Key_B)
QTest.keyClick(widget, Qt.Key.Key_X)
QTest.keyClick(widget, Qt.Key.Key_T)
checker = lambda window: window.widget.command_action(Command.CHECKER).isChecked()
told["checker"] = [checker(window)]
squares = lambda window: window.widget.command_action(Command.NEAREST).isChecked()
told["squares"] = [squares(window)]
told["hud"] = [sorted(item.name for item in widget.hud)]
names = "Navigator", "Scale Bar", "Pixel Grid"
told["checked"] = [hand.action(name).isChecked() for name in names]
window.close()
again = MainWindow(hand.store)
again.show()
told["squares"].append(squares(again))
told["checker"].append(checker(again))
again.open_files([str(widget.description.name)])
again.widget.wait_settled()
told["checker"].append(again.widget.display.checker is not None)
again.widget.run(Command.NEAREST)
again.widget.run(Command.CHECKER)
told["again"] = again.widget.wheel_mode, again.statusBar().isVisible()
told["hud"].append(sorted(item.name for item in again.widget.hud))
told["size"] = window.size().toTuple(), again.size().toTuple()
gone = Path(hand.store.fileName()).with_name("gone & away.png")
again._recent.add(str(gone))
again._recent.aboutToShow.emit()
again.close()
for off in (), (HudItem.READOUT, HudItem.PIXEL_GRID):
    lent = frozenset({HudItem.READOUT, HudItem.PIXEL_GRID})
    third = MainWindow(hand.store, WindowSettings(hud=lent))
    third.show()
    told["hud"].append(sorted(item.name for item in third.widget.hud))
    for item in off:
        third.widget.command_action(Command[item.name]).trigger()
    if off:
        third.widget.command_action(Command.READOUT).trigger()
    third.close()
    third = MainWindow(hand.store)
    told["hud"].append(sorted(item.name for item in third.widget.hud))
    third.close()
for options in ViewerOptions(magnification=Magnification.NEAREST, checker=True), None:
    fourth = MainWindow(hand.store, options=options)
    told["squares"].append(squares(fourth))
    told["checker"].append(checker(fourth))
    fourth.close()
told["recent"] = [(item.text(), item.isEnabled()) for item in again._recent.actions()]
again._recent.actions()[-1].trigger()
told["cleared"] = again._recent.paths, again._recent.isEnabled()
"""


def test_choices_of_the_menus_are_kept(
    display: VirtualDisplay, image: Path, tmp_path: Path
) -> None:
    told = play(display, tmp_path, f"{IMPORTED}\n{KEEP}", image)
    assert told["first"] == ["auto", True]
    assert told["then"] == told["again"] == ["pan", False]
    kept = ["NAVIGATOR", "SCALE_BAR"]
    # What the command line says is for that once, until a hand chooses it.
    with_lent = ["NAVIGATOR", "PIXEL_GRID", "READOUT", "SCALE_BAR"]
    by_hand = ["NAVIGATOR", "READOUT", "SCALE_BAR"]
    assert told["hud"] == [kept, kept, with_lent, kept, with_lent, by_hand]
    assert told["checked"] == [True, True, False]
    assert told["squares"] == [True, True, True, False]
    assert told["checker"] == [True, True, True, True, False]
    assert told["size"][0] == told["size"][1]
    assert told["recent"] == [
        ["&1 gone && away.png", False],
        ["&2 picture.dzi", True],
        ["", True],
        ["&Clear", True],
    ]
    assert told["cleared"] == [[], False]


IMPORTS = """
import sys
from glview.cli import main
try:
    main()
finally:
    print(*sorted({"PySide6", "glfw"} & set(sys.modules)))
"""


@pytest.mark.parametrize(("toolkit", "module"), [((), "glfw"), (("--qt",), "PySide6")])
def test_zoom_and_fit_are_those_of_bigimageviewer(
    display: VirtualDisplay,
    image: Path,
    home: dict[str, str],
    toolkit: tuple[str, ...],
    module: str,
) -> None:
    """A level counted from the smallest, and a window as large as the picture then is."""
    display.move(5, 5)
    command = [sys.executable, "-W", "error", "-c", IMPORTS, *toolkit, "-z", "10", "-F"]
    with running(display, [*command, str(image)], home) as started:
        started.wait_for_title("picture.dzi - 25% - glview")
        display.wait_for(lambda: started.window.width == 750)
        shows(started, rendered(image, Viewport(750, 500, WIDTH / 2, HEIGHT / 2, 0.25).snapped()))
        display.close_window(started.window)
        assert started.ends() == (0, "")
        assert started.lines == [f"{module}\n"]
