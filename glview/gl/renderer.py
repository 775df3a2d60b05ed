"""Frames to pixels: draws into the target it is given, with a context somebody made current."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glview.atlas import AtlasLayout, Move, Slot
from glview.display import FULL_RANGE, PRIMARIES, WHITE, Display, Magnification
from glview.errors import GpuMemoryError
from glview.frame import Clip, Frame, Mark, Outline, Panel, PixelGrid, Scene, Target
from glview.gl import api as gl
from glview.gl.atlas_texture import AtlasTexture
from glview.gl.composite import Composite
from glview.gl.instance_buffer import InstanceBuffer
from glview.gl.offscreen_target import OffscreenTarget
from glview.gl.overlay import Overlay
from glview.gl.program import Program
from glview.gl.state import ATLAS_UNIT, COMPOSITE_UNIT, INSTANCE_UNIT, State
from glview.gl.uniforms import view_block
from glview.pyramid import MAX_LEVELS, Reduction
from glview.texels import MAX_GROUPS, TexelFormat

BLEND_BY_SECOND_COLOR = (gl.GL_ONE, gl.GL_ONE_MINUS_SRC1_COLOR)
"""dst = src + dst * (1 - weight), with src premultiplied by the weight in the shader."""


class Renderer:
    """Draws frames from an atlas of uploaded tiles.

    Made, used and released with its context current, on the thread that owns the context.
    """

    def __init__(self) -> None:
        self._state = State()
        self._state.forget()
        self._programs: dict[tuple[str, ...], Program] = {}
        self._view_buffer = gl.generate(gl.glGenBuffers)
        # Empty, and the only one: vertices are numbers here, or come from a texture.
        self._vertex_array = gl.generate(gl.glGenVertexArrays)
        self._instances = InstanceBuffer(self._state)
        self._atlas: AtlasTexture | None = None
        self._composite: Composite | None = None
        self._refused: tuple[tuple[int, int], GpuMemoryError] | None = None
        self._overlay: Overlay | None = None
        self._checked: object = None
        gl.check("making a renderer")

    @property
    def atlas_bytes(self) -> int:
        """GPU memory of the atlas as it is allocated now."""
        return self._atlas.allocated_bytes if self._atlas else 0

    @property
    def composite_bytes(self) -> int:
        """GPU memory of the composite, 0 while there is none."""
        return self._composite.allocated_bytes if self._composite else 0

    def configure(self, layout: AtlasLayout, texels: TexelFormat) -> None:
        """Start an empty atlas for another image."""
        if texels.groups > MAX_GROUPS:
            raise ValueError(f"{texels.groups} groups of bands; at most {MAX_GROUPS}")
        if self._atlas:
            self._atlas.release()
        self._drop_composite()
        self._atlas = AtlasTexture(layout, texels, self._state)

    def reserve_composite(self, width_px: int, height_px: int) -> None:
        """Allocate the composite of a target of this size, in which levels are blended.

        `GpuMemoryError` if it is refused; it is not asked for again before the size is another.
        """
        if self._atlas is None:
            raise ValueError("no atlas is configured")
        self._fit_composite(width_px, height_px)
        self._composite_made(width_px, height_px, self._atlas.texels)

    def prepare(self, scene: Scene, display: Display) -> bool:
        """Link one program more of those that pictures of a scene take; False if none was missing.

        Linked in the frame that first needs it, it would be a stall in the middle of a zoom: 2 to
        7 ms on llvmpipe, without what its first draw compiles.
        """
        for program in _programs_of(scene, display):
            if program not in self._programs:
                self._program(*program)
                return True
        made = self._overlay is None
        self._overlay_made()
        return made

    def upload(self, slot: Slot, x: int, y: int, texels: NDArray[Any]) -> None:
        """Write texels (groups, h, w, components) at (x, y) of a slot, gutter included."""
        if self._atlas is None:
            raise ValueError("no atlas is configured")
        self._atlas.upload(slot, x, y, texels)

    def rearrange(self, layout: AtlasLayout, moves: Sequence[Move]) -> None:
        """Change to another layout of the atlas; ``moves`` are all tiles that stay."""
        if self._atlas is None:
            raise ValueError("no atlas is configured")
        # Made anew in the size of the next target: the atlas may count with the room.
        self._drop_composite()
        self._atlas.rearrange(layout, moves)

    def target_rebound(self) -> None:
        """A framebuffer may have been bound or resized by others, and nothing else was touched."""
        self._state.forget_framebuffer()

    def prepared_by_toolkit(self) -> None:
        """A toolkit made the context ready to paint, as `glview.gl.sharing` says."""
        self._state.forget_prepared()

    def context_shared(self) -> None:
        """Other code has drawn in the context: assume nothing of its state."""
        self._state.forget()
        self._checked = None

    def clear(self, target: Target, color: tuple[float, float, float]) -> None:
        """Fill the target where there is no image to draw."""
        self._state.framebuffer(target.framebuffer, target.width, target.height)
        self._state.clear_color((*color, 1.0))
        gl.glClear(gl.GL_COLOR_BUFFER_BIT)
        gl.check(f"clearing a target of {target.width}x{target.height} pixels")

    def draw(self, frame: Frame, target: Target) -> None:
        """One picture, opaque, into the whole target.

        `GraphicsError` if anything went wrong since the last check. Without memory for a composite
        there is no cross-fade; `GpuMemoryError` where the picture cannot be made without it.
        """
        if len(frame.scene.pyramid.levels) > MAX_LEVELS:
            raise ValueError(f"{len(frame.scene.pyramid.levels)} levels; at most {MAX_LEVELS}")
        self._fit_composite(target.width, target.height)
        self._upload_view(frame)
        self._instances.upload(frame.instances)
        self._instances.bind()
        self._state.vertex_array(self._vertex_array)
        if self._atlas is not None and self._atlas.name:
            self._state.texture(ATLAS_UNIT, gl.GL_TEXTURE_2D_ARRAY, self._atlas.name)
        if frame.blending or frame.scene.texels.groups > 1 or not target.depth:
            self._draw_blended(frame, target)
        else:
            self._draw_direct(frame, target)
        self._check(frame)

    def _check(self, frame: Frame) -> None:
        """Once for each table of tiles: the frames made of the same one make the same calls."""
        if frame.instances is self._checked:
            return
        self._checked = frame.instances
        view = frame.viewport
        gl.check(
            f"drawing {view.width}x{view.height} pixels at"
            f" ({view.centre_x:.1f}, {view.centre_y:.1f}), scale {view.scale:.4g}"
        )

    def draw_marks(self, marks: Sequence[Mark], target: Target) -> None:
        """Hatch the places of unreadable tiles over the picture."""
        self._overlay_made().draw_marks(marks, target)

    def draw_outlines(
        self,
        outlines: Sequence[Outline],
        target: Target,
        line_px: int,
        clip: Clip | None = None,
    ) -> None:
        """Draw borders over the picture with lines ``line_px`` wide: one call for all of them.

        Of what lies beside ``clip`` nothing is drawn.
        """
        if outlines:
            self._overlay_made().draw_outlines(outlines, target, line_px, clip)

    def draw_pixel_grid(self, grid: PixelGrid, target: Target) -> None:
        """Draw lines between image pixels, and what these are, over the picture."""
        self._overlay_made().draw_pixel_grid(grid, target)

    def picture(self, frame: Frame) -> NDArray[np.uint8]:
        """A frame beside the one that is on the screen, as (height, width, 4), top row first.

        For small ones, now and then: it waits for the GPU. `GraphicsError` where it fails.
        """
        view = frame.viewport
        # A composite is of one size: the screen's waits meanwhile.
        kept, self._composite = (self._composite, self._refused), None
        offscreen = OffscreenTarget(view.width, view.height)
        self._forget_bindings()
        try:
            self.draw(frame, offscreen.target)
            return offscreen.read()
        finally:
            self._drop_composite()
            self._composite, self._refused = kept
            offscreen.release()
            self._forget_bindings()

    def _forget_bindings(self) -> None:
        """A target was made or deleted past the state that is remembered."""
        self._state.forget_framebuffer()
        self._state.forget_textures()

    def draw_panels(self, panels: Sequence[Panel], target: Target) -> None:
        """Draw panels over the picture; call with none to let their textures go."""
        if panels or self._overlay is not None:
            self._overlay_made().draw_panels(panels, target)

    def _overlay_made(self) -> Overlay:
        if self._overlay is None:
            self._overlay = Overlay(self._state, self._vertex_array)
        return self._overlay

    def _draw_blended(self, frame: Frame, target: Target) -> None:
        try:
            self._draw_composite(frame, target)
        except GpuMemoryError:
            if frame.scene.texels.groups > 1 or not target.depth:
                raise
            # What is there in full, without what would be blended over it.
            self._draw_direct(frame, target)

    def _draw_direct(self, frame: Frame, target: Target) -> None:
        """One pass: each pixel is of one level alone, so it can become light at once."""
        state = self._state
        state.framebuffer(target.framebuffer, target.width, target.height)
        state.clear_color((*frame.display.background, 1.0))
        gl.glClear(gl.GL_COLOR_BUFFER_BIT | gl.GL_DEPTH_BUFFER_BIT)
        state.program(
            self._program("tile_light.frag", _filter_of(frame), *_light_variant_of(frame)).name
        )
        state.blend(None)
        state.depth_test(True)
        self._instances.draw_base()

    def _draw_composite(self, frame: Frame, target: Target) -> None:
        """Blend levels as data, group by group, then make light of it in one pass."""
        state, texels = self._state, frame.scene.texels
        composite = self._composite_made(target.width, target.height, texels)
        variant = _filter_of(frame)
        state.clear_color((0.0, 0.0, 0.0, 0.0))
        for group, framebuffer in enumerate(composite.framebuffers):
            state.framebuffer(framebuffer, target.width, target.height)
            gl.glClear(gl.GL_COLOR_BUFFER_BIT | gl.GL_DEPTH_BUFFER_BIT)
            data = self._program("tile_data.frag", variant)
            state.program(data.name)
            if composite.groups > 1:
                gl.glUniform1i(data.location("group"), group)
            state.blend(None)
            state.depth_test(True)
            self._instances.draw_base()
            if frame.blending:
                state.blend(BLEND_BY_SECOND_COLOR)
                self._instances.draw_partial()
        state.framebuffer(target.framebuffer, target.width, target.height)
        state.texture(COMPOSITE_UNIT, gl.GL_TEXTURE_2D_ARRAY, composite.texture)
        state.program(self._program("resolve.frag", *_light_variant_of(frame)).name)
        state.blend(None)
        state.depth_test(False)
        gl.glDrawArrays(gl.GL_TRIANGLES, 0, 3)

    def _program(self, fragment: str, *defines: str) -> Program:
        """The variant of a fragment shader; its samplers are set once."""
        key = (fragment, *defines)
        if key not in self._programs:
            resolves = fragment == "resolve.frag"
            made = Program("resolve.vert" if resolves else "tile.vert", fragment, defines)
            self._state.program(made.name)
            if resolves:
                gl.glUniform1i(made.location("composite"), COMPOSITE_UNIT)
            else:
                gl.glUniform1i(made.location("atlas"), ATLAS_UNIT)
                gl.glUniform1i(made.location("records"), INSTANCE_UNIT)
            self._programs[key] = made
        return self._programs[key]

    def _composite_made(self, width: int, height: int, texels: TexelFormat) -> Composite:
        if self._composite is None:
            if self._refused and self._refused[0] == (width, height):
                raise self._refused[1].with_traceback(None)
            try:
                self._composite = Composite(width, height, texels, self._state)
            except GpuMemoryError as refused:
                self._refused = (width, height), refused
                raise
        return self._composite

    def _fit_composite(self, width: int, height: int) -> None:
        """Drop a composite of another size than the target's.

        Even where a frame needs none: the budget counts with the size of the target.
        """
        composite = self._composite
        if composite and (composite.width, composite.height) != (width, height):
            self._drop_composite()

    def _drop_composite(self) -> None:
        if self._composite is not None:
            self._composite.release()
            self._composite = None
        self._refused = None

    def _upload_view(self, frame: Frame) -> None:
        block = view_block(frame)
        self._state.uniform_buffer(self._view_buffer)
        # Given anew as a whole: the driver hands out fresh memory instead of waiting for the GPU.
        gl.glBufferData(gl.GL_UNIFORM_BUFFER, len(block), block, gl.GL_STREAM_DRAW)

    def release(self) -> None:
        """Delete every GL object made here; the context must be current."""
        for program in self._programs.values():
            program.release()
        self._instances.release()
        gl.delete(gl.glDeleteVertexArrays, self._vertex_array)
        gl.delete(gl.glDeleteBuffers, self._view_buffer)
        if self._atlas is not None:
            self._atlas.release()
        self._drop_composite()
        if self._overlay is not None:
            self._overlay.release()


def _programs_of(scene: Scene, display: Display) -> Iterator[tuple[str, ...]]:
    """Fragment shaders and variants of all pictures of a scene in a display, as `_program` takes.

    Where nothing is blended, those that draw at once come into use; in a zoom all of them.
    """
    light = _light_variant(display, scene.texels)
    variants = (light, ("OUTLINE", *light))
    filters = {_filter(scene, display, magnified=magnified) for magnified in (True, False)}
    for filtering in sorted(filters):
        yield "tile_data.frag", filtering
        for variant in variants if scene.texels.groups == 1 else ():
            yield "tile_light.frag", filtering, *variant
    for variant in variants:
        yield "resolve.frag", *variant


def _light_variant(display: Display, texels: TexelFormat) -> tuple[str, ...]:
    """What the way from data to light needs, and no more, where the outline is out of sight."""
    full = (FULL_RANGE[texels.sample_type],) * len(display.windows)
    if display.gamma != 1.0:
        return ("GAMMA",)
    if display.windows == full and display.colors in (PRIMARIES, (WHITE,)):
        return ("IDENTITY",)
    return ()


def _light_variant_of(frame: Frame) -> tuple[str, ...]:
    variant = _light_variant(frame.display, frame.scene.texels)
    return ("OUTLINE", *variant) if frame.shows_outline else variant


def _filter(scene: Scene, display: Display, *, magnified: bool) -> str:
    """The filter variant where every tile is magnified, or where any is not."""
    if scene.pyramid.reduction is Reduction.NEAREST:
        return "NEAREST"
    if magnified and display.magnification is Magnification.NEAREST:
        return "NEAREST"
    return "MAGNIFIED" if magnified else "MINIFIED"


def _filter_of(frame: Frame) -> str:
    """The filter variant that serves every tile of a frame."""
    finest = frame.scene.pyramid.levels[frame.finest_level]
    z = frame.viewport.scale * min(finest.downsample_x, finest.downsample_y)
    return _filter(frame.scene, frame.display, magnified=z >= 1.0)
