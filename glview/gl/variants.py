"""Which variants of the shaders pictures take (pure).

A variant is a program of its own, because software renderers run both sides of every branch.
"""

from collections.abc import Iterator

from glview.display import Display, Magnification, Transfer, shows_samples
from glview.frame import Frame, Scene
from glview.pyramid import Reduction
from glview.texels import TexelFormat

Variant = tuple[str, ...]
"""The name of a fragment shader and what is defined in it."""
Words = tuple[str, ...]

NARROW_TEXELS = 2.0
"""Boxes up to so wide meet three texels an axis, which takes a tenth less than four on llvmpipe.
Wider are those of tiles that stand in for coarser ones, and of levels more than an octave apart."""


def variants(scene: Scene, display: Display) -> Iterator[Variant]:
    """Those of all pictures of a scene in a display.

    Where nothing is blended, those that draw at once come into use; in a zoom all of them.
    """
    texels = scene.texels
    # First what the picture of a whole image takes that is larger than the screen.
    filters = dict.fromkeys(_filter(scene, display, z) for z in (0.5, 1.0, 0.3))
    for filtering in filters:
        for outline in (True, False) if draws_direct(texels, display) else ():
            yield _tile_light(filtering, display, texels, outline=outline)
        if not shows_samples(display, texels.sample_type, texels.offset):
            yield "tile_data.frag", *filtering
    if not shows_samples(display, texels.sample_type, texels.offset):
        for outline in (False, True):
            yield _resolve(display, texels, outline=outline)


def draws_direct(texels: TexelFormat, display: Display) -> bool:
    """Whether pictures in which nothing is blended are drawn straight to the target.

    Not of several groups of bands, nor over a checkerboard, which is there where no tile is, too.
    """
    return texels.groups == 1 and display.checker is None


def tile_light(frame: Frame, finest_level: int) -> Variant:
    """For tiles of one draw, straight to the target."""
    filtering = _filter_of(frame, finest_level)
    outline = frame.shows_outline
    return _tile_light(filtering, frame.display, frame.scene.texels, outline=outline)


def tile_data(frame: Frame, finest_level: int) -> Variant:
    """For tiles of one draw, into the composite."""
    return "tile_data.frag", *_filter_of(frame, finest_level)


def resolve(frame: Frame) -> Variant:
    """For the composite's way to the target."""
    return _resolve(frame.display, frame.scene.texels, outline=frame.shows_outline)


def _tile_light(
    filtering: Words, display: Display, texels: TexelFormat, *, outline: bool
) -> Variant:
    light = _light(display, texels, outline=outline)
    return ("tile_light.frag", *filtering, *light, *(("OPAQUE",) if texels.is_opaque else ()))


def _resolve(display: Display, texels: TexelFormat, *, outline: bool) -> Variant:
    groups = f"GROUPS {texels.groups}"
    return ("resolve.frag", groups, *_light(display, texels, outline=outline))


def _light(display: Display, texels: TexelFormat, *, outline: bool) -> Words:
    """What the way from data to light needs, and no more."""
    words = ["OUTLINE"] if outline else []
    if display.transfer is not Transfer.LINEAR:
        words.append(display.transfer.name)
    if display.gamma != 1.0:
        words.append("GAMMA")
    if display.mapped is not None:
        words.append("MAPPED")
    if display.table is not None:
        words.append("PROFILED")
    if display.checker is not None:
        words.append("CHECKER")
    if shows_samples(display, texels.sample_type, texels.offset):
        words.append("IDENTITY")
    return tuple(words)


def _filter(scene: Scene, display: Display, z: float) -> Words:
    """The filter that serves all tiles of ``z`` screen pixels a texel or more."""
    if scene.pyramid.reduction is Reduction.NEAREST:
        return ("NEAREST",)
    if z >= 1.0:
        nearest = display.magnification is Magnification.NEAREST
        return ("NEAREST",) if nearest else ("MAGNIFIED",)
    return ("MINIFIED",) if z >= 1.0 / NARROW_TEXELS else ("MINIFIED", "WIDE")


def _filter_of(frame: Frame, finest_level: int) -> Words:
    """The filter that serves every tile of a draw."""
    finest = frame.scene.pyramid.levels[finest_level]
    z = frame.viewport.scale * min(finest.downsample_x, finest.downsample_y)
    found = _filter(frame.scene, frame.display, z)
    return ("MAGNIFIED",) if frame.quick and "MINIFIED" in found else found
