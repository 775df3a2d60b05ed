"""The least there is to it: an image in a window.

python examples/embed.py IMAGE
"""

import sys
from pathlib import Path

from PySide6.QtWidgets import QApplication

from glview import GLBigImageWidget

app = QApplication(sys.argv)
widget = GLBigImageWidget(width=900, height=600)
widget.imageLoaded.connect(lambda description: widget.setWindowTitle(Path(description.name).name))
widget.loadFailed.connect(lambda fault: print(fault, file=sys.stderr))
widget.load_image(sys.argv[1])
widget.show()
sys.exit(app.exec())
