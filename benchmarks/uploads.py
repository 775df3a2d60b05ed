"""Tiles into the atlas, through residency and renderer, and the bare upload of the same bytes."""

import time
from collections.abc import Iterator

import numpy as np

from benchmarks.rows import Row, in_turns
from glview.atlas import AtlasLayout, plan_layout
from glview.canvases.egl import EglContext
from glview.gl import api as gl
from glview.gl.renderer import Renderer
from glview.image import SampleType
from glview.loader import Loaded
from glview.lod import reach_texels
from glview.pyramid import Pyramid
from glview.residency import Residency
from glview.sources.synthetic import SyntheticOptions, halving_pyramid
from glview.texels import TexelFormat

GUTTER = 4
FORMAT = TexelFormat(SampleType.U8, 4, 1)


def cases(*, quick: bool) -> Iterator[Row]:
    """With overlap in the file, and without: then gutters are patched from neighbours."""
    repeats, side = (3, 8) if quick else (9, 14)
    context = EglContext()
    with context:
        for overlap in (1, 0):
            options = SyntheticOptions(overlap=overlap)
            pyramid = halving_pyramid(256 * side, 256 * side, options)
            yield _case(pyramid, overlap, side, repeats)
    context.close()


def _case(pyramid: Pyramid, overlap: int, side: int, repeats: int) -> Row:
    layout = plan_layout(
        256, 256, gutter=GUTTER, bytes_per_texel=4, groups=1, budget_bytes=256 << 20
    )
    tiles = _tiles(layout, side)
    renderer = Renderer()
    renderer.configure(layout, FORMAT)
    bare = _BareUpload(layout, len(tiles))

    def ours() -> tuple[float]:
        # Another residency each time; the texture stays as large as it has grown.
        residency = Residency(pyramid, layout, gutter=GUTTER, reach=reach_texels(pyramid))
        renderer.context_shared()
        start = time.perf_counter()
        for loaded in tiles:
            for upload in residency.admit(loaded, frozenset(), 0.0):
                renderer.upload(upload.slot, upload.x, upload.y, upload.texels)
        gl.glFinish()
        return (len(tiles) / (time.perf_counter() - start),)

    def theirs() -> tuple[float]:
        return (bare.run(tiles),)

    turns = in_turns(ours, theirs, repeats)
    bare.release()
    renderer.release()
    name = "overlap 1" if overlap else "gutters patched"
    return Row(f"upload, 256 px RGBA, {name}", "tiles/s", *turns.column(0), less_is_better=False)


def _tiles(layout: AtlasLayout, side: int) -> list[Loaded]:
    from glview.pyramid import TileKey

    shape = (1, layout.slot_height, layout.slot_width, 4)
    noise = np.random.default_rng(0)
    return [
        Loaded(TileKey(0, column, row), noise.integers(0, 256, shape, np.uint8))
        for row in range(side)
        for column in range(side)
    ]


class _BareUpload:
    """glTexSubImage3D of each tile into a texture that is there already."""

    def __init__(self, layout: AtlasLayout, count: int) -> None:
        self._layout = layout
        self._name = gl.generate(gl.glGenTextures)
        gl.glBindTexture(gl.GL_TEXTURE_2D_ARRAY, self._name)
        layers = -(-count // layout.slots_per_layer)
        gl.glTexParameteri(gl.GL_TEXTURE_2D_ARRAY, gl.GL_TEXTURE_MAX_LEVEL, 0)
        gl.glTexImage3D(
            gl.GL_TEXTURE_2D_ARRAY,
            0,
            gl.GL_RGBA8,
            layout.width,
            layout.height,
            layers,
            0,
            gl.GL_RGBA,
            gl.GL_UNSIGNED_BYTE,
            None,
        )

    def run(self, tiles: list[Loaded]) -> float:
        """Tiles a second."""
        gl.glPixelStorei(gl.GL_UNPACK_ALIGNMENT, 1)
        gl.glBindTexture(gl.GL_TEXTURE_2D_ARRAY, self._name)
        layout = self._layout
        start = time.perf_counter()
        for index, loaded in enumerate(tiles):
            assert loaded.texels is not None
            slot = layout.slot(index)
            gl.glTexSubImage3D(
                gl.GL_TEXTURE_2D_ARRAY,
                0,
                slot.x,
                slot.y,
                slot.layer,
                layout.slot_width,
                layout.slot_height,
                1,
                gl.GL_RGBA,
                gl.GL_UNSIGNED_BYTE,
                gl.pointer(loaded.texels),
            )
        gl.glFinish()
        return len(tiles) / (time.perf_counter() - start)

    def release(self) -> None:
        gl.delete(gl.glDeleteTextures, self._name)
