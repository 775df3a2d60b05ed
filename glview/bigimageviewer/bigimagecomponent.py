"""`BigImageComponent`: glview's widget with the manners of BigImageViewer's.

Sizes are logical pixels: a picture is as large on a fine screen as it was with BigImageViewer, and
drawn in that screen's own pixels.
"""

import math
from dataclasses import dataclass
from typing import ClassVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from glview.bigimageviewer.bigimage import FIT, Filename
from glview.bigimageviewer.dzimage import DZImage, found_path
from glview.bigimageviewer.liimage import LIImage
from glview.bigimageviewer.tiledimage import TiledImage
from glview.canvases.qt import GLBigImageWidget
from glview.canvases.qt_lifetime import weakly
from glview.errors import GlviewError
from glview.image import ImageDescription
from glview.options import ViewerOptions
from glview.sources.files import printable
from glview.sources.image_file import image_file
from glview.sources.sniff import Content

__all__ = ["BigImageComponent"]


@dataclass(frozen=True, slots=True, eq=False)
class _Coming:
    """An image that is being opened, and what of it will be shown."""

    name: str
    image: TiledImage
    zoom: int


class BigImageComponent(GLBigImageWidget):
    """Shows an image; all that `glview.GLBigImageWidget` has is there, too.

    The wheel pans, and with Ctrl zooms (`wheel_mode`).
    """

    MIN_WIDTH = 32
    MIN_HEIGHT = 32
    DEFAULT_ZOOM_IN_KEY: ClassVar[Qt.Key | None] = Qt.Key.Key_Plus
    DEFAULT_ZOOM_OUT_KEY: ClassVar[Qt.Key | None] = Qt.Key.Key_Minus
    DEFAULT_EXIT_KEY: ClassVar[Qt.Key | None] = None

    def __init__(
        self,
        parent: QWidget | None = None,
        width: int = 512,
        height: int = 512,
        *,
        options: ViewerOptions | None = None,
    ) -> None:
        super().__init__(parent, width, height, options=options)
        self.setMinimumSize(self.MIN_WIDTH, self.MIN_HEIGHT)
        self.wheel_mode = "pan"
        self.zoom = FIT
        """The zoom of what `load_image` loads without being told one."""
        self._coming: _Coming | None = None
        self.imageLoaded.connect(weakly(self._on_shown))
        self.loadFailed.connect(weakly(self._on_not_shown))

    # BigImageViewer's signature; the widget's own takes more and tells the outcome by signals.
    def load_image(  # type: ignore[override]  # BigImageViewer's parameters
        self, filename: Filename, zoom: int = FIT
    ) -> bool:
        """Show the image file ``filename``; true if it can be, as far as its headers say.

        ``zoom`` is one of the image's (`DZImage.zooms`, `LIImage.zooms`), others become the
        nearest; -1: `zoom` if that was set, else the largest picture that fits the widget whole.
        Reads headers, and opens the image in the background. What is wrong with a file stands on
        the picture, and `loadFailed` tells it.
        """
        path, self._coming = found_path(filename), None
        try:
            image = _image_of(path)
        except (GlviewError, OSError, ValueError):
            super().load_image(path)  # which tells it
            return False
        zoom = self.zoom if zoom == FIT else zoom
        if zoom == FIT:
            zoom, _, _ = image.fit_to_viewport(self.width(), self.height())
        zoom = min(max(zoom, image.min_zoom), image.max_zoom)
        self._coming = _Coming(printable(path), image, zoom)
        # The widget counts zooms from a picture of one pixel, and in device pixels.
        finest = image.level(image.max_zoom)
        longest = max(finest.width * finest.downsample_x, finest.height * finest.downsample_y)
        scale = self.devicePixelRatioF() / image.level(zoom).downsample
        counted = math.ceil(math.log2(longest)) + math.log2(scale)
        super().load_image(path, max(counted, 0.0))
        return True

    @property
    def image_width(self) -> int | None:  # type: ignore[override]  # BigImageViewer's None
        """Width of the picture at the current zoom, in logical pixels; None before there is one.

        What `load_image` was asked for counts at once, and of a zoom under way its end.
        """
        size = self._picture_size()
        return None if size is None else size[0]

    @property
    def image_height(self) -> int | None:  # type: ignore[override]  # BigImageViewer's None
        """Height of the picture at the current zoom, as `image_width`."""
        size = self._picture_size()
        return None if size is None else size[1]

    def _picture_size(self) -> tuple[int, int] | None:
        if self._coming is not None:
            level = self._coming.image.level(self._coming.zoom)
            return level.width, level.height
        state, description = self.view_state, self.description
        if state is None or description is None:
            return None
        pyramid = description.pyramid
        scale = state.scale / self.devicePixelRatioF()
        for level in pyramid.levels:
            # Some formats round the sizes of their levels up, some down.
            if math.isclose(scale * level.downsample, 1.0):
                return level.width, level.height
        return math.ceil(pyramid.width * scale), math.ceil(pyramid.height * scale)

    def _on_shown(self, description: ImageDescription) -> None:
        if self._coming is not None and self._coming.name == description.name:
            self._coming = None

    def _on_not_shown(self, fault: str) -> None:
        if self._coming is not None and fault.startswith(f"{self._coming.name}: "):
            self._coming = None


def _image_of(path: str) -> TiledImage:
    """The image of a file by its content; only what its headers say."""
    with image_file(path) as file:
        kind = file.kind
    if kind is Content.XML:
        return DZImage(path)
    image = LIImage(path)
    # The widget opens it for itself.
    image.close()
    return image
