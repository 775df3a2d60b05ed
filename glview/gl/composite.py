"""The offscreen picture in which levels are blended, as data, before it becomes light."""

from glview.budgets import composite_bytes
from glview.errors import ContextError, GlviewError
from glview.gl import api as gl
from glview.gl.state import COMPOSITE_UNIT, State
from glview.image import SampleType
from glview.texels import TexelFormat

# Wide enough to blend without losing a step of the sample type: a half float holds all 256 values
# of 8-bit samples, but merges up to 32 neighbouring values of 16-bit ones.
_FORMATS = {
    SampleType.U8: (gl.GL_RGBA16F, gl.GL_FLOAT),
    SampleType.U16: (gl.GL_RGBA16, gl.GL_UNSIGNED_SHORT),
    SampleType.S16: (gl.GL_RGBA16, gl.GL_UNSIGNED_SHORT),
    SampleType.F32: (gl.GL_RGBA32F, gl.GL_FLOAT),
}


class Composite:
    """A layer for each group of bands, with one depth buffer; used with its context current.

    `GpuMemoryError` where the driver has no room for it: then nothing is left of it.
    """

    def __init__(self, width: int, height: int, texels: TexelFormat, state: State) -> None:
        self.width = width
        self.height = height
        self.groups = texels.groups
        self.allocated_bytes = composite_bytes(width, height, texels)
        self._state = state
        self.texture = gl.generate(gl.glGenTextures)
        self._depth = gl.generate(gl.glGenRenderbuffers)
        self.framebuffers: list[int] = []
        try:
            self._allocate(*_FORMATS[texels.sample_type])
            for group in range(self.groups):
                self._add_framebuffer(group)
        except GlviewError:
            self.release()
            raise

    def _allocate(self, internal: int, kind: int) -> None:
        width, height, target = self.width, self.height, gl.GL_TEXTURE_2D_ARRAY
        self._state.texture_to_write(COMPOSITE_UNIT, target, self.texture)
        gl.glTexParameteri(target, gl.GL_TEXTURE_MIN_FILTER, gl.GL_NEAREST)
        gl.glTexParameteri(target, gl.GL_TEXTURE_MAG_FILTER, gl.GL_NEAREST)
        gl.glTexParameteri(target, gl.GL_TEXTURE_MAX_LEVEL, 0)
        gl.glTexImage3D(target, 0, internal, width, height, self.groups, 0, gl.GL_RGBA, kind, None)
        gl.glBindRenderbuffer(gl.GL_RENDERBUFFER, self._depth)
        gl.glRenderbufferStorage(gl.GL_RENDERBUFFER, gl.GL_DEPTH_COMPONENT24, width, height)
        gl.check_allocation(f"a picture of {width}x{height} pixels", self.allocated_bytes)

    def _add_framebuffer(self, group: int) -> None:
        name = gl.generate(gl.glGenFramebuffers)
        self.framebuffers.append(name)
        self._state.framebuffer(name, self.width, self.height)
        gl.glFramebufferTextureLayer(
            gl.GL_FRAMEBUFFER, gl.GL_COLOR_ATTACHMENT0, self.texture, 0, group
        )
        gl.glFramebufferRenderbuffer(
            gl.GL_FRAMEBUFFER, gl.GL_DEPTH_ATTACHMENT, gl.GL_RENDERBUFFER, self._depth
        )
        status = gl.glCheckFramebufferStatus(gl.GL_FRAMEBUFFER)
        if status != gl.GL_FRAMEBUFFER_COMPLETE:
            raise ContextError(f"the driver refuses a composite framebuffer (0x{status:x})")

    def release(self) -> None:
        for name in self.framebuffers:
            gl.delete(gl.glDeleteFramebuffers, name)
        gl.delete(gl.glDeleteRenderbuffers, self._depth)
        gl.delete(gl.glDeleteTextures, self.texture)
        self._state.forget_textures()
        self._state.forget_framebuffer()
