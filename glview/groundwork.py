"""What is settled about an image that is to be shown before any of it is read (pure)."""

from dataclasses import dataclass

from glview import texels
from glview.atlas import AtlasLayout, plan_layout
from glview.cover import overview_level, single_tile_level, tiles_of
from glview.errors import UnsupportedImageError
from glview.frame import Scene
from glview.image import ImageDescription
from glview.lod import level_ranges, reach_texels
from glview.options import ViewerOptions
from glview.pyramid import MAX_LEVELS, Level, TileKey

SLOW_TILES = 64.0
"""A tile made of more stored ones than this waits behind all that is in sight: at 2,000 tiles a
second it takes longer than two frames."""


@dataclass(frozen=True, slots=True)
class Groundwork:
    """How an image lies in the atlas, and which of its tiles are special."""

    scene: Scene
    """As it is at first."""
    layout: AtlasLayout
    """As large as the budget allows."""
    pinned: tuple[TileKey, ...]
    """The tile of the whole image, and the overview: they stay for ever."""
    slow_levels: frozenset[int]
    """Those whose tiles take `SLOW_TILES`."""
    reach: int
    """How far filters look past a tile's edge, in texels."""
    strip_bytes: int
    """What the edges of a tile take on the host, where neighbours want them."""
    with_strips: int
    """How many tiles have such edges."""

    @property
    def root(self) -> TileKey:
        """The tile of the whole image, or what is nearest to that."""
        return self.pinned[0]


def groundwork(description: ImageDescription, options: ViewerOptions) -> Groundwork:
    """`UnsupportedImageError` where an image cannot be shown at all."""
    _require_support(description)
    pyramid, gutter = description.pyramid, options.gutter
    form = texels.texel_format(description)
    layout = plan_layout(
        max(_slot_width(level) for level in pyramid.levels),
        max(_slot_height(level) for level in pyramid.levels),
        gutter=gutter,
        bytes_per_texel=form.bytes_per_texel,
        groups=form.groups,
        budget_bytes=options.gpu_bytes,
    )
    # One tile of the whole image comes first, so that the first picture has no blank; then the
    # overview, which stays for ever, too.
    root = TileKey(single_tile_level(pyramid), 0, 0)
    overview = tiles_of(pyramid, overview_level(pyramid))
    reach = reach_texels(pyramid)
    around = layout.slot_width + layout.slot_height - 4 * gutter
    return Groundwork(
        scene=Scene(pyramid, level_ranges(pyramid, blend=options.blend), form, gutter),
        layout=layout,
        pinned=tuple(dict.fromkeys((root, *overview))),
        slow_levels=frozenset(
            level
            for level in range(len(pyramid.levels))
            if pyramid.tiles_read_for(level) > SLOW_TILES
        ),
        reach=reach,
        strip_bytes=2 * gutter * around * form.bytes_per_texel,
        with_strips=sum(
            level.columns * level.rows for level in pyramid.levels if level.overlap < reach
        ),
    )


def _require_support(description: ImageDescription) -> None:
    count = len(description.pyramid.levels)
    if count > MAX_LEVELS:
        raise UnsupportedImageError(
            description.name, f"{count} levels; at most {MAX_LEVELS} can be shown"
        )
    if description.bands > texels.MAX_BANDS:
        raise UnsupportedImageError(
            description.name,
            f"{description.bands} bands; at most {texels.MAX_BANDS} can be shown",
        )


def _slot_width(level: Level) -> int:
    return min(level.tile_width, level.width)


def _slot_height(level: Level) -> int:
    return min(level.tile_height, level.height)
