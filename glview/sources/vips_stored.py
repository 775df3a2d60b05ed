"""What libvips' loaders say of a file's samples, which they deliver widened or in other colours."""

from typing import Any

from glview.sources.stored import StoredSamples

_COLORS = {
    "b-w": ("grey", 1), "grey16": ("grey", 1), "srgb": ("RGB", 3), "rgb16": ("RGB", 3),
    "rgb": ("RGB", 3), "scrgb": ("RGB", 3), "cmyk": ("CMYK", 4), "lab": ("CIELAB", 3),
    "labs": ("CIELAB", 3),
}  # fmt: skip
_TYPES = {
    "uchar": "uint8", "char": "int8", "ushort": "uint16", "short": "int16", "uint": "uint32",
    "int": "int32", "float": "float32", "double": "float64",
}  # fmt: skip


def stored_samples(header: Any) -> StoredSamples:
    """The samples behind a `pyvips.Image` that is as its loader gave it."""
    fields = header.get_fields()
    color, bands = _COLORS.get(str(header.interpretation), ("channels", header.bands))
    alpha = header.bands > bands
    sample_type = _TYPES.get(str(header.format), str(header.format))
    if sample_type.startswith("uint") and "bits-per-sample" in fields:
        sample_type = f"uint{header.get('bits-per-sample')}"
    if "palette" in fields:
        return StoredSamples("palette", sample_type, 1, alpha)
    return StoredSamples(color, sample_type, header.bands - alpha, alpha)
