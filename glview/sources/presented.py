"""Any source as a renderer wants it: usual tiles, no gaps between levels."""

from glview.sources.base import TileSource
from glview.sources.derived import filled
from glview.sources.opaque import with_alpha
from glview.sources.regrid import regridded


def presented(source: TileSource) -> TileSource:
    """The same image, itself where nothing is to be changed.

    In what comes back neighbouring levels are at most 3 times apart, the coarsest has at most 8
    pixels a side, and tiles have 128 to 512 pixels a side (an edge tile or a small image less).
    Closing it closes ``source``.
    """
    ready = filled(regridded(source))
    if source.description.sparse and ready is not source:
        # Tiles made of several may be absent in part.
        return filled(regridded(with_alpha(source)))
    return ready
