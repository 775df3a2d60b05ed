"""Colour maps as textures that light is looked up in."""

import numpy as np

from glview.colormaps import ENTRIES, ColorMap, table
from glview.gl import api as gl
from glview.gl.flat_texture import drop_texture, flat_texture
from glview.gl.state import COLORMAP_UNIT, State


class ColormapTextures:
    """A texture of a kilobyte for each map that was asked for; used with its context current."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._made: dict[ColorMap, int] = {}

    def bind(self, colormap: ColorMap) -> None:
        """Have a map at `COLORMAP_UNIT`; made the first time."""
        name = self._made.get(colormap)
        if name is None:
            self._made[colormap] = self._make(colormap)
        else:
            self._state.texture(COLORMAP_UNIT, gl.GL_TEXTURE_2D, name)

    def _make(self, colormap: ColorMap) -> int:
        texels = np.full((1, ENTRIES, 4), 255, np.uint8)
        texels[0, :, :3] = table(colormap)
        name = flat_texture(
            self._state, COLORMAP_UNIT, texels, gl.GL_RGBA8, gl.GL_RGBA, "a colour map"
        )
        # It is bound: between entries there are all shades, and none beyond the last.
        gl.glTexParameteri(gl.GL_TEXTURE_2D, gl.GL_TEXTURE_MIN_FILTER, gl.GL_LINEAR)
        gl.glTexParameteri(gl.GL_TEXTURE_2D, gl.GL_TEXTURE_MAG_FILTER, gl.GL_LINEAR)
        gl.glTexParameteri(gl.GL_TEXTURE_2D, gl.GL_TEXTURE_WRAP_S, gl.GL_CLAMP_TO_EDGE)
        gl.glTexParameteri(gl.GL_TEXTURE_2D, gl.GL_TEXTURE_WRAP_T, gl.GL_CLAMP_TO_EDGE)
        return name

    def release(self) -> None:
        """Delete all of them."""
        for name in self._made.values():
            drop_texture(self._state, name)
        self._made.clear()
