"""A viewer as users of BigImageViewer write it; nothing but the line that imports is another."""

import argparse
import sys

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget

from glview.bigimageviewer import BigImageComponent, DZImage, FileFormatError, ZoomError


class Viewer(QWidget):
    """An image, and below it a line about it."""

    def __init__(self, filename: str, zoom: int) -> None:
        super().__init__()
        self.setWindowTitle("Image Viewer")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        self.viewer = BigImageComponent(width=640, height=480)
        self.viewer.zoom_in_key = Qt.Key.Key_I
        self.viewer.zoom_out_key = Qt.Key.Key_O
        self.viewer.exit_key = Qt.Key.Key_Q
        layout.addWidget(self.viewer)
        self.line = QLabel("no image")
        self.line.setFixedHeight(20)
        layout.addWidget(self.line)
        self.show_file(filename, zoom)

    def show_file(self, filename: str, zoom: int) -> None:
        try:
            image = DZImage(filename)
            smallest = image.width_for_zoom(image.min_zoom), image.height_for_zoom(image.min_zoom)
            largest = image.image_width_for_zoom(image.max_zoom)
            tiles = image.num_tiles_across(image.max_zoom) * image.num_tiles_down(image.max_zoom)
        except (FileFormatError, ZoomError) as error:
            self.line.setText(error.message)
            return
        self.viewer.load_image(filename, zoom=zoom)
        self.line.setText(f"zooms {image.min_zoom} to {image.max_zoom}, {tiles} tiles")
        print(self.line.text(), smallest, largest)
        print("shown", self.viewer.image_width, self.viewer.image_height, flush=True)


parser = argparse.ArgumentParser()
parser.add_argument("filename")
parser.add_argument("-z", "--zoom", default=-1, type=int)
args = parser.parse_args()

app = QApplication([])
window = Viewer(args.filename, args.zoom)
window.show()
window.viewer.setFocus()
sys.exit(app.exec())
