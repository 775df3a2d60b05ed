"""Why a file is slow to look at, as far as its headers tell (pure)."""

from glview.sources.stored import Layout, StoredImage

_LARGE_PX = 4_000_000
"""Smaller pictures are decoded in the blink of an eye, however they lie in the file."""
_LARGE_TILE_PX = 2_000_000
_THIN_PX = 64
_ONE_THREAD = frozenset({"JPEG 2000", "JPEG XL", "LZMA", "JPEG XR"})
"""Compressions that take more than ten times as long as JPEG or deflate."""


def slow_reasons(stored: StoredImage) -> tuple[str, ...]:
    """A line for each reason, none where a file is laid out well."""
    pixels = stored.width * stored.height
    if pixels < _LARGE_PX:
        return ()
    first = stored.levels[0]
    tile_px = first.level.tile_width * first.level.tile_height
    compression = stored.metadata.get("compression", "")
    found = []
    if first.layout is Layout.WHOLE and compression == "none":
        pass  # it is read in parts, or at once
    elif first.layout is Layout.WHOLE:
        found.append("one piece: all of it is decoded, by one thread, before any of it is seen")
    elif first.layout is Layout.STRIPS:
        rows = first.level.tile_height
        found.append(
            f"strips of {rows} row{'s' * (rows > 1)}: to see a part, rows are decoded in full width"
        )
    elif tile_px >= pixels:
        found.append("one huge tile: all of it is decoded, by one thread, before any of it is seen")
    elif tile_px > _LARGE_TILE_PX:
        size = f"{first.level.tile_width} x {first.level.tile_height}"
        found.append(f"huge tiles ({size}): much is decoded to see a little")
    elif min(first.level.tile_width, first.level.tile_height) < _THIN_PX:
        size = f"{first.level.tile_width} x {first.level.tile_height}"
        found.append(f"tiny tiles ({size}): many are read for one picture")
    if len(stored.levels) == 1:
        found.append("no pyramid: an overview needs every pixel of it")
    if any(compression.startswith(name) for name in _ONE_THREAD):
        found.append(f"{compression} takes long to decode, each tile by one thread")
    return tuple(found)
