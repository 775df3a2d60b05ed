"""``python -m glview.bigimageviewer``: BigImageViewer's command with its options."""

import argparse
import logging
import sys

from PySide6.QtWidgets import QApplication

from glview import heap
from glview.bigimageviewer.app import MainWindow
from glview.bigimageviewer.bigimage import FIT


def main() -> int:
    """Show a file in a window; the exit status."""
    heap.keep_small()
    parser = argparse.ArgumentParser(
        prog="python -m glview.bigimageviewer", description="Show a tiled image."
    )
    parser.add_argument("filename", nargs="?", help="the image's file")
    parser.add_argument(
        "-z",
        "--zoom",
        type=int,
        default=FIT,
        help="0 for the smallest picture, each next one twice as wide; -1 (default): one that fits",
    )
    parser.add_argument(
        "-W", "--width", type=int, default=MainWindow.DEFAULT_WIDTH, help="of the picture's part"
    )
    parser.add_argument(
        "-H", "--height", type=int, default=MainWindow.DEFAULT_HEIGHT, help="of the picture's part"
    )
    parser.add_argument(
        "-F", "--fit", action="store_true", help="make the window as large as the picture"
    )
    options = parser.parse_args()
    logging.basicConfig(format="glview: %(message)s", level=logging.WARNING)
    # As in `glview.cli`: what libvips mutters about a file is not for people.
    logging.getLogger("pyvips").setLevel(logging.CRITICAL)
    app = QApplication(sys.argv[:1])
    window = MainWindow(viewport_width=options.width, viewport_height=options.height)
    if options.filename is not None:
        window.load_file(options.filename, options.zoom)
        if options.fit:
            window.fit_to_image()
    window.show()
    window.focusViewer()
    return app.exec()


if __name__ == "__main__":
    sys.exit(main())
