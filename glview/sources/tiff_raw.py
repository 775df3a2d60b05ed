"""Decodes tiles and strips that are not compressed, where libvips does not, or not in parts."""

import numpy as np

from glview.sources.model import Decoded, PixelModel
from glview.sources.narrowing import Narrowing
from glview.sources.tiff_codes import Compression, Photometric
from glview.sources.tiff_samples import delivered, stored_form
from glview.sources.tiff_structure import Directory, ReadAt, Tag, TiffStructure

_KINDS = {1: "u", 2: "i", 3: "f", 4: "u", 6: "c"}
_SIZES = {"u": (8, 16, 32, 64), "i": (8, 16, 32, 64), "f": (16, 32, 64), "c": (64, 128)}
_ALONE = (1, 1)
_PLAIN = (Photometric.WHITE_IS_ZERO, Photometric.BLACK_IS_ZERO, Photometric.RGB)


def is_raw(directory: Directory) -> bool:
    """Whether a page's pixels lie in the file as numpy has them."""
    kind = _KINDS.get(directory.number(Tag.SAMPLE_FORMAT, 1))
    return (
        directory.number(Tag.COMPRESSION, 1) == Compression.NONE
        and kind is not None
        and directory.number(Tag.BITS, 1) in _SIZES[kind]
        and directory.number(Tag.FILL_ORDER, 1) == 1
        and directory.number(Tag.PHOTOMETRIC, 1) != Photometric.PALETTE
        and (
            directory.number(Tag.PHOTOMETRIC, 1) != Photometric.YCBCR
            or directory.numbers(Tag.YCBCR_SUBSAMPLING) == _ALONE
        )
    )


def plain_model(
    structure: TiffStructure, directory: Directory, read_at: ReadAt
) -> PixelModel | None:
    """What the samples of a raw page of grey, RGB or channels are; None for any other page."""
    if not is_raw(directory) or directory.number(Tag.PHOTOMETRIC, 1) not in _PLAIN:
        return None
    try:
        return stored_form(structure.byte_order, directory, None, read_at).model
    except ValueError:
        return None


class RawDecoder:
    """As `CodecDecoder`, of pages that are raw (`is_raw`); ValueError as there. Thread-safe."""

    direct = True

    def __init__(self, structure: TiffStructure, directory: Directory, read_at: ReadAt) -> None:
        separate = directory.number(Tag.PLANAR, 1) == 2 and directory.samples > 1
        self.planes = directory.samples if separate else 1
        self._samples = 1 if separate else directory.samples
        self._form = stored_form(structure.byte_order, directory, None, read_at)
        self.model = self._form.model
        self.limits = self._form.limits
        self.is_wide = self._form.is_wide
        self.narrowing: Narrowing | None = Narrowing()
        """How wide samples become float32; set before tiles are read, None for as they are."""
        kind = _KINDS[directory.number(Tag.SAMPLE_FORMAT, 1)]
        size = directory.number(Tag.BITS, 1) // 8
        self._stored = np.dtype(f"{structure.byte_order}{kind}{size}")
        self._columns = directory.number(Tag.TILE_WIDTH)

    def decode_rows(self, pieces: tuple[bytes, ...], rows: int) -> Decoded:
        """So many rows of a tile or a strip: (rows, width, model.depth)."""
        shape = (rows, self._columns, self._samples)
        count = rows * self._columns * self._samples
        parts = []
        for piece in pieces:
            if len(piece) < count * self._stored.itemsize:
                need = count * self._stored.itemsize
                raise ValueError(f"{len(piece)} bytes of pixels where {need} belong")
            parts.append(np.frombuffer(piece, self._stored, count).reshape(shape))
        pixels = parts[0] if len(parts) == 1 else np.concatenate(parts, axis=2)
        native = pixels.astype(self._stored.newbyteorder("="), copy=False)
        return Decoded(delivered(native, self._form, self.narrowing), self.model)
