import pytest

from glview.sources.sniff import Content, look_alike, sniffed


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"II*\0\x08\0\0\0", Content.TIFF),
        (b"MM\0*\0\0\0\x08", Content.TIFF),
        (b"II+\0\x08\0\0\0", Content.TIFF),
        (b"MM\0+\0\x08\0\0", Content.TIFF),
        (b"\xff\xd8\xff\xe0", Content.JPEG),
        (b"\x89PNG\r\n\x1a\n", Content.PNG),
        (b"GIF89a", Content.GIF),
        (b"RIFF\x10\0\0\0WEBPVP8 ", Content.WEBP),
        (b"\0\0\0\x1cftypavif\0\0\0\0mif1avif", Content.AVIF),
        (b"\0\0\0\x1cftypmif1\0\0\0\0avifmiaf", Content.AVIF),
        (b"\0" * 128 + b"DICM", Content.SLIDE),
        (b"ZISRAWFILE", Content.SLIDE),
        (b"\x93NUMPY\1\0", Content.NPY),
        (b"SQLite format 3\0", Content.SLIDE),
        (b"[Virtual Microscope Specimen]\r\n", Content.SLIDE),
        (b'<?xml version="1.0"?><Image/>', Content.XML),
        (b"\xef\xbb\xbf  <Image/>", Content.XML),
        ("\ufeff<Image/>".encode("utf-16-le"), Content.XML),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", None),
        (b"RIFF\x10\0\0\0WAVE", None),
        (b"", None),
        (b"plain text", None),
    ],
)
def test_kinds(head: bytes, kind: Content | None) -> None:
    assert sniffed(head) is kind


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b"\x00\x00\x00\x0cjP  \r\n\x87\n", "JPEG 2000"),
        (b'{"@context": "http://iiif.io/api/image/2/context.json"', "IIIF image information"),
        (b'{"@context": "http://x.edu/iiif/image-api/1.1/context.json"', "IIIF image information"),
        (b'{\n  "multiscales": [', "OME-Zarr"),
        (b'{"a": 1}', "JSON"),
        (b"\xff\x4f\xff\x51\x00", "JPEG 2000"),
        (b"\xff\x0a\x00", "JPEG XL"),
        (b"\0\0\0\x18ftypheic", "HEIC"),
        (b"BM\x36\0\0\0\0\0\0\0", "BMP"),
        (b"PK\3\4" + bytes(22) + b"\x09\0\x14\0" + b"arr_0.npy\1\0\x10\0", "NumPy archive"),
        (b"PK\3\4" + bytes(22) + b"\x05\0\x04\0" + b"a.txt\1\0\0\0a.npy", "ZIP"),
        (b"%PDF-1.4", "PDF"),
        (b"P6\n3 3\n", "PNM"),
        (b"nothing", None),
    ],
)
def test_look_alikes(head: bytes, name: str | None) -> None:
    assert look_alike(head) == name
