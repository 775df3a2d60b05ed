"""The offscreen picture in which levels are blended, as data, before it becomes light."""

from glview.budgets import composite_bytes
from glview.errors import ContextError
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
    """A layer for each group of bands, with one depth buffer; used with its context current."""

    def __init__(self, width: int, height: int, texels: TexelFormat, state: State) -> None:
        self.width = width
        self.height = height
        self.groups = groups = texels.groups
        internal, kind = _FORMATS[texels.sample_type]
        self.allocated_bytes = composite_bytes(width, height, texels)
        self._state = state
        self.texture = gl.generate(gl.glGenTextures)
        target = gl.GL_TEXTURE_2D_ARRAY
        state.texture_to_write(COMPOSITE_UNIT, target, self.texture)
        gl.glTexParameteri(target, gl.GL_TEXTURE_MIN_FILTER, gl.GL_NEAREST)
        gl.glTexParameteri(target, gl.GL_TEXTURE_MAG_FILTER, gl.GL_NEAREST)
        gl.glTexParameteri(target, gl.GL_TEXTURE_MAX_LEVEL, 0)
        gl.glTexImage3D(target, 0, internal, width, height, groups, 0, gl.GL_RGBA, kind, None)
        self._depth = gl.generate(gl.glGenRenderbuffers)
        gl.glBindRenderbuffer(gl.GL_RENDERBUFFER, self._depth)
        gl.glRenderbufferStorage(gl.GL_RENDERBUFFER, gl.GL_DEPTH_COMPONENT24, width, height)
        self.framebuffers = tuple(self._framebuffer(group) for group in range(groups))

    def _framebuffer(self, group: int) -> int:
        name = gl.generate(gl.glGenFramebuffers)
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
        return name

    def release(self) -> None:
        for name in self.framebuffers:
            gl.delete(gl.glDeleteFramebuffers, name)
        gl.delete(gl.glDeleteRenderbuffers, self._depth)
        gl.delete(gl.glDeleteTextures, self.texture)
        self._state.forget_textures()
        self._state.forget_framebuffer()
