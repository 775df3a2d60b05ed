"""Two images side by side that move together.

python examples/linked_views.py IMAGE IMAGE
"""

import argparse
import sys
from functools import partial

from PySide6.QtWidgets import QApplication, QSplitter

from glview import GLBigImageWidget, Viewport


class Link:
    """Lets each widget follow the one that is moved."""

    def __init__(self, *widgets: GLBigImageWidget) -> None:
        self._widgets = widgets
        self._busy = False
        for widget in widgets:
            widget.viewChanged.connect(partial(self._follow, widget))

    def _follow(self, leader: GLBigImageWidget, view: Viewport) -> None:
        # Setting a view tells of it at once: that is our own doing.
        if self._busy:
            return
        self._busy = True
        for other in self._widgets:
            if other is not leader:
                other.set_viewport(view)
        self._busy = False


parser = argparse.ArgumentParser()
parser.add_argument("images", metavar="IMAGE", nargs=2)
options = parser.parse_args()
app = QApplication([])
splitter = QSplitter()
left, right = GLBigImageWidget(splitter), GLBigImageWidget(splitter)
link = Link(left, right)
left.load_image(options.images[0])
right.load_image(options.images[1])
splitter.resize(1000, 500)
splitter.setWindowTitle("linked views")
splitter.show()
sys.exit(app.exec())
