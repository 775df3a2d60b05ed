"""BigImageViewer's names on glview: a program written for it changes its import line.

``from bigimageviewer import BigImageComponent`` becomes ``from glview.bigimageviewer import
BigImageComponent``, and so for the modules inside. docs/bigimageviewer.md tells what is the same
and what differs.
"""

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from glview.bigimageviewer.app import MainWindow
    from glview.bigimageviewer.bigimage import BigImage, FileFormatError, ZoomError
    from glview.bigimageviewer.bigimagecomponent import BigImageComponent
    from glview.bigimageviewer.dzimage import DZImage
    from glview.bigimageviewer.liimage import LIImage
    from glview.bigimageviewer.loadedimage import LoadedImage, NotImplementedException

__all__ = [
    "BigImage",
    "BigImageComponent",
    "DZImage",
    "FileFormatError",
    "LIImage",
    "LoadedImage",
    "MainWindow",
    "NotImplementedException",
    "ZoomError",
]

# Whoever only asks for the zooms of an image needs no Qt.
_HOMES = {
    "BigImage": "bigimage",
    "BigImageComponent": "bigimagecomponent",
    "DZImage": "dzimage",
    "FileFormatError": "bigimage",
    "LIImage": "liimage",
    "LoadedImage": "loadedimage",
    "MainWindow": "app",
    "NotImplementedException": "loadedimage",
    "ZoomError": "bigimage",
}


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(importlib.import_module(f"{__name__}.{home}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
