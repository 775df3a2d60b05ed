"""What stands on the picture: panels, marks of unreadable tiles, borders, the pixel grid."""

from collections.abc import Sequence

from glview.frame import Clip, Mark, Outline, Panel, PixelGrid, Target
from glview.gl import api as gl
from glview.gl.flat_texture import drop_texture, flat_texture
from glview.gl.outlines import OutlineBuffer
from glview.gl.pixel_grid import PixelGridLayer
from glview.gl.program import Program
from glview.gl.state import PANEL_UNIT, State

PREMULTIPLIED = (gl.GL_ONE, gl.GL_ONE_MINUS_SRC_ALPHA)


class Overlay:
    """Draws over a finished picture; made at the first need, used with its context current."""

    def __init__(self, state: State, vertex_array: int) -> None:
        """``vertex_array`` is an empty one, to draw with."""
        self._state = state
        self._vertex_array = vertex_array
        self._panel = Program("overlay.vert", "panel.frag")
        self._hatch = Program("overlay.vert", "hatch.frag")
        state.program(self._panel.name)
        gl.glUniform1i(self._panel.location("panel"), PANEL_UNIT)
        self._textures: dict[Panel, int] = {}
        self._outlines: OutlineBuffer | None = None
        self._grid: PixelGridLayer | None = None

    def draw_marks(self, marks: Sequence[Mark], target: Target) -> None:
        """Hatch each place."""
        self._begin(self._hatch, target)
        for mark in marks:
            edges = (*mark.across, *mark.down)
            self._rectangle(self._hatch, tuple(mark.corner), edges)
        gl.check("marking unreadable tiles")

    def draw_outlines(
        self, outlines: Sequence[Outline], target: Target, line_px: int, clip: Clip | None
    ) -> None:
        """Draw the borders in their order, nothing of them beside ``clip``."""
        if self._outlines is None:
            self._outlines = OutlineBuffer(self._state)
        self._state.framebuffer(target.framebuffer, target.width, target.height)
        self._state.depth_test(False)
        self._state.blend(PREMULTIPLIED)
        self._outlines.draw(outlines, (target.width, target.height), line_px, clip)
        gl.check("drawing borders")

    def draw_pixel_grid(self, grid: PixelGrid, target: Target) -> None:
        """Lines between image pixels, and their values."""
        if self._grid is None:
            self._grid = PixelGridLayer(self._state, self._vertex_array)
        self._state.framebuffer(target.framebuffer, target.width, target.height)
        self._state.depth_test(False)
        self._state.blend(PREMULTIPLIED)
        self._grid.draw(grid, target)
        gl.check("drawing the pixel grid")

    def draw_panels(self, panels: Sequence[Panel], target: Target) -> None:
        """Each panel, one texel a device pixel; textures live as long as their panel is drawn."""
        for panel in [panel for panel in self._textures if panel not in panels]:
            drop_texture(self._state, self._textures.pop(panel))
        if not panels:
            return
        self._begin(self._panel, target)
        for panel in panels:
            height, width = panel.pixels.shape[:2]
            self._bind(panel)
            self._rectangle(
                self._panel, (float(panel.x), float(panel.y)), (width, 0.0, 0.0, height)
            )
        gl.check("drawing panels")

    def _begin(self, program: Program, target: Target) -> None:
        state = self._state
        state.framebuffer(target.framebuffer, target.width, target.height)
        state.program(program.name)
        state.vertex_array(self._vertex_array)
        state.depth_test(False)
        state.blend(PREMULTIPLIED)
        gl.glUniform2f(program.location("target_size"), target.width, target.height)

    def _rectangle(
        self, program: Program, place: tuple[float, ...], edges: tuple[float, ...]
    ) -> None:
        gl.glUniform2f(program.location("place"), *place)
        gl.glUniform4f(program.location("edges"), *edges)
        gl.glDrawArrays(gl.GL_TRIANGLE_STRIP, 0, 4)

    def _bind(self, panel: Panel) -> None:
        name = self._textures.get(panel)
        if name is not None:
            self._state.texture(PANEL_UNIT, gl.GL_TEXTURE_2D, name)
            return
        self._textures[panel] = flat_texture(
            self._state, PANEL_UNIT, panel.pixels, gl.GL_RGBA8, gl.GL_RGBA, "a panel"
        )

    def release(self) -> None:
        self._panel.release()
        self._hatch.release()
        if self._outlines is not None:
            self._outlines.release()
        if self._grid is not None:
            self._grid.release()
        for name in self._textures.values():
            gl.delete(gl.glDeleteTextures, name)
        self._textures.clear()
