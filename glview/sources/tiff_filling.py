"""How few bytes a strip or tile of a TIFF can be stored in (pure).

A page may claim any size: what its pieces cannot possibly hold is refused before there is room made
for it. A bound is what no encoder comes below, so that black pictures of any size still open.
"""

from dataclasses import replace

from glview.sources.tiff_codes import Compression, Photometric
from glview.sources.tiff_names import compression_name
from glview.sources.tiff_structure import Directory, Tag

_MOST_OF_A_BYTE: dict[int, int] = {
    # A length of 258 and its distance, of a bit each.
    Compression.DEFLATE: 1032,
    Compression.OLD_DEFLATE: 1032,
    # 128 of the same from two bytes.
    Compression.PACKBITS: 64,
    # Codes of 12 bits, none of which stands for more than the 4,096 bytes of the table's length.
    Compression.LZW: 2731,
    # A block of one byte again and again: 128 KiB from four.
    Compression.ZSTD: 32_768,
}
"""Bytes of pixels. JPEG, WebP, LZMA and the like have no bound that is of use: WebP stores a
picture of one colour in some thirty bytes, whatever its size."""
_FAXES = frozenset({
    Compression.CCITT_RLE, Compression.CCITT_RLE_WORDS, Compression.FAX_3, Compression.FAX_4,
})  # fmt: skip
"""A row takes a bit at least: of group 4, one that is as the row before."""


def least_bytes(page: Directory, rows: int) -> int:
    """Bytes that a strip or tile of so many rows has at least, of one sample where they lie apart.

    0 where nobody knows.
    """
    code = page.number(Tag.COMPRESSION, 1)
    if code in _FAXES:
        return -(-rows // 8)
    most = _MOST_OF_A_BYTE.get(code)
    if most is None:
        return 0
    if page.tiled:
        page = replace(page, values={**page.values, Tag.WIDTH: page.values[Tag.TILE_WIDTH]})
    row_bytes = page.row_bytes
    if page.number(Tag.PHOTOMETRIC) == Photometric.YCBCR:
        # Of 4x4 pixels there may be but one of each colour.
        row_bytes //= 3
    return -(-rows * row_bytes // most)


def fault_of_filling(page: Directory, rows: int) -> str:
    """What is said of a piece of so many rows that has fewer bytes."""
    width = page.number(Tag.TILE_WIDTH) if page.tiled else page.width
    name = compression_name(page.number(Tag.COMPRESSION, 1))
    return f"too few bytes of {name} data for {rows} rows of {width} pixels"


def require_filling(page: Directory, pieces: tuple[bytes, ...], rows: int) -> None:
    """ValueError where a piece cannot hold its pixels."""
    if min(map(len, pieces)) < least_bytes(page, rows):
        raise ValueError(fault_of_filling(page, rows))
