"""One frame of an animation (GIF, WebP), or image of several (AVIF), and the way to the others."""

from glview.errors import ImageError
from glview.image import Axis, ImageDescription
from glview.sources.base import TileSource
from glview.sources.cancellation import Cancellation
from glview.sources.flat import FlatImage, flat_file
from glview.sources.image_file import ImageFile, image_file
from glview.sources.stack import PlaneSource
from glview.sources.tiff_axes import Plane, Stack


def open_frames(
    file: ImageFile, first: FlatImage, budget_bytes: int, cancellation: Cancellation
) -> TileSource:
    """``first``, decoded, of a file that is no TIFF; its other frames are the axis "page"."""
    source = first.decoded(budget_bytes, cancellation)
    if first.planes.count < 2:
        return source
    stack = Stack((Axis("page", first.planes.count),), (), {})
    told = source.description

    def reopen(plane: Plane) -> TileSource:
        # Everything before a frame is decoded for it: each is what has changed since the last.
        with image_file(file.path) as again:
            if again.kind is not file.kind:
                raise ImageError(again.name, f"is no {file.kind.value} any more")
            frame = flat_file(again.descriptor, again.kind, again.name, frame=plane[0])
            other = frame.decoded(budget_bytes)
        if _kind(other.description) != _kind(told):
            raise ImageError(again.name, f"picture {plane[0] + 1} is not like the first")
        return PlaneSource(other, stack, plane, reopen)

    return PlaneSource(source, stack, stack.first, reopen)


def _kind(told: ImageDescription) -> tuple[object, ...]:
    pyramid = told.pyramid
    return pyramid.width, pyramid.height, told.sample_type, told.color_model, told.bands, told.alpha
