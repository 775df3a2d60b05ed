"""Markers that keep to the image; a click adds one.

python examples/markers.py IMAGE
"""

import argparse
import sys

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QApplication

from glview import GLBigImageWidget, Viewport

RADIUS_PX = 12.0
"""In image pixels: the markers grow with what they mark."""

parser = argparse.ArgumentParser()
parser.add_argument("image", metavar="IMAGE")
options = parser.parse_args()
app = QApplication([])
widget = GLBigImageWidget(width=900, height=600, samples=4)  # smooth edges
cells = [QPointF(400.0, 300.0), QPointF(700.0, 500.0), QPointF(1000.0, 350.0)]


def paint(painter: QPainter, view: Viewport) -> None:
    """Circles in image pixels, with lines two screen pixels wide at any zoom."""
    del view
    pen = QPen(QColor("#ffd400"), 2.0)
    pen.setCosmetic(True)
    painter.setPen(pen)
    for cell in cells:
        painter.drawEllipse(cell, RADIUS_PX, RADIUS_PX)


def add(place: QPointF, button: Qt.MouseButton) -> None:
    """Mark where the image was clicked."""
    if button == Qt.MouseButton.LeftButton:
        cells.append(place)
        widget.update()


widget.add_overlay(paint)
widget.clicked.connect(add)
widget.load_image(options.image)
widget.setWindowTitle("markers")
widget.show()
sys.exit(app.exec())
