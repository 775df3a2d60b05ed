"""Comes back to where you were.

python examples/keep_view.py IMAGE STATE.json
"""

import argparse
import sys
from pathlib import Path

from PySide6.QtWidgets import QApplication

from glview import GLBigImageWidget, ViewState

parser = argparse.ArgumentParser()
parser.add_argument("image", metavar="IMAGE")
parser.add_argument("kept", metavar="STATE.json", type=Path)
options = parser.parse_args()
kept: Path = options.kept
app = QApplication([])
widget = GLBigImageWidget(width=900, height=600)


def restore() -> None:
    """Be where we were the last time."""
    if kept.exists():
        widget.restore_view(ViewState.from_json(kept.read_text()))


def keep() -> None:
    """Write down where we are."""
    state = widget.view_state
    if state is not None:
        kept.write_text(state.to_json())


widget.imageLoaded.connect(restore)
app.aboutToQuit.connect(keep)
widget.load_image(options.image)
widget.setWindowTitle("keep view")
widget.show()
sys.exit(app.exec())
