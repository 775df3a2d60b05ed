"""Says in a TIFF that libvips has written what its samples beside RGB are: it calls all alpha."""

import os
import struct

from glview.sources.files import read_at
from glview.sources.model import PixelModel
from glview.sources.tiff_codes import Extra
from glview.sources.tiff_reading import read_structure
from glview.sources.tiff_structure import Tag


def declare_extras(path: bytes, model: PixelModel) -> None:
    """Declare the samples of all pages of RGB and more: bands, and an alpha last if there is one.

    OSError where the file cannot be written.
    """
    with open(path, "r+b") as file:
        number = file.fileno()
        size_bytes = os.fstat(number).st_size
        written = read_structure(lambda offset, count: read_at(number, offset, count), size_bytes)
        for page in written.directories:
            entry = page.entries[Tag.EXTRA_SAMPLES]
            kinds = [Extra.UNSPECIFIED] * entry.count
            if model.alpha:
                kinds[-1] = Extra.UNASSOCIATED
            data = struct.pack(f"{written.byte_order}{entry.count}H", *kinds)
            os.pwrite(number, data, entry.offset)
