"""The context state that drawing relies on, set only where it differs."""

from glview.gl import api as gl

_UNITS = range(8, 16)
(
    COLOR_TABLE_UNIT,
    COLORMAP_UNIT,
    CODES_UNIT,
    GLYPHS_UNIT,
    ATLAS_UNIT,
    COMPOSITE_UNIT,
    PANEL_UNIT,
    INSTANCE_UNIT,
) = _UNITS
"""The last of the 16 texture units that every OpenGL 3.3 has in each stage: a QPainter, or whoever
else draws in the context, begins at 0."""
ROW_ALIGNMENT = 4
"""Rows of texels that are uploaded begin at multiples of so many bytes."""
UNPACK_ZERO = (
    gl.GL_UNPACK_SWAP_BYTES,
    gl.GL_UNPACK_ROW_LENGTH,
    gl.GL_UNPACK_IMAGE_HEIGHT,
    gl.GL_UNPACK_SKIP_ROWS,
    gl.GL_UNPACK_SKIP_PIXELS,
    gl.GL_UNPACK_SKIP_IMAGES,
)
OFF = (
    gl.GL_CULL_FACE,
    gl.GL_SCISSOR_TEST,
    gl.GL_STENCIL_TEST,
    gl.GL_RASTERIZER_DISCARD,
    gl.GL_FRAMEBUFFER_SRGB,
    gl.GL_SAMPLE_ALPHA_TO_COVERAGE,
    gl.GL_PRIMITIVE_RESTART,
    gl.GL_COLOR_LOGIC_OP,
    gl.GL_POLYGON_OFFSET_FILL,
    gl.GL_SAMPLE_COVERAGE,
)


class State:
    """Remembers what was set last, so that a resident frame needs few calls.

    Whoever lets other code use the context says which of it may have been changed: all (`forget`),
    or what a toolkit sets before each paint (`forget_prepared`). The next frame sets that anew.
    """

    def __init__(self) -> None:
        self._known: dict[str, object] = {}

    def forget(self) -> None:
        """Assume nothing, and set what never changes between our own draws."""
        gl.take_errors()  # what others have left: no mistake of ours
        self._known.clear()
        for capability in OFF:
            gl.glDisable(capability)
        gl.glPolygonMode(gl.GL_FRONT_AND_BACK, gl.GL_FILL)
        gl.glDepthRange(0.0, 1.0)
        for unit in _UNITS:
            gl.glBindSampler(unit, 0)
        gl.glColorMask(True, True, True, True)
        gl.glDepthMask(True)
        gl.glDepthFunc(gl.GL_LESS)
        gl.glClearDepth(1.0)

    def _new(self, what: str, value: object) -> bool:
        if self._known.get(what) == value:
            return False
        self._known[what] = value
        return True

    def framebuffer(self, name: int, width: int, height: int) -> None:
        if self._new("framebuffer", name):
            gl.glBindFramebuffer(gl.GL_FRAMEBUFFER, name)
        if self._new("viewport", (width, height)):
            gl.glViewport(0, 0, width, height)

    def forget_framebuffer(self) -> None:
        """A framebuffer was bound, or the viewport set, past this class."""
        self._known.pop("framebuffer", None)
        self._known.pop("viewport", None)

    def forget_prepared(self) -> None:
        """A framebuffer, a viewport, a program, and whether to blend were set past this class."""
        self.forget_framebuffer()
        self._known.pop("program", None)
        self._known.pop("blend", None)

    def program(self, name: int) -> None:
        if self._new("program", name):
            gl.glUseProgram(name)

    def vertex_array(self, name: int) -> None:
        if self._new("vertex_array", name):
            gl.glBindVertexArray(name)

    def uniform_buffer(self, name: int) -> None:
        if self._new("uniform_buffer", name):
            gl.glBindBufferBase(gl.GL_UNIFORM_BUFFER, 0, name)

    def instance_buffer(self, name: int) -> None:
        if self._new("instance_buffer", name):
            gl.glBindBuffer(gl.GL_TEXTURE_BUFFER, name)

    def texture(self, unit: int, kind: int, name: int) -> None:
        """A texture to sample from."""
        if self._known.get(f"texture {unit}") != (kind, name):
            self._bind(unit, kind, name)

    def texture_to_write(self, unit: int, kind: int, name: int) -> None:
        """A texture to set or fill: its unit must be the active one, too."""
        if self._new("unpack", True):
            gl.glBindBuffer(gl.GL_PIXEL_UNPACK_BUFFER, 0)
            # Where it is at first, and Qt, which paints letters in this context, leaves it.
            gl.glPixelStorei(gl.GL_UNPACK_ALIGNMENT, ROW_ALIGNMENT)
            for setting in UNPACK_ZERO:
                gl.glPixelStorei(setting, 0)
        self._bind(unit, kind, name)

    def _bind(self, unit: int, kind: int, name: int) -> None:
        if self._new("unit", unit):
            gl.glActiveTexture(gl.GL_TEXTURE0 + unit)
        if self._new(f"texture {unit}", (kind, name)):
            gl.glBindTexture(kind, name)

    def forget_textures(self) -> None:
        """Names were deleted or bound past this class."""
        for what in [what for what in self._known if what.startswith("texture ")]:
            del self._known[what]

    def depth_test(self, on: bool) -> None:
        if self._new("depth", on):
            (gl.glEnable if on else gl.glDisable)(gl.GL_DEPTH_TEST)

    def blend(self, factors: tuple[int, int] | None) -> None:
        """Blend factors for source and destination, or None for no blending."""
        if self._new("blend", factors is not None):
            (gl.glEnable if factors else gl.glDisable)(gl.GL_BLEND)
        if factors is not None and self._new("factors", factors):
            gl.glBlendEquationSeparate(gl.GL_FUNC_ADD, gl.GL_FUNC_ADD)
            gl.glBlendFunc(*factors)

    def clear_color(self, color: tuple[float, float, float, float]) -> None:
        if self._new("clear", color):
            gl.glClearColor(*color)
