"""The least there is to it: an image in a window.

python examples/embed.py IMAGE
"""

import argparse
import sys
from pathlib import Path

from PySide6.QtWidgets import QApplication

from glview import GLBigImageWidget

parser = argparse.ArgumentParser()
parser.add_argument("image", metavar="IMAGE")
options = parser.parse_args()
app = QApplication([])
widget = GLBigImageWidget(width=900, height=600)
widget.imageLoaded.connect(lambda description: widget.setWindowTitle(Path(description.name).name))
widget.loadFailed.connect(lambda fault: print(fault, file=sys.stderr))
widget.load_image(options.image)
widget.show()
sys.exit(app.exec())
