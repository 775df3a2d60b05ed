"""The sample image as a lazy libvips pipeline: nothing full-sized is ever held."""

import math

import pyvips

from glview import sample_colors as colors
from glview.sample_frame import framed
from glview.sample_sprites import lay_sprites
from glview.sample_terrain import Terrain, make_terrain
from glview.sample_texture import make_textures

_FULL_WIDTH_PX = 24_576
_CACHE_TILE_PX = 128
_RELIEF = 2.6e-4
"""Slope of the fine relief in height for a pixel of the full-sized image."""
_SHADE = 66_000.0
"""Light for height differences between pixels two apart, at full size."""


def make_picture(width_px: int, height_px: int) -> pyvips.Image:
    """An sRGB image, 8 bits, evaluated region by region as it is read, on any thread."""
    scale = _FULL_WIDTH_PX / width_px
    terrain = make_terrain(width_px, height_px)
    textures = make_textures(2048 if width_px > 4096 else 704)

    def laid(texture: pyvips.Image) -> pyvips.Image:
        across = math.ceil(width_px / texture.width)
        down = math.ceil(height_px / texture.height)
        return texture.replicate(across, down).crop(0, 0, width_px, height_px)

    fields = _shared(_enlarged(terrain, width_px, height_px))
    relief = textures.relief * (_RELIEF * scale)
    # Rough where high: height + (0.12 + 1.2 height) relief, with what is constant in textures.
    height = _shared(fields[0] * laid(relief * 1.2 + 1) + laid(relief * 0.12))
    # Light from the north-west: a difference along the diagonal.
    slope = pyvips.Image.new_from_array([[-1, 0, 0], [0, 0, 0], [0, 0, 1]])
    steep = height.conv(slope, precision="float") * (-64 * _SHADE / scale) + 32768
    light = steep.cast("ushort").maplut(colors.light_table())

    above = height * (colors.CODES * 256) + colors.SEA_LEVEL * 256
    code = above.cast("ushort")
    lines = code.maplut(colors.line_table()).sobel()
    waves = code.maplut(colors.wave_table()) * laid(textures.waves)
    light_code = (light + waves - lines * 0.42 + 128).cast("uchar")
    ground = _tinted(code.msb(), light_code, colors.ground_table())

    crowns = (light * 0.35 + laid(textures.tree_light + 128)).cast("uchar")
    trees = _tinted(laid(textures.tree_tint), crowns, colors.tree_table())
    density = ((fields[1] - laid(textures.tree_threshold)) * 400).cast("uchar")
    picture = density.ifthenelse(trees, ground, blend=True)
    picture = framed(lay_sprites(picture, terrain))
    return picture.copy(interpretation="srgb")


def _enlarged(terrain: Terrain, width_px: int, height_px: int) -> pyvips.Image:
    """Height and forest, bicubic at every pixel of the image."""
    joined = pyvips.Image.new_from_array(terrain.height).bandjoin(
        pyvips.Image.new_from_array(terrain.forest)
    )
    # Otherwise the last band passes for alpha, and `affine` multiplies the others by it.
    fields = joined.copy(interpretation="multiband")
    cell = terrain.cell_px
    return fields.affine(
        [cell, 0, 0, cell],
        interpolate=pyvips.Interpolate.new("bicubic"),
        oarea=[0, 0, width_px, height_px],
        odx=-2 * cell,
        ody=-2 * cell,
        extend="copy",
    )


def _shared(image: pyvips.Image) -> pyvips.Image:
    """Keep what was computed for the other readers; libvips would compute it for each."""
    return image.tilecache(
        tile_width=_CACHE_TILE_PX,
        tile_height=_CACHE_TILE_PX,
        max_tiles=3 * (image.width // _CACHE_TILE_PX + 2),
        threaded=True,
    )


def _tinted(code: pyvips.Image, light: pyvips.Image, table: pyvips.Image) -> pyvips.Image:
    """Look ``code * 256 + light`` up; two bytes side by side are one 16-bit index."""
    pair = light.bandjoin(code).copy(bands=1, format="ushort", interpretation="grey16")
    return pair.maplut(table)
