"""A Qt program with a widget at a place and of a size that are no whole device pixels at 1.25.

It shows coded pixels, each on a device pixel, and prints its places, its framebuffer, and clicks.
"""

import math
import sys

from PySide6.QtCore import QPointF, QRect
from PySide6.QtWidgets import QApplication, QWidget

from glview import GLBigImageWidget, Viewport
from glview.viewport import Point
from tests.canvases.qt_loop import settled
from tests.images import coded

PLACE = QRect(7, 5, 333, 221)
"""In logical pixels of the window."""


def tell(*words: object) -> None:
    print(*words, flush=True)


def main() -> None:
    app = QApplication(sys.argv)
    window = QWidget()
    window.setWindowTitle("ratio")
    window.resize(360, 240)
    widget = GLBigImageWidget(window)
    widget.setGeometry(PLACE)
    widget.image_position(QPointF())  # also where nothing has a window yet
    widget.load_image(coded(1500, 1100))
    widget.go_to(700.0, 500.0, 1.0, animated=False)
    window.show()
    settled(widget)
    grab, view = widget.grab_view(), widget.viewport
    tell("ratio", widget.devicePixelRatioF())
    tell("framebuffer", grab.width(), grab.height(), "view", view.width, view.height)
    corner = view.i_from_s(0.0, 0.0)
    tell("corner", corner.x, corner.y)

    kept: list[tuple[QPointF, Point]] = []
    drift_px = [0.0]

    def clicked(place: QPointF) -> None:
        at = widget.viewport.s_from_i(place.x(), place.y())
        kept[:] = [(place, at)]
        tell("clicked", place.x(), place.y())

    def moved(view: Viewport) -> None:
        for place, at in kept:
            now = view.s_from_i(place.x(), place.y())
            drift_px.append(math.dist(now, at))

    widget.clicked.connect(lambda place, _: clicked(place))
    widget.viewChanged.connect(moved)
    widget.settled.connect(lambda: tell("zoomed", widget.viewport.scale, "drift", max(drift_px)))
    app.exec()


main()
