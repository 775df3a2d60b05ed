"""The texture that holds the atlas: one array texture, replaced by copying."""

from collections.abc import Sequence
from typing import Any

from numpy.typing import NDArray

from glview.atlas import AtlasLayout, Move, Slot, next_layer_count
from glview.errors import GraphicsError
from glview.gl import api as gl
from glview.gl.state import ATLAS_UNIT, ROW_ALIGNMENT, State
from glview.image import SampleType
from glview.texels import TexelFormat

# (sample type, components): internal format, transfer format, transfer type
_FORMATS = {
    (SampleType.U8, 2): (gl.GL_RG8, gl.GL_RG, gl.GL_UNSIGNED_BYTE),
    (SampleType.U8, 4): (gl.GL_RGBA8, gl.GL_RGBA, gl.GL_UNSIGNED_BYTE),
    (SampleType.U16, 2): (gl.GL_RG16, gl.GL_RG, gl.GL_UNSIGNED_SHORT),
    (SampleType.U16, 4): (gl.GL_RGBA16, gl.GL_RGBA, gl.GL_UNSIGNED_SHORT),
    (SampleType.S16, 2): (gl.GL_RG16, gl.GL_RG, gl.GL_UNSIGNED_SHORT),
    (SampleType.S16, 4): (gl.GL_RGBA16, gl.GL_RGBA, gl.GL_UNSIGNED_SHORT),
    (SampleType.F32, 2): (gl.GL_RG32F, gl.GL_RG, gl.GL_FLOAT),
    (SampleType.F32, 4): (gl.GL_RGBA32F, gl.GL_RGBA, gl.GL_FLOAT),
}


