"""Frames to pixels: draws into the target it is given, with a context somebody made current."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glview.atlas import AtlasLayout, Move, Slot
from glview.display import Display, shows_samples
from glview.errors import GpuMemoryError
from glview.frame import Clip, Frame, Mark, Outline, Panel, PixelGrid, Scene, Target
from glview.gl import api as gl
from glview.gl import variants
from glview.gl.atlas_texture import AtlasTexture
from glview.gl.color_table_texture import ColorTableTexture
from glview.gl.colormap_textures import ColormapTextures
from glview.gl.composite import Composite
from glview.gl.instance_buffer import InstanceBuffer
from glview.gl.offscreen_target import OffscreenTarget
from glview.gl.overlay import Overlay
from glview.gl.program import Program
from glview.gl.state import (
    ATLAS_UNIT,
    COLOR_TABLE_UNIT,
    COLORMAP_UNIT,
    COMPOSITE_UNIT,
    INSTANCE_UNIT,
    State,
)
from glview.gl.uniforms import view_block
from glview.gl.variants import Variant
from glview.pyramid import MAX_LEVELS
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
        self._programs: dict[Variant, Program] = {}
        self._programs_aside: dict[Variant, Program] = {}
        self._view_buffer = gl.generate(gl.glGenBuffers)
        # Empty, and the only one: vertices are numbers here, or come from a texture.
        self._vertex_array = gl.generate(gl.glGenVertexArrays)
        self._instances = InstanceBuffer(self._state)
        self._colormaps = ColormapTextures(self._state)
        self._color_table = ColorTableTexture(self._state)
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

    def configure(self, layout: AtlasLayout, texels: TexelFormat, *, keep: bool = False) -> None:
        """Start an empty atlas for another image; ``keep``: in the memory of the last, if it fits.

        What was there stays until it is written over, and nothing of it is drawn.
        """
        if texels.groups > MAX_GROUPS:
            raise ValueError(f"{texels.groups} groups of bands; at most {MAX_GROUPS}")
        if self._atlas is not None and keep and self._atlas.serves(layout, texels):
            self._atlas.rearrange(layout, ())
            return
        self.empty()
        self._atlas = AtlasTexture(layout, texels, self._state)

    def empty(self) -> None:
        """Have neither an atlas nor a composite, until the next `configure`."""
        if self._atlas is not None:
            self._atlas.release()
            self._atlas = None
        self._drop_composite()

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
        for variant in variants.variants(scene, display):
            if variant not in self._programs:
                self._program(variant)
                return True
        made = self._overlay is None
        self._overlay_made()
        return made

    def upload(self, slot: Slot, x: int, y: int, texels: NDArray[Any]) -> None:
        """Write texels (groups, h, w, components) at (x, y) of a slot, gutter included."""
        if self._atlas is None:
            raise ValueError("no atlas is configured")
        self._atlas.upload(slot, x, y, texels)

    def make_room(self, tiles: int) -> None:
        """Allocate the atlas for so many tiles at once; `GpuMemoryError` where it cannot be."""
        if self._atlas is None:
            raise ValueError("no atlas is configured")
        self._atlas.make_room(tiles)

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
        self._instances.upload(frame.instances)
        self._upload_view(frame)
        self._instances.bind()
        self._state.vertex_array(self._vertex_array)
        if self._atlas is not None and self._atlas.name:
            self._state.texture(ATLAS_UNIT, gl.GL_TEXTURE_2D_ARRAY, self._atlas.name)
        if frame.display.mapped is not None:
            self._colormaps.bind(frame.display.mapped)
        if frame.display.table is not None:
            self._color_table.bind(frame.display.table)
        # Each blending then rounds to 8 bits: beside the reference 1 of 255, and 2 in 0.03 % of the
        # samples where the weights have 8 bits as well (llvmpipe). Twice as fast there.
        as_light = shows_samples(
            frame.display, frame.scene.texels.sample_type, frame.scene.texels.offset
        )
        one_draw = variants.draws_direct(frame.scene.texels, frame.display) and not frame.blending
        if target.depth and (as_light or one_draw):
            self._draw_direct(frame, target, blend=frame.blending)
        else:
            self._draw_through_composite(frame, target)
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
        self._swap_programs()
        offscreen = OffscreenTarget(view.width, view.height)
        self._forget_bindings()
        try:
            self.draw(frame, offscreen.target)
            return offscreen.read()
        finally:
            self._swap_programs()
            self._drop_composite()
            self._composite, self._refused = kept
            offscreen.release()
            self._forget_bindings()

    def _swap_programs(self) -> None:
        """Pictures beside the screen's have programs of their own.

        One that draws a window and then a framebuffer object has `gl_FragCoord` upside down in the
        second, on llvmpipe (Mesa 22.3) where no other has drawn in between: nothing was to be seen.
        """
        self._programs, self._programs_aside = self._programs_aside, self._programs

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

    def _draw_through_composite(self, frame: Frame, target: Target) -> None:
        try:
            self._draw_composite(frame, target)
        except GpuMemoryError:
            if frame.scene.texels.groups > 1 or not target.depth:
                raise
            # What is there in full, without what would be blended over it.
            self._draw_direct(frame, target, blend=False)

    def _draw_direct(self, frame: Frame, target: Target, *, blend: bool) -> None:
        """One pass: tiles become light at once, and what has a weight is blended over them."""
        state = self._state
        state.framebuffer(target.framebuffer, target.width, target.height)
        state.clear_color((*frame.display.background, 1.0))
        self._begin_tiles()
        base, partial = self._instances.makeup.base, self._instances.makeup.partial
        if base is not None:
            state.program(self._program(variants.tile_light(frame, base)).name)
            self._instances.draw_base()
        if partial is not None and blend:
            state.program(self._program(variants.tile_light(frame, partial)).name)
            state.blend(BLEND_BY_SECOND_COLOR)
            self._instances.draw_partial()

    def _begin_tiles(self) -> None:
        """Clear the framebuffer for tiles, with the depth that they need."""
        layered = self._instances.makeup.is_layered
        # Without depth a frame takes a sixth less on llvmpipe, where no tile lies over another.
        gl.glClear(gl.GL_COLOR_BUFFER_BIT | (gl.GL_DEPTH_BUFFER_BIT if layered else 0))
        self._state.depth_test(layered)
        self._state.blend(None)

    def _draw_composite(self, frame: Frame, target: Target) -> None:
        """Blend levels as data, group by group, then make light of it in one pass."""
        state, texels = self._state, frame.scene.texels
        composite = self._composite_made(target.width, target.height, texels)
        base, partial = self._instances.makeup.base, self._instances.makeup.partial
        state.clear_color((0.0, 0.0, 0.0, 0.0))
        for group, framebuffer in enumerate(composite.framebuffers):
            state.framebuffer(framebuffer, target.width, target.height)
            self._begin_tiles()
            if base is not None:
                self._use_data(frame, base, group)
                self._instances.draw_base()
            if partial is not None and frame.blending:
                self._use_data(frame, partial, group)
                state.blend(BLEND_BY_SECOND_COLOR)
                self._instances.draw_partial()
        state.framebuffer(target.framebuffer, target.width, target.height)
        state.texture(COMPOSITE_UNIT, gl.GL_TEXTURE_2D_ARRAY, composite.texture)
        state.program(self._program(variants.resolve(frame)).name)
        state.blend(None)
        state.depth_test(False)
        gl.glDrawArrays(gl.GL_TRIANGLES, 0, 3)

    def _use_data(self, frame: Frame, finest_level: int, group: int) -> None:
        data = self._program(variants.tile_data(frame, finest_level))
        self._state.program(data.name)
        if frame.scene.texels.groups > 1:
            gl.glUniform1i(data.location("group"), group)

    def _program(self, variant: Variant) -> Program:
        """The program of a variant; its samplers are set once."""
        if variant not in self._programs:
            fragment, *defines = variant
            resolves = fragment == "resolve.frag"
            made = Program("resolve.vert" if resolves else "tile.vert", fragment, defines)
            self._state.program(made.name)
            if resolves:
                gl.glUniform1i(made.location("composite"), COMPOSITE_UNIT)
            else:
                gl.glUniform1i(made.location("atlas"), ATLAS_UNIT)
                gl.glUniform1i(made.location("records"), INSTANCE_UNIT)
            if "MAPPED" in defines:
                gl.glUniform1i(made.location("colormap"), COLORMAP_UNIT)
            if "PROFILED" in defines:
                gl.glUniform1i(made.location("color_table"), COLOR_TABLE_UNIT)
            self._programs[variant] = made
        return self._programs[variant]

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
        block = view_block(frame, is_layered=self._instances.makeup.is_layered)
        self._state.uniform_buffer(self._view_buffer)
        # Given anew as a whole: the driver hands out fresh memory instead of waiting for the GPU.
        gl.glBufferData(gl.GL_UNIFORM_BUFFER, len(block), block, gl.GL_STREAM_DRAW)

    def release(self) -> None:
        """Delete every GL object made here; the context must be current."""
        for program in (*self._programs.values(), *self._programs_aside.values()):
            program.release()
        self._instances.release()
        self._colormaps.release()
        self._color_table.release()
        gl.delete(gl.glDeleteVertexArrays, self._vertex_array)
        gl.delete(gl.glDeleteBuffers, self._view_buffer)
        self.empty()
        if self._overlay is not None:
            self._overlay.release()
