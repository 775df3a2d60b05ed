"""What numbers in a TIFF's tags stand for, as far as glview treats them apart (pure).

After TIFF 6.0 and libtiff's and tifffile's lists; `tiff_names` has words for more of them.
"""

from enum import IntEnum


class Photometric(IntEnum):
    """What samples mean."""

    WHITE_IS_ZERO = 0
    BLACK_IS_ZERO = 1
    RGB = 2
    PALETTE = 3
    MASK = 4
    SEPARATED = 5
    """Inks."""
    YCBCR = 6
    CIELAB = 8
    ICCLAB = 9
    ITULAB = 10
    FILTERED = 32803
    LOG_L = 32844
    LOG_LUV = 32845
    LINEAR_RAW = 34892


class Compression(IntEnum):
    """How strips and tiles are encoded."""

    NONE = 1
    CCITT_RLE = 2
    FAX_3 = 3
    FAX_4 = 4
    LZW = 5
    OLD_JPEG = 6
    JPEG = 7
    DEFLATE = 8
    NDPI_JPEG_XR = 22610
    NEXT = 32766
    CCITT_RLE_WORDS = 32771
    PACKBITS = 32773
    THUNDERSCAN = 32809
    OLD_DEFLATE = 32946
    APERIO_YCBCR = 33003
    """JPEG 2000, as the next two."""
    APERIO_33004 = 33004
    APERIO_RGB = 33005
    ALT_JPEG = 33007
    SGI_LOG = 34676
    SGI_LOG_24 = 34677
    JPEG_2000 = 34712
    LERC = 34887
    LOSSY_JPEG = 34892
    """DNG's."""
    PNG = 34933
    JPEG_XR = 34934
    ZSTD = 50000
    WEBP = 50001
    JPEG_XL = 50002
    DNG_JPEG_XL = 52546


class Extra(IntEnum):
    """What a sample beside the colours is."""

    UNSPECIFIED = 0
    ASSOCIATED = 1
    """Alpha that the colours were multiplied with."""
    UNASSOCIATED = 2
