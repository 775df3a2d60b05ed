"""One frame of an animation (GIF, WebP), or image of several (AVIF), and the way to the others."""

from glview.errors import ImageError
from glview.image import Axis, ImageDescription
from glview.planes import AskedPlane, Plane, chosen_plane
from glview.sources.base import TileSource
from glview.sources.cancellation import Cancellation
from glview.sources.flat import FlatImage, flat_file
from glview.sources.image_file import ImageFile, image_file
from glview.sources.stack import PlaneSource
from glview.sources.tiff_axes import Stack


def open_frames(
    file: ImageFile,
    first: FlatImage,
    budget_bytes: int,
    cancellation: Cancellation,
    asked: AskedPlane = None,
) -> TileSource:
    """A picture of a file that is no TIFF, which is ``first`` unless another is asked for.

    The file's other frames are the axis "page".
    """
    stack = Stack(frame_axes(first), (), {})
    if not stack.axes:
        return first.decoded(budget_bytes, cancellation)
    plane = chosen_plane(file.name, stack.axes, asked) or stack.first
    # Everything before a frame is decoded for it: each is what has changed since the last.
    frame = first if plane == stack.first else _frame(file, plane)
    source = frame.decoded(budget_bytes, cancellation)
    told = source.description

    def reopen(plane: Plane) -> TileSource:
        with image_file(file.path) as again:
            if again.kind is not file.kind:
                raise ImageError(again.name, f"is no {file.kind.value} any more")
            other = _frame(again, plane).decoded(budget_bytes)
        if _kind(other.description) != _kind(told):
            raise ImageError(again.name, f"picture {plane[0] + 1} is not like the first")
        return PlaneSource(other, stack, plane, reopen)

    return PlaneSource(source, stack, plane, reopen)


def frame_axes(first: FlatImage) -> tuple[Axis, ...]:
    """Along what the frames of a file are ordered, by its first; nothing where it has but one."""
    return (Axis("page", first.planes.count),) if first.planes.count > 1 else ()


def _frame(file: ImageFile, plane: Plane) -> FlatImage:
    return flat_file(file.descriptor, file.kind, file.name, frame=plane[0])


def _kind(told: ImageDescription) -> tuple[object, ...]:
    pyramid = told.pyramid
    return pyramid.width, pyramid.height, told.sample_type, told.color_model, told.bands, told.alpha
