"""What the tags of one page of a TIFF say of its pixels (pure)."""

import math

from glview.image import SampleType
from glview.sources import webp
from glview.sources.model import PixelModel, held_nodata
from glview.sources.stored import DAMAGE
from glview.sources.tiff_codes import Compression, Extra, Photometric
from glview.sources.tiff_log import is_light
from glview.sources.tiff_names import color_name, color_samples, compression_name
from glview.sources.tiff_structure import Directory, ReadAt, Tag

_LABS = frozenset({Photometric.CIELAB, Photometric.ICCLAB, Photometric.ITULAB})
_MIXED = _LABS | {Photometric.YCBCR}
"""YCbCr and the CIELABs, whose samples make a colour only together."""
_RGBS = frozenset({Photometric.RGB, Photometric.YCBCR})
LARGEST_PROFILE_BYTES = 4 << 20
"""Larger ones are not read: printers' have 1 to 3 MB."""
_UNSIGNED, _SIGNED = 1, 2
_JPEGS = frozenset({Compression.OLD_JPEG, Compression.JPEG})
_DEFLATES = frozenset({Compression.DEFLATE, Compression.OLD_DEFLATE})
_READABLE = _DEFLATES | {
    Compression.NONE, Compression.CCITT_RLE, Compression.FAX_3, Compression.FAX_4, Compression.LZW,
    Compression.JPEG, Compression.NEXT, Compression.CCITT_RLE_WORDS, Compression.PACKBITS,
    Compression.THUNDERSCAN, Compression.WEBP,
}  # fmt: skip
_PREDICTED = _DEFLATES | {Compression.LZW}
_PREDICTORS = frozenset({1, 2, 3})
_TOLD = {
    "ImageDescription": Tag.DESCRIPTION,
    "Make": Tag.MAKE,
    "Model": Tag.MODEL,
    "Software": Tag.SOFTWARE,
    "DateTime": Tag.DATE_TIME,
    "Artist": Tag.ARTIST,
}


def unreadable_compression(directory: Directory) -> str | None:
    """A compression that libvips would show black or refuse; None if it reads it.

    Name and number, such as "Zstandard (50000)", or "number 52479" where nobody knows.
    """
    code = directory.number(Tag.COMPRESSION, 1)
    if code in _READABLE or is_light(directory):
        return None
    name = compression_name(code)
    return name if str(code) in name else f"{name} ({code})"


def is_lossy(directory: Directory, read_piece: ReadAt) -> bool:
    """Whether a page's compression has lost something; False where nobody can say.

    ``read_piece`` reads from the beginning of a strip or tile on.
    """
    compression = directory.number(Tag.COMPRESSION, 1)
    if compression == Compression.WEBP:
        return webp.is_lossy(read_piece)
    return compression in _JPEGS


def is_jpeg_with_extras(directory: Directory) -> bool:
    """Whether a page is JPEG of more than its colours: libvips reads strips of it, and no tiles."""
    extras = directory.samples > color_samples(directory.number(Tag.PHOTOMETRIC, 1))
    together = extras and directory.number(Tag.PLANAR, 1) == 1
    return together and directory.number(Tag.COMPRESSION, 1) == Compression.JPEG


def strictness(directory: Directory, piece: bytes) -> str:
    """At what libvips shall give up while it decodes a strip or tile that begins with ``piece``.

    At warnings, by which libtiff tells of broken data, too, except where it warns of sound data:
    of LZW codes from before TIFF 6, which it knows by their first two bytes; of a fax whose lines
    do not begin with a mark (eleven zero bits and a one); of plain samples with odd tables.
    """
    compression = directory.number(Tag.COMPRESSION, 1)
    old_lzw = compression == Compression.LZW and len(piece) >= 2 and piece[0] == 0 and piece[1] & 1
    unmarked_fax = compression == Compression.FAX_3 and piece[:1] != b"\0"
    return "error" if compression == Compression.NONE or old_lzw or unmarked_fax else "warning"


