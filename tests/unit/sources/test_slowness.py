from types import MappingProxyType

import pytest

from glview.pyramid import Level
from glview.sources.slowness import slow_reasons
from glview.sources.stored import Layout, StoredImage, StoredLevel, StoredSamples

ONE_PIECE = "one piece: all of it is decoded, by one thread, before any of it is seen"
ONE_TILE = "one huge tile: all of it is decoded, by one thread, before any of it is seen"
NO_PYRAMID = "no pyramid: an overview needs every pixel of it"


def stored(
    layout: Layout, tile: tuple[int, int], *, side_px: int = 4096, levels: int = 2, how: str = "LZW"
) -> StoredImage:
    level = Level(side_px, side_px, 1.0, 1.0, tile_width=tile[0], tile_height=tile[1])
    return StoredImage(
        "a.tif", "TIFF", side_px, side_px, StoredSamples("grey", "uint8", 1),
        (StoredLevel(level, layout),) * levels, metadata=MappingProxyType({"compression": how}),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("image", "reasons"),
    [
        (stored(Layout.TILES, (256, 256)), ()),
        (stored(Layout.TILES, (256, 256), levels=1), (NO_PYRAMID,)),
        (stored(Layout.WHOLE, (4096, 4096), levels=1), (ONE_PIECE, NO_PYRAMID)),
        (stored(Layout.WHOLE, (4096, 4096), levels=1, how="none"), (NO_PYRAMID,)),
        (stored(Layout.WHOLE, (900, 900), side_px=900, levels=1), ()),
        (stored(Layout.TILES, (4096, 4096)), (ONE_TILE,)),
        (
            stored(Layout.STRIPS, (4096, 1)),
            ("strips of 1 row: to see a part, rows are decoded in full width",),
        ),
        (
            stored(Layout.TILES, (2048, 2048)),
            ("huge tiles (2048 x 2048): much is decoded to see a little",),
        ),
        (
            stored(Layout.TILES, (32, 32)),
            ("tiny tiles (32 x 32): many are read for one picture",),
        ),
        (
            stored(Layout.TILES, (256, 256), how="JPEG 2000 (Aperio RGB)"),
            ("JPEG 2000 (Aperio RGB) takes long to decode, each tile by one thread",),
        ),
    ],
)  # fmt: skip
def test_a_file_says_why_it_is_slow(image: StoredImage, reasons: tuple[str, ...]) -> None:
    assert slow_reasons(image) == reasons
