"""Tiles into the atlas, through residency and renderer, and the bare upload of the same bytes."""

import time
from collections.abc import Iterator

import numpy as np

from glview.atlas import AtlasLayout, plan_layout
from glview.bench.decoding import GUTTER
from glview.bench.rows import Row, in_turns
from glview.bench.uploading import upload_rate
from glview.canvases.egl import EglContext
from glview.gl import api as gl
from glview.gl.renderer import Renderer
from glview.image import SampleType
from glview.loader import Loaded
from glview.pyramid import Pyramid, TileKey
from glview.sources.synthetic import SyntheticOptions, halving_pyramid
from glview.texels import TexelFormat

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
        return (upload_rate(renderer, pyramid, layout, tiles),)

    def theirs() -> tuple[float]:
        return (bare.run(tiles),)

    turns = in_turns(ours, theirs, repeats)
    bare.release()
    renderer.release()
    name = "overlap 1" if overlap else "gutters patched"
    return Row(f"upload, 256 px RGBA, {name}", "tiles/s", *turns.column(0), less_is_better=False)


def _tiles(layout: AtlasLayout, side: int) -> list[Loaded]:
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
