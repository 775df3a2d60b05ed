"""Arrays in ``.npy`` files."""

import os

from glview.errors import ImageError, UnsupportedImageError
from glview.image import SampleType
from glview.sources.array import sample_type_of
from glview.sources.array_form import assumed_form, assumed_model
from glview.sources.image_file import ImageFile
from glview.sources.memory import Origin
from glview.sources.npy_header import MOST_BYTES, NpyHeader, parse_npy
from glview.sources.raw_source import RawForm, RawSource, opened_raw


def found_npy(file: ImageFile) -> RawSource:
    """The first picture of the array in a file; ImageError where it is none or not all there."""
    try:
        header = parse_npy(file.read_at(0, MOST_BYTES))
        form = _form_of(header, sample_type_of(header.dtype, file.name))
    except ValueError as error:
        raise UnsupportedImageError(file.name, f"no .npy file that can be shown: {error}") from None
    size_bytes = os.fstat(file.descriptor).st_size - header.data_offset
    if size_bytes < header.data_bytes:
        fault = f"broken .npy: {size_bytes} bytes of samples where {header.data_bytes} belong"
        raise ImageError(file.name, fault)
    return opened_raw(file.descriptor, Origin(file.name, "NumPy array"), form)


def _form_of(header: NpyHeader, sample_type: SampleType) -> RawForm:
    """As arrays in memory are taken; ValueError where it has no picture that can be read."""
    form = assumed_form(header.shape)
    if form.axes and header.fortran:
        raise ValueError("several pictures in Fortran order: save numpy.ascontiguousarray(array)")
    model = assumed_model(header.dtype, sample_type, form.depth)
    return RawForm(
        header.dtype,
        header.data_offset,
        form.axes,
        form.height,
        form.width,
        form.depth,
        model,
        fortran=header.fortran,
    )
