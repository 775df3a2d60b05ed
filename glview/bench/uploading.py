"""Tiles into the atlas, through residency and renderer."""

import contextlib
import time
from collections.abc import Iterator, Sequence

from glview import texels
from glview.atlas import AtlasLayout, plan_layout
from glview.bench import names
from glview.bench.decoding import GUTTER, full_tiles
from glview.bench.rows import Row
from glview.bench.settings import Settings
from glview.bench.subject import Subject
from glview.errors import TileError
from glview.gl import api as gl
from glview.gl.renderer import Renderer
from glview.intake import UPLOADED_AT_ONCE
from glview.loader import Loaded
from glview.lod import reach_texels
from glview.options import ViewerOptions
from glview.pyramid import Pyramid
from glview.residency import Residency
from glview.sources.base import TileSource


def cases(subject: Subject, settings: Settings, options: ViewerOptions) -> Iterator[Row]:
    """The image's own tiles, in the format that the atlas has for it; in a current context."""
    source = subject.presented()
    tiles = _packed(source, settings.uploads)
    described = source.description
    source.close()
    if not tiles:
        return
    form = texels.texel_format(described)
    shapes = [loaded.texels.shape for loaded in tiles if loaded.texels is not None]
    layout = plan_layout(
        max(shape[2] for shape in shapes) - 2 * GUTTER,
        max(shape[1] for shape in shapes) - 2 * GUTTER,
        gutter=GUTTER,
        bytes_per_texel=form.bytes_per_texel,
        groups=form.groups,
        budget_bytes=options.gpu_bytes,
    )
    tiles = tiles[: layout.capacity]
    renderer = Renderer()
    renderer.configure(layout, form)
    upload_rate(renderer, described.pyramid, layout, tiles)
    rates = tuple(
        upload_rate(renderer, described.pyramid, layout, tiles) for _ in range(settings.repeats)
    )
    renderer.release()
    row = Row(names.UPLOAD, "tiles/s", rates, less_is_better=False)
    mib_s = row.value * layout.slot_bytes / (1 << 20)
    yield Row(names.UPLOAD, "tiles/s", rates, less_is_better=False, note=f"{mib_s:,.0f} MiB/s")


def upload_rate(
    renderer: Renderer, pyramid: Pyramid, layout: AtlasLayout, tiles: Sequence[Loaded]
) -> float:
    """Tiles a second into a renderer that is configured for the layout, waited for.

    Another residency each time; the texture stays as large as it has grown.
    """
    residency = Residency(pyramid, layout, gutter=GUTTER, reach=reach_texels(pyramid))
    renderer.context_shared()
    start = time.perf_counter()
    for first in range(0, len(tiles), UPLOADED_AT_ONCE):
        for loaded in tiles[first : first + UPLOADED_AT_ONCE]:
            residency.admit(loaded, frozenset(), 0.0)
        for upload in residency.uploads():
            renderer.upload(upload.slot, upload.x, upload.y, upload.texels)
    gl.glFinish()
    return len(tiles) / (time.perf_counter() - start)


def _packed(source: TileSource, limit: int) -> list[Loaded]:
    found = []
    for key in full_tiles(source, limit):
        with contextlib.suppress(TileError):
            tile = source.read_tile(key)
            if tile is not None:
                found.append(Loaded(key, texels.pack(tile, source.description, GUTTER)))
    return found
