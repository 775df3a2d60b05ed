"""glview: a GPU-accelerated OpenGL viewer for gigapixel images."""

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from glview.canvases.bindings import Command
    from glview.canvases.qt import GLBigImageWidget
    from glview.colormaps import ColorMap
    from glview.convert import make_pyramid
    from glview.display import Display, Magnification, Transfer, Window, WindowOrigin
    from glview.errors import (
        ContextError,
        GlviewError,
        ImageError,
        TileError,
        UnsupportedImageError,
    )
    from glview.failures import Hole
    from glview.headless import Studio, render, studio
    from glview.hud.items import HudItem
    from glview.image import ColorModel, ImageDescription
    from glview.options import ViewerOptions, WindowRule
    from glview.sources.array import ArrayOptions
    from glview.sources.associated import associated_image
    from glview.sources.callable import CallableSource
    from glview.sources.isolated import IsolatedSource
    from glview.sources.opening import open_image
    from glview.sources.slide import SlideSource
    from glview.view_state import ViewState
    from glview.viewport import Viewport

__version__ = "0.1.0"

__all__ = [
    "ArrayOptions",
    "CallableSource",
    "ColorMap",
    "ColorModel",
    "Command",
    "ContextError",
    "Display",
    "GLBigImageWidget",
    "GlviewError",
    "Hole",
    "HudItem",
    "ImageDescription",
    "ImageError",
    "IsolatedSource",
    "Magnification",
    "SlideSource",
    "Studio",
    "TileError",
    "Transfer",
    "UnsupportedImageError",
    "ViewState",
    "ViewerOptions",
    "Viewport",
    "Window",
    "WindowOrigin",
    "WindowRule",
    "associated_image",
    "make_pyramid",
    "open_image",
    "render",
    "studio",
]

# Nothing is imported before it is asked for: a script that renders needs no Qt, and a Qt program
# that never opens a TIFF need not wait for pyvips.
_HOMES = {
    "ArrayOptions": "glview.sources.array",
    "CallableSource": "glview.sources.callable",
    "ColorMap": "glview.colormaps",
    "ColorModel": "glview.image",
    "Command": "glview.canvases.bindings",
    "ContextError": "glview.errors",
    "Display": "glview.display",
    "GLBigImageWidget": "glview.canvases.qt",
    "GlviewError": "glview.errors",
    "Hole": "glview.failures",
    "HudItem": "glview.hud.items",
    "ImageDescription": "glview.image",
    "ImageError": "glview.errors",
    "IsolatedSource": "glview.sources.isolated",
    "Magnification": "glview.display",
    "SlideSource": "glview.sources.slide",
    "Studio": "glview.headless",
    "TileError": "glview.errors",
    "Transfer": "glview.display",
    "UnsupportedImageError": "glview.errors",
    "ViewerOptions": "glview.options",
    "ViewState": "glview.view_state",
    "Viewport": "glview.viewport",
    "Window": "glview.display",
    "WindowOrigin": "glview.display",
    "WindowRule": "glview.options",
    "associated_image": "glview.sources.associated",
    "make_pyramid": "glview.convert",
    "open_image": "glview.sources.opening",
    "render": "glview.headless",
    "studio": "glview.headless",
}


# A type checker that saw this would take every name for one of ours, misspelt ones, too.
if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        home = _HOMES.get(name)
        if home is None:
            raise AttributeError(f"module 'glview' has no attribute {name!r}")
        found = getattr(importlib.import_module(home), name)
        globals()[name] = found
        return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
