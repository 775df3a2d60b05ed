"""One picture of a FITS file, and the way to the others."""

from glview.errors import ImageError
from glview.planes import AskedPlane, Plane, check_series, chosen_plane
from glview.sources.base import TileSource
from glview.sources.cancellation import Cancellation
from glview.sources.fits import fits_axes, fits_images, fits_series, flat_fits, found_raw
from glview.sources.image_file import ImageFile, image_file
from glview.sources.stack import PlaneSource
from glview.sources.tiff_axes import Stack


def open_fits(
    file: ImageFile,
    budget_bytes: int,
    cancellation: Cancellation,
    series: int = 0,
    asked: AskedPlane = None,
) -> TileSource:
    """A picture of one of a file's images; `ImageError` as `open_image` has it."""
    images = fits_images(file)
    check_series(file.name, series, len(images))
    image = images[series]
    axes = fits_axes(image)
    plane = chosen_plane(file.name, axes, asked) or (0,) * len(axes)
    others = fits_series(images)
    if image.data_offset is not None:
        return found_raw(file, image, plane, others, series)

    def decoded(file: ImageFile, plane: Plane, cancellation: Cancellation) -> PlaneSource:
        source = flat_fits(file, image, plane).decoded(budget_bytes, cancellation)
        stack = Stack(axes, (), {})
        return PlaneSource(source, stack, plane, reopen, all_series=others, series=series)

    def reopen(plane: Plane) -> TileSource:
        with image_file(file.path) as again:
            if fits_images(again) != images:
                raise ImageError(again.name, "is another file now")
            return decoded(again, plane, Cancellation())

    return decoded(file, plane, cancellation)
