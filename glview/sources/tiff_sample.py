"""Pages of more samples a pixel than one picture has room for: each sample is a picture (pure)."""

from dataclasses import replace

from glview.sources.tiff_codes import Photometric
from glview.sources.tiff_structure import Directory, Entry, Tag, TiffStructure
from glview.texels import MAX_BANDS

_GREYS = (Photometric.WHITE_IS_ZERO, Photometric.BLACK_IS_ZERO)
_APART = 2
_MOST_APART = 256
"""Each of them is a piece, and mostly a picture of libvips' own: 8,000 took two seconds."""
PLACES = frozenset(
    {Tag.TILE_OFFSETS, Tag.TILE_BYTES, Tag.STRIP_OFFSETS, Tag.STRIP_BYTES},
)
_OF_EACH = frozenset({Tag.BITS, Tag.SAMPLE_FORMAT, Tag.S_MIN, Tag.S_MAX})
_OF_ALL = frozenset({Tag.SAMPLES, Tag.EXTRA_SAMPLES, Tag.PLANAR})


def has_many(page: Directory) -> bool:
    """Whether a page has more bands than can be shown at once; of colours more are left out."""
    return page.samples > MAX_BANDS and page.number(Tag.PHOTOMETRIC, 1) in _GREYS


def require_few_apart(page: Directory) -> None:
    """ValueError where too many samples are to be put together that lie apart."""
    if page.number(Tag.PLANAR, 1) == _APART and page.samples > _MOST_APART:
        raise ValueError(f"{page.samples} samples of a pixel that lie apart")


def of_sample(
    structure: TiffStructure, number: int, sample: int
) -> tuple[TiffStructure, int | None]:
    """With each page of many samples as one of a single sample, where these are stored apart.

    Where they lie side by side all have to be decoded for one: such a page keeps them, none of
    which is an alpha, and the answer tells which band of page ``number`` is meant. ValueError where
    that has no such sample.
    """
    page = structure.directories[number]
    if not has_many(page):
        return structure, None
    if sample >= page.samples:
        raise ValueError(f"band {sample + 1} of {page.samples} is missing")
    pages = tuple(_of_sample(page, sample) for page in structure.directories)
    structure = replace(structure, directories=pages)
    return structure, sample if has_many(pages[number]) else None


def _of_sample(page: Directory, sample: int) -> Directory:
    if page.sub_directories:
        subs = tuple(_of_sample(sub, sample) for sub in page.sub_directories)
        page = replace(page, sub_directories=subs)
    if not has_many(page):
        return page
    if sample and page.number(Tag.PHOTOMETRIC, 1) == Photometric.WHITE_IS_ZERO:
        # Only the first is that grey.
        black = (float(Photometric.BLACK_IS_ZERO),)
        page = replace(page, values={**page.values, Tag.PHOTOMETRIC: black})
    if page.number(Tag.PLANAR, 1) != _APART:
        return replace(page, values={**page.values, Tag.EXTRA_SAMPLES: (0,)})
    pieces = pieces_of(page)
    entries, values = dict(page.entries), dict(page.values)
    for tag in _OF_ALL:
        entries.pop(tag, None)
        values.pop(tag, None)
    for tag in PLACES & entries.keys():
        entries[tag] = some_of(entries[tag], sample * pieces, pieces)
    for tag in _OF_EACH & entries.keys():
        told = page.numbers(tag)
        at = sample if len(told) == page.samples else 0
        entries[tag], values[tag] = some_of(entries[tag], at, 1), told[at : at + 1]
    return replace(page, entries=entries, values=values)


def some_of(entry: Entry, first: int, count: int) -> Entry:
    """So many values of a tag from one on, as far as there are so many."""
    count = max(0, min(count, entry.count - first))
    return replace(entry, count=count, offset=entry.offset + first * entry.item_bytes)


def pieces_of(page: Directory) -> int:
    """Tiles or strips of one sample."""
    if page.tiled:
        across = -(-page.width // page.number(Tag.TILE_WIDTH))
        return across * -(-page.height // page.number(Tag.TILE_HEIGHT))
    return -(-page.height // page.rows_per_strip) if page.height else 0
