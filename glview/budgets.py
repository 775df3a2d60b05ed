"""Who gets how much of a viewer's two budgets (pure)."""

from glview.atlas import SHARE_OF_BUDGET
from glview.image import SampleType
from glview.texels import TexelFormat

COMPOSITE_TEXEL_BYTES = {
    SampleType.U8: 8,
    SampleType.U16: 8,
    SampleType.S16: 8,
    SampleType.F32: 16,
}
"""Of a pixel of the composite, for each group of bands (`glview.gl.composite` has the formats)."""
DEPTH_BYTES = 4
LEAST_SLOTS = 8
"""The atlas is never smaller: room for four tiles that meet in the middle of the picture, and for
as many of the overview. Below, a budget would be kept at the price of a picture."""


def composite_bytes(width_px: int, height_px: int, texels: TexelFormat) -> int:
    """What the composite of a cross-fade takes, its depth buffer included."""
    pixel_bytes = COMPOSITE_TEXEL_BYTES[texels.sample_type] * texels.groups + DEPTH_BYTES
    return width_px * height_px * pixel_bytes


def atlas_bytes(gpu_bytes: int, composite: int, slot_bytes: int) -> int:
    """What the composite leaves to the atlas, old and new texture together while it grows.

    Always enough for `LEAST_SLOTS`: a budget that has no room for them is overrun by that much.
    """
    return max(gpu_bytes - composite, -int(-LEAST_SLOTS * slot_bytes // SHARE_OF_BUDGET))


_ROWS, _SPLIT, _DERIVED = 4, 2, 1
"""Sixteenths of the host's bytes that a source's caches may take, which stack: libvips keeps rows
of stored tiles so that it need not decode them for each of its regions, a split tile is kept for
the others cut from it, and a derived one for the coarser that are made of it. Less than half in
all: what was read once is worth more as a tile that is ready to be uploaded."""
MOST_ROW_BYTES, MOST_SPLIT_BYTES, MOST_DERIVED_BYTES = 64 << 20, 32 << 20, 16 << 20
"""More is of no use: rows in sight, tiles at the workers, the coarse levels of any image."""


def source_cache_bytes(host_bytes: int) -> int:
    """What the caches of a source may take in all."""
    return host_bytes * (_ROWS + _SPLIT + _DERIVED) // 16


def derived_part(source_bytes: int) -> int:
    """Of a source's bytes those for derived tiles; the rest is for the source below."""
    return source_bytes * _DERIVED // (_ROWS + _SPLIT + _DERIVED)


def split_part(below_bytes: int) -> int:
    """Of what derived tiles leave, the bytes for tiles that are split; the rest is for rows."""
    return below_bytes * _SPLIT // (_ROWS + _SPLIT)


def row_bytes(host_bytes: int) -> int:
    """What rows of stored tiles may take, for a source that is not bounded by one above it yet."""
    return min(host_bytes * _ROWS // 16, MOST_ROW_BYTES)


def incoming_bytes(host_bytes: int) -> int:
    """What an image takes of the host that is made ready behind another: a screenful of tiles."""
    return host_bytes // 4


def ahead_bytes(host_bytes: int) -> int:
    """What a plane takes of the host that is made ready beside the one shown: of two at most."""
    return host_bytes // 8


def staging_bytes(left_bytes: int, slot_bytes: int) -> int:
    """What finished tiles may take that wait for their upload, of what the source leaves.

    At least one tile, which an image that fills the budget alone overruns it by.
    """
    return max(left_bytes // 4, slot_bytes)


def spare_bytes(staging_bytes: int) -> int:
    """Of what may wait, the memory that tiles have left and others are decoded into.

    As much as tiles take that a frame uploads, or they would be decoded into fresh pages.
    """
    return staging_bytes // 4


def slots_for_strips(left_bytes: int, strip_bytes: int, tiles: int) -> int | None:
    """How many tiles may be resident for their edge strips' sake; None: any number.

    ``strip_bytes`` are those of one tile, ``tiles`` is how many of the image's tiles have any.
    """
    most = max(left_bytes // 4 // strip_bytes, LEAST_SLOTS)
    return most if tiles > most else None
