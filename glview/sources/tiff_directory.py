"""Writes TIFF directories of glview's own, for libvips to read (pure)."""

import struct
from collections.abc import Iterable
from dataclasses import dataclass

from glview.sources.tiff_codes import Extra
from glview.sources.tiff_names import color_samples
from glview.sources.tiff_structure import Directory, ReadAt, Tag

SHORT, LONG, UNDEFINED = 3, 4, 7
_FORMS = {SHORT: "H", LONG: "I"}
_LAST_CLASSIC = 13
"""Types above this are BigTIFF's."""
_MOST_BYTES = 1 << 20
"""A palette of 16 bits has 393,216."""

PIXEL_TAGS = (
    Tag.COMPRESSION, Tag.FILL_ORDER, Tag.T4_OPTIONS, Tag.T6_OPTIONS, Tag.PREDICTOR,
    Tag.JPEG_TABLES, Tag.YCBCR_COEFFICIENTS, Tag.YCBCR_SUBSAMPLING, Tag.YCBCR_POSITIONING,
    Tag.REFERENCE_BLACK_WHITE, Tag.INK_SET, Tag.COLOR_MAP, Tag.BITS, Tag.SAMPLES,
    Tag.SAMPLE_FORMAT, Tag.LERC_PARAMETERS,
)  # fmt: skip
"""What says how pixels are encoded and what they mean, with `photometric` and `extra_samples`."""
TOLD_TAGS = (
    Tag.DESCRIPTION, Tag.X_RESOLUTION, Tag.Y_RESOLUTION, Tag.RESOLUTION_UNIT, Tag.XMP, Tag.IPTC,
    Tag.PHOTOSHOP,
)  # fmt: skip
"""What libvips hands on of a page to what it writes, besides pixels and their ICC profile."""
NOT_IN_A_PLANE = frozenset({Tag.COLOR_MAP, Tag.BITS, Tag.SAMPLES, Tag.SAMPLE_FORMAT})
_ALPHAS = (Extra.ASSOCIATED, Extra.UNASSOCIATED)


@dataclass(frozen=True, slots=True)
class Field:
    """A tag to be written; its values as bytes, or the place in the file where they lie."""

    tag: int
    type: int
    count: int
    values: bytes | int


def numbers(tag: Tag, kind: int, *values: int, order: str) -> Field:
    """A field of whole numbers of type `SHORT` or `LONG`; ValueError for what it cannot hold."""
    try:
        payload = struct.pack(f"{order}{len(values)}{_FORMS[kind]}", *values)
    except struct.error:
        name = tag.name.lower().replace("_", " ")
        raise ValueError(f"{max(values, key=abs)} as its {name}") from None
    return Field(tag, kind, len(values), payload)


def copied(
    directory: Directory, tags: Iterable[Tag], read_at: ReadAt, *, order: str
) -> list[Field]:
    """The fields of a page among ``tags`` that could be read, with their bytes, for any TIFF."""
    found = []
    for tag in tags:
        entry = directory.entries.get(tag)
        if entry is None or not (directory.values[tag] or tag == Tag.COLOR_MAP):
            continue
        if entry.type > _LAST_CLASSIC:
            whole = (int(number) for number in directory.numbers(tag))
            found.append(numbers(tag, LONG, *whole, order=order))
        elif entry.size_bytes <= _MOST_BYTES:
            data = read_at(entry.offset, entry.size_bytes)
            if len(data) == entry.size_bytes:
                found.append(Field(tag, entry.type, entry.count, data))
    return found


def plane_fields(directory: Directory, *, order: str) -> list[Field]:
    """What makes a page of one sample of another page, in place of `NOT_IN_A_PLANE`."""
    return [
        numbers(Tag.BITS, SHORT, directory.number(Tag.BITS, 1), order=order),
        numbers(Tag.SAMPLES, SHORT, 1, order=order),
        numbers(Tag.SAMPLE_FORMAT, SHORT, directory.number(Tag.SAMPLE_FORMAT, 1), order=order),
        numbers(Tag.PHOTOMETRIC, SHORT, 1, order=order),
    ]


def photometric(directory: Directory, *, order: str) -> list[Field]:
    """What the samples mean, as the page has it now (`tiff_sample`), not as it is in the file."""
    told = directory.numbers(Tag.PHOTOMETRIC)
    return [numbers(Tag.PHOTOMETRIC, LONG, int(told[0]), order=order)] if told else []


def extra_samples(directory: Directory, *, order: str) -> list[Field]:
    """The extra samples, all of them declared, and none as multiplied into the colours.

    libtiff warns of what is not declared. libvips divides by a premultiplied alpha, but takes 255
    for opaque in floats and 32-bit numbers, and sees none where samples are stored apart: that is
    done in `tiff_bands`.
    """
    colours = color_samples(directory.number(Tag.PHOTOMETRIC, 1))
    declared = [int(value) for value in directory.numbers(Tag.EXTRA_SAMPLES)]
    extras = max(len(declared), directory.samples - colours)
    if extras < 1:
        return []
    # What is neither kind of alpha is nothing in particular.
    values = [Extra.UNASSOCIATED if value in _ALPHAS else 0 for value in declared]
    values += [0] * (extras - len(values))
    return [numbers(Tag.EXTRA_SAMPLES, SHORT, *values, order=order)]


def laid_out(
    fields: Iterable[Field], at: int, *, order: str, big: bool
) -> tuple[bytes, dict[int, int]]:
    """A directory that begins at byte ``at`` of its file, and its values behind it.

    The answer tells for each tag where in the bytes its values or their place stand. Values that
    lie in the file already and would fit their entry must be given as bytes. ValueError for a place
    past the end of all files.
    """
    fields = sorted(fields, key=lambda field: field.tag)
    count_form, entry_head, held, place_form = ("Q", "HHQ", 8, "Q") if big else ("H", "HHI", 4, "I")
    entry_bytes = struct.calcsize("=" + entry_head) + held
    table_bytes = struct.calcsize("=" + count_form) + entry_bytes * len(fields) + held
    table = bytearray(struct.pack(order + count_form, len(fields)))
    behind = bytearray()
    places = {}
    for field in fields:
        table += struct.pack(order + entry_head, field.tag, field.type, field.count)
        places[field.tag] = len(table)
        if isinstance(field.values, int):
            if field.values >> 8 * held:
                raise ValueError(f"a value at {field.values} of a TIFF that is no BigTIFF")
            table += struct.pack(order + place_form, field.values)
        elif len(field.values) <= held:
            table += field.values.ljust(held, b"\0")
        else:
            table += struct.pack(order + place_form, at + table_bytes + len(behind))
            behind += field.values + b"\0" * (len(field.values) % 2)
    return bytes(table + b"\0" * held + behind), places
