"""A numpy array as an image, and the samples under the pointer.

python examples/from_array.py
"""

import sys

import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QApplication

from glview import GLBigImageWidget

SIDE_PX = 3000
y, x = np.mgrid[0:SIDE_PX, 0:SIDE_PX].astype(np.float32)
far = np.hypot(x - SIDE_PX / 2, y - SIDE_PX / 2)
rings = np.sin(far**2 / 3000) * 0.5 + 0.5  # float32 from 0 to 1, from black to white

app = QApplication(sys.argv)
widget = GLBigImageWidget(width=700, height=600)


def tell(place: QPointF | None, values: tuple[float, ...]) -> None:
    """The place and the sample in the title; ``place`` is None beside the image."""
    if place is not None and values:
        widget.setWindowTitle(f"x {place.x():.0f}  y {place.y():.0f}  value {values[0]:.4f}")


widget.cursorMoved.connect(tell)
widget.load_image(rings)
widget.setWindowTitle("array")
widget.show()
sys.exit(app.exec())
