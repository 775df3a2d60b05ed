"""What of a TIFF libvips does not read, and is left to other decoders (pure)."""

from glview.sources.converters import unread_compression, unread_samples
from glview.sources.tiff_facts import unreadable_compression, unreadable_samples
from glview.sources.tiff_structure import Directory


def unread_page(directory: Directory, done: str = "supported") -> str | None:
    """Why libvips would refuse a page or show it black; None if it reads it.

    ``done`` is what is not done with such a page.
    """
    compression = unreadable_compression(directory)
    if compression is not None:
        return unread_compression(compression, done)
    samples = unreadable_samples(directory)
    return None if samples is None else unread_samples(samples, done)