def unreadable_samples(directory: Directory) -> str | None:
    """What samples a page has that libvips refuses, such as "12-bit samples"; None if none."""
    bits = {int(value) for value in directory.numbers(Tag.BITS)} or {1}
    formats = {int(value) for value in directory.numbers(Tag.SAMPLE_FORMAT)} or {1}
    if len(bits) > 1:
        return "samples of different widths"
    photometric = directory.number(Tag.PHOTOMETRIC)
    if photometric in _MIXED and directory.number(Tag.PLANAR, 1) == 2 and directory.samples > 1:
        return f"{color_name(photometric)} samples in separate planes"
    if photometric in _LABS and (bits == {8} or photometric != Photometric.CIELAB):
        return f"{min(bits)}-bit {color_name(photometric)} samples"
    if photometric == Photometric.YCBCR and directory.number(Tag.COMPRESSION, 1) not in _JPEGS:
        # It makes RGB of what is subsampled, by way of libtiff, and takes the rest for RGB.
        if directory.numbers(Tag.YCBCR_SUBSAMPLING) == (1, 1):
            return "YCbCr samples that are not subsampled"
        if bits != {8}:
            return f"{min(bits)}-bit YCbCr samples"
    width = bits.pop()
    if formats & {5, 6}:
        return "complex samples"
    if formats == {3} and width not in (16, 32):
        return f"{width}-bit float samples"
    predictor = directory.number(Tag.PREDICTOR, 1)
    if directory.number(Tag.COMPRESSION, 1) in _PREDICTED and predictor not in _PREDICTORS:
        return f"samples by predictor {predictor}"
    few = width in (1, 2, 4) and directory.samples == 1
    if few and formats == {_SIGNED} and photometric != Photometric.PALETTE:
        return f"signed {width}-bit samples"
    if width not in (8, 16, 32) and not few:
        return f"{width}-bit samples"
    return None


def extra_is_alpha(directory: Directory) -> bool | None:
    """Whether the first extra sample is alpha; None where the file does not say."""
    extras = directory.numbers(Tag.EXTRA_SAMPLES)
    return int(extras[0]) in (Extra.ASSOCIATED, Extra.UNASSOCIATED) if extras else None


def declared_nodata(directory: Directory) -> float | None:
    """GDAL's no-data value, in the samples as they are stored."""
    try:
        value = float(directory.text(Tag.GDAL_NODATA).strip())
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def delivered_nodata(directory: Directory, model: PixelModel) -> float | None:
    """The no-data value in the samples as libvips delivers them, where it is one of theirs.

    It has none in colours: in those of 8 bits it stands for a whole black or white pixel, and
    would tear holes into the picture; of a palette it is a number.
    """
    value = declared_nodata(directory)
    photometric = directory.number(Tag.PHOTOMETRIC, Photometric.BLACK_IS_ZERO)
    bits = directory.number(Tag.BITS, 1)
    if value is None or photometric not in (
        Photometric.WHITE_IS_ZERO,
        Photometric.BLACK_IS_ZERO,
        Photometric.RGB,
    ):
        return None
    if directory.samples in (3, 4) and bits == 8:
        return None
    largest = 2**bits - 1
    if (
        photometric == Photometric.WHITE_IS_ZERO
        and directory.number(Tag.SAMPLE_FORMAT, 1) == _UNSIGNED
    ):
        value = largest - value
    if bits < 8 and value % 1 == 0 and model.sample_type is SampleType.U8:
        # To the nearest byte, as `tiff_samples.delivered` has them.
        value = round(value * 255 / largest)
    return held_nodata(value, model.sample_type)


def profile_of(directory: Directory, read_at: ReadAt) -> bytes | None:
    """The ICC profile of a page's colours as they are delivered: those of RGB and YCbCr stay."""
    entry = directory.entries.get(Tag.ICC_PROFILE)
    if entry is None or entry.size_bytes > LARGEST_PROFILE_BYTES:
        return None
    if directory.number(Tag.PHOTOMETRIC) not in _RGBS:
        return None
    data = read_at(entry.offset, entry.size_bytes)
    return data if len(data) == entry.size_bytes else None


def metadata_of(directory: Directory, fault: str = "") -> dict[str, str]:
    """What there is to tell people of a page, by name; ``fault`` is its `TiffStructure.fault`."""
    found = {"compression": compression_name(directory.number(Tag.COMPRESSION, 1))}
    for name, tag in _TOLD.items():
        text = directory.text(tag).strip()
        if text:
            found[name] = text
    if fault:
        found[DAMAGE] = fault
    return found