class AtlasTexture:
    """Owner of the atlas texture; used with its context current."""

    def __init__(self, layout: AtlasLayout, texels: TexelFormat, state: State) -> None:
        self._layout = layout
        self.texels = texels
        self._state = state
        self._layers = 0
        self._name = 0

    @property
    def name(self) -> int:
        """The texture's GL name; 0 before the first upload."""
        return self._name

    @property
    def allocated_bytes(self) -> int:
        return self._layers * self._layout.bytes_per_layer

    def upload(self, slot: Slot, x: int, y: int, texels: NDArray[Any]) -> None:
        """Write ``texels`` (groups, h, w, components) at (x, y) of a slot, growing if needed.

        `GpuMemoryError` where it cannot grow: then nothing has changed.
        """
        self._grow(slot.layer + 1)
        _, form, kind = _FORMATS[self.texels.sample_type, self.texels.components]
        groups, height, width, _ = texels.shape
        self._state.texture_to_write(ATLAS_UNIT, gl.GL_TEXTURE_2D_ARRAY, self._name)
        # Only one band of 8 bits, of an odd width, has rows that end elsewhere.
        odd = texels[0, 0].nbytes % ROW_ALIGNMENT != 0
        if odd:
            gl.glPixelStorei(gl.GL_UNPACK_ALIGNMENT, 1)
        # The groups of a slot are neighbouring layers, so one call writes them all.
        gl.glTexSubImage3D(
            gl.GL_TEXTURE_2D_ARRAY,
            0,
            slot.x + x,
            slot.y + y,
            slot.layer * groups,
            width,
            height,
            groups,
            form,
            kind,
            gl.pointer(texels),
        )
        if odd:
            gl.glPixelStorei(gl.GL_UNPACK_ALIGNMENT, ROW_ALIGNMENT)

    def make_room(self, tiles: int) -> None:
        """Have layers for so many tiles at once, rather than grow to them and copy.

        `GpuMemoryError` where it cannot grow: then nothing has changed.
        """
        needed = -(-tiles // self._layout.slots_per_layer)
        self._grow(min(needed, self._layout.max_layers))

    def rearrange(self, layout: AtlasLayout, moves: Sequence[Move]) -> None:
        """Take another layout; ``moves`` are all tiles that stay.

        Where the texture serves, nothing is copied. Else old and new exist together for the time of
        this call; `GpuMemoryError` where that is too much: then nothing has changed.
        """
        if self._layout.is_shaped_like(layout) and self._layers <= layout.max_layers:
            self._layout = layout
            return
        needed = max((move.new.layer + 1 for move in moves), default=0)
        layers = next_layer_count(0, needed, layout.max_layers)
        self._replace(layout, layers, moves, (layout.slot_width, layout.slot_height))

    def serves(self, layout: AtlasLayout, texels: TexelFormat) -> bool:
        """Whether another image's tiles can be written over these, in the texture as it is."""
        alike = self.texels == texels and self._layout.is_shaped_like(layout)
        return alike and 0 < self._layers <= layout.max_layers

    def _grow(self, needed: int) -> None:
        layers = next_layer_count(self._layers, needed, self._layout.max_layers)
        if layers > self._layers:
            whole = [Slot(layer, 0, 0) for layer in range(self._layers)]
            size = self._layout.width, self._layout.height
            self._replace(self._layout, layers, [Move(place, place) for place in whole], size)

    def _replace(
        self, layout: AtlasLayout, layers: int, moves: Sequence[Move], size: tuple[int, int]
    ) -> None:
        """Change to a texture of so many layers, and copy rectangles of this size."""
        old = self._name
        self._name = self._allocate(layout, layers) if layers else 0
        self._layout, self._layers = layout, layers
        if old:
            self._copy(old, moves, size)
            gl.delete(gl.glDeleteTextures, old)
            # A new texture may get the old one's name.
            self._state.forget_textures()

    def _allocate(self, layout: AtlasLayout, layers: int) -> int:
        internal, form, kind = _FORMATS[self.texels.sample_type, self.texels.components]
        name = gl.generate(gl.glGenTextures)
        self._state.texture_to_write(ATLAS_UNIT, gl.GL_TEXTURE_2D_ARRAY, name)
        target = gl.GL_TEXTURE_2D_ARRAY
        gl.glTexParameteri(target, gl.GL_TEXTURE_MIN_FILTER, gl.GL_LINEAR)
        gl.glTexParameteri(target, gl.GL_TEXTURE_MAG_FILTER, gl.GL_LINEAR)
        gl.glTexParameteri(target, gl.GL_TEXTURE_WRAP_S, gl.GL_CLAMP_TO_EDGE)
        gl.glTexParameteri(target, gl.GL_TEXTURE_WRAP_T, gl.GL_CLAMP_TO_EDGE)
        gl.glTexParameteri(target, gl.GL_TEXTURE_MAX_LEVEL, 0)
        if self.texels.components == 2:
            # One value and its validity read as (value, value, value, validity): grey as it is.
            gl.glTexParameteri(target, gl.GL_TEXTURE_SWIZZLE_R, gl.GL_RED)
            gl.glTexParameteri(target, gl.GL_TEXTURE_SWIZZLE_G, gl.GL_RED)
            gl.glTexParameteri(target, gl.GL_TEXTURE_SWIZZLE_B, gl.GL_RED)
            gl.glTexParameteri(target, gl.GL_TEXTURE_SWIZZLE_A, gl.GL_GREEN)
        gl.glTexImage3D(
            target,
            0,
            internal,
            layout.width,
            layout.height,
            layers * layout.groups,
            0,
            form,
            kind,
            None,
        )
        try:
            gl.check_allocation("tiles", layers * layout.bytes_per_layer)
        except GraphicsError:
            gl.delete(gl.glDeleteTextures, name)
            self._state.forget_textures()
            raise
        return name

    def _copy(self, old: int, moves: Sequence[Move], size: tuple[int, int]) -> None:
        """Copy rectangles of the old texture into the new one, which is bound.

        Through a framebuffer: glCopyImageSubData came only with OpenGL 4.3.
        """
        groups = self._layout.groups
        reader = gl.generate(gl.glGenFramebuffers)
        gl.glBindFramebuffer(gl.GL_READ_FRAMEBUFFER, reader)
        attached = -1
        # In the order of the old texture's layers, so that each is attached once.
        for group in range(groups):
            for move in sorted(moves):
                layer = move.old.layer * groups + group
                if layer != attached:
                    gl.glFramebufferTextureLayer(
                        gl.GL_READ_FRAMEBUFFER, gl.GL_COLOR_ATTACHMENT0, old, 0, layer
                    )
                    attached = layer
                gl.glCopyTexSubImage3D(
                    gl.GL_TEXTURE_2D_ARRAY,
                    0,
                    move.new.x,
                    move.new.y,
                    move.new.layer * groups + group,
                    move.old.x,
                    move.old.y,
                    *size,
                )
        gl.glBindFramebuffer(gl.GL_READ_FRAMEBUFFER, 0)
        gl.delete(gl.glDeleteFramebuffers, reader)
        self._state.forget_framebuffer()
        gl.check("copying tiles into another texture")

    def release(self) -> None:
        if self._name:
            gl.delete(gl.glDeleteTextures, self._name)
            self._name, self._layers = 0, 0
            self._state.forget_textures()
