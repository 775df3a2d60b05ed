"""`GLBigImageWidget.close_image`: the widget is empty, and goes on."""

from pathlib import Path

from tests.canvases.test_widget_api import told
from tests.display import VirtualDisplay

SCRIPT = """
import sys
from PySide6.QtTest import QTest
from glview import HudItem
from glview.canvases.qt_contrast import ContrastPanel

def wait(done):
    assert any(done() or QTest.qWait(10) for _ in range(1000))

def middle():
    return widget.grab_view().pixelColor(400, 300).getRgb()[:3]

news = []
widget.imageClosed.connect(lambda: news.append(widget.description))
widget.imageLoaded.connect(lambda told: news.append(told.name == sys.argv[1]))
panel = ContrastPanel(widget)
widget.hud = set(HudItem)
widget.welcome = "no slide"
QTest.mouseMove(widget)
shown = middle()
widget.close_image()
empty = (widget.description, widget.display, widget.view_state, widget.plane, widget.axes)
print(empty, widget.errors(), news)
wait(lambda: news)
corner = widget.grab_view().pixelColor(5, 400).getRgb()[:3]
memory = widget.stats().memory
print(news, corner, middle() != corner, panel.isEnabled())
print(memory.gpu.atlas, memory.gpu.composite, widget.wait_settled())
widget.hud = ()
widget.close_image()
widget.load_image(sys.argv[1])
widget.close_image()
wait(lambda: not widget._viewer.opening)
widget.load_image(sys.argv[1])
assert widget.wait_settled()
QTest.qWait(1)
print(news, middle() == shown)
"""


def test_a_closed_image_leaves_an_empty_widget(display: VirtualDisplay, image: Path) -> None:
    first, second, third, fourth, _ = told(display, image, SCRIPT)
    assert first == "(None, None, None, (), ()) () []"
    assert second == "[None] (26, 26, 28) True False"
    assert third == "0 0 False"
    assert fourth == "[None, True] True"
