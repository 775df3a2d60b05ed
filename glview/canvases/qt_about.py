"""What a window tells about itself: versions, and what draws."""

import platform

from PySide6.QtCore import QCoreApplication, Qt, qVersion
from PySide6.QtWidgets import QMessageBox, QWidget

from glview.canvases.qt import GLBigImageWidget

_GL_RENDERER, _GL_VERSION = 0x1F01, 0x1F02
_PACKAGES = ("PySide6-Essentials", "PyOpenGL", "pyvips", "pyvips-binary", "numpy")


def show_about(parent: QWidget, widget: GLBigImageWidget) -> None:
    """A box with `about`, whose text can be copied; returns at once."""
    box = QMessageBox(parent)
    box.setWindowTitle("About glview")
    box.setIconPixmap(parent.windowIcon().pixmap(64))
    told = QCoreApplication.applicationVersion()
    box.setText(f"<b>glview {told}</b><br>Shows images of any size.")
    box.setInformativeText("\n".join(about(widget)))
    box.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.open()


def about(widget: GLBigImageWidget) -> list[str]:
    """What a report of a fault wants to know, a line each."""
    return [
        f"OpenGL: {_told_by_driver(widget)}",
        f"Python {platform.python_version()}, Qt {qVersion()}",
        *(f"{package} {_version(package)}" for package in _PACKAGES),
    ]


def _told_by_driver(widget: GLBigImageWidget) -> str:
    if not widget.isValid():
        return "nothing can be drawn"
    widget.makeCurrent()
    functions = widget.context().functions()
    told = [str(functions.glGetString(name)) for name in (_GL_RENDERER, _GL_VERSION)]
    widget.doneCurrent()
    return ", ".join(told)


def _version(package: str) -> str:
    from importlib.metadata import PackageNotFoundError, version  # takes 30 ms

    try:
        return version(package)
    except PackageNotFoundError:
        return "(not there)"
