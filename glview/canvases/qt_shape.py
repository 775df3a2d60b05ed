"""Sizes of a window around a picture; in logical pixels unless said."""

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QMainWindow, QWidget

from glview.canvases.levels import picture_size
from glview.pyramid import Pyramid

DEFAULT_SIZE = QSize(1100, 800)


def suitable_size(window: QMainWindow) -> tuple[int, int]:
    """The default size of a picture, but at most four fifths of the screen."""
    area = window.screen().availableSize()
    size = DEFAULT_SIZE.boundedTo(QSize(area.width() * 4 // 5, area.height() * 4 // 5))
    return size.width(), size.height()


def resize_picture(window: QMainWindow, picture: QWidget, width: int, height: int) -> None:
    """Make a window such that the picture's part of it has a size."""
    window.ensurePolished()
    layout = window.layout()
    assert layout is not None
    layout.activate()
    around = window.size() - picture.size()
    window.resize(width + around.width(), height + around.height())


def fit_window(window: QMainWindow, picture: QWidget, pyramid: Pyramid, level: float) -> None:
    """Make a window as large as the picture is at a level, as far as the screen goes."""
    ratio = window.devicePixelRatioF()
    room = picture.size() * ratio
    around = window.frameSize() - picture.size()
    most = (window.screen().availableSize() - around) * ratio
    width, height = picture_size(
        pyramid,
        level,
        (room.width(), room.height()),
        (max(most.width(), 1), max(most.height(), 1)),
    )
    resize_picture(window, picture, round(width / ratio), round(height / ratio))
