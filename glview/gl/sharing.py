"""A context that a toolkit prepares for each paint, and others may draw in: what to set anew.

Qt gives each QOpenGLWidget a context of its own and composes the window in another one. In the
widget's context it

* binds its framebuffer and sets the viewport before each paint;
* unbinds program and array buffer and switches blending on before each paint, from Qt 6.7 on
  (``QOpenGLWidgetPrivate::render``);
* makes its framebuffers, and textures for them, anew when the widget's size changes;
* changes nothing else, whether the window is composed, grabbed, hidden, or another widget draws.

Found by comparing all of the context's state at the end of each paint with that at the beginning of
the next, with Qt 6.6.3, 6.7.3 and 6.12.0, and by tracing Qt's calls in the last.
"""

import logging

from glview.gl import api as gl
from glview.gl.renderer import Renderer
from glview.gl.state import OFF, UNPACK_ZERO

log = logging.getLogger("glview")

WATCHED_PAINTS = 3
"""So many paints of a context, and after each change of size, are watched. What a toolkit does
before each paint shows in the second. Not more, for watching takes 0.15 ms and 78 calls a paint."""

_WATCHED = (
    *OFF,
    *UNPACK_ZERO,
    gl.GL_ACTIVE_TEXTURE,
    gl.GL_BLEND_DST_ALPHA,
    gl.GL_BLEND_DST_RGB,
    gl.GL_BLEND_EQUATION_ALPHA,
    gl.GL_BLEND_EQUATION_RGB,
    gl.GL_BLEND_SRC_ALPHA,
    gl.GL_BLEND_SRC_RGB,
    gl.GL_COLOR_CLEAR_VALUE,
    gl.GL_COLOR_WRITEMASK,
    gl.GL_DEPTH_CLEAR_VALUE,
    gl.GL_DEPTH_FUNC,
    gl.GL_DEPTH_RANGE,
    gl.GL_DEPTH_TEST,
    gl.GL_DEPTH_WRITEMASK,
    gl.GL_PIXEL_UNPACK_BUFFER_BINDING,
    gl.GL_POLYGON_MODE,
    gl.GL_SAMPLER_BINDING,
    gl.GL_TEXTURE_BINDING_2D,
    gl.GL_TEXTURE_BINDING_2D_ARRAY,
    gl.GL_TEXTURE_BINDING_BUFFER,
    gl.GL_UNIFORM_BUFFER_BINDING,
    gl.GL_UNPACK_ALIGNMENT,
    gl.GL_VERTEX_ARRAY_BINDING,
)
"""All that drawing relies on and a toolkit is not known to change."""


class Sharing:
    """Decides before each paint what of a context's state is set anew.

    Usually the little that a toolkit is known to change; everything where somebody said so (`told`)
    and, from then on, where the first paints show that more is changed: by another version of the
    toolkit, or by a program that draws in each paint and did not say so. Used with the context
    current.
    """

    def __init__(self, renderer: Renderer) -> None:
        self._renderer = renderer
        self._always = False
        self._told = True
        self._to_watch = WATCHED_PAINTS
        self._left: list[tuple[int, ...]] | None = None

    def told(self) -> None:
        """Others have drawn in the context, or an error ended a paint in the middle."""
        self._told = True
        self._left = None

    def resized(self) -> None:
        """The toolkit has made framebuffers of another size."""
        self.told()
        self._to_watch = WATCHED_PAINTS

    def begin(self) -> None:
        """Before a paint."""
        if self._left is not None and self._left != _state():
            log.info("others change the OpenGL state between paints: each sets all of it anew")
            self._always = True
        if self._always or self._told:
            self._renderer.context_shared()
        else:
            self._renderer.prepared_by_toolkit()
        self._told = False
        self._left = None

    def end(self) -> None:
        """After it."""
        if self._to_watch and not self._always:
            self._to_watch -= 1
            self._left = _state()


def _state() -> list[tuple[int, ...]]:
    """The values of what is watched."""
    return [gl.integers(name) for name in _WATCHED]
