import time

import pytest

from glview.errors import ImageError, UnsupportedImageError
from glview.pyramid import Rect
from glview.sources.deepzoom_xml import parse_deepzoom

N8 = 'xmlns="http://schemas.microsoft.com/deepzoom/2008"'
N9 = 'xmlns="http://schemas.microsoft.com/deepzoom/2009"'


def xml(
    space: str = N8,
    size: str = '<Size Width="1003" Height="517"/>',
    attributes: str = 'TileSize="254" Overlap="1" Format="jpg"',
) -> bytes:
    return f'<?xml version="1.0"?><Image {space} {attributes}>{size}</Image>'.encode()


@pytest.mark.parametrize("space", [N8, N9, ""])
def test_namespaces(space: str) -> None:
    got = parse_deepzoom(xml(space), "a.dzi")
    assert (got.width, got.height, got.tile_size_px, got.overlap_px) == (1003, 517, 254, 1)
    assert (got.extension, got.display_rects) == ("jpg", ())


def test_size_as_attributes_and_other_encodings() -> None:
    text = '<Image Width="7" Height="5" TileSize="64" Format=".PNG"/>'
    for data in (text.encode(), text.encode("utf-16"), b"\xef\xbb\xbf" + text.encode()):
        got = parse_deepzoom(data, "a.dzi")
        assert (got.width, got.height, got.overlap_px, got.extension) == (7, 5, 0, "PNG")


def test_the_largest_side_is_that_of_32_bits() -> None:
    got = parse_deepzoom(xml(size='<Size Width="2147483647" Height="2147483647"/>'), "a.dzi")
    assert (got.width, got.height) == (2147483647, 2147483647)


def test_display_rects() -> None:
    rects = (
        '<DisplayRects><DisplayRect MinLevel="3" MaxLevel="9">'
        '<Rect X="10" Y="20" Width="30" Height="40"/></DisplayRect></DisplayRects>'
    )
    got = parse_deepzoom(xml(size='<Size Width="99" Height="99"/>' + rects), "a.dzi")
    assert len(got.display_rects) == 1
    assert got.display_rects[0].i_rect == Rect(10, 20, 40, 60)
    assert (got.display_rects[0].min_level, got.display_rects[0].max_level) == (3, 9)


SIZE = '<Size Width="5" Height="5"/>'


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"", "broken XML"),
        (b"<Image", "broken XML"),
        (xml(size='<Size Width="0" Height="5"/>'), "Width is 0"),
        (xml(size='<Size Width="-3" Height="5"/>'), "Width is -3"),
        (xml(size='<Size Width="5" Height="1000000000000000000"/>'), "Height is 10{18}"),
        (xml(size='<Size Width="2147483648" Height="5"/>'), "Width is 2147483648, outside"),
        (xml(size='<Size Width="5" Height="9e9"/>'), "Height is '9e9'"),
        (xml(size='<Size Width="5"/>'), "<Size> has no Height"),
        (xml(size=""), "<Image> has no Width"),
        (xml(size='<Size Width="' + "9" * 5000 + '" Height="5"/>'), "Width is '9+'"),
        (xml(attributes='TileSize="0" Format="jpg"'), "TileSize is 0"),
        (xml(attributes='TileSize="99999999999" Format="jpg"'), "TileSize is 9+"),
        (xml(attributes='Overlap="1" Format="jpg"'), "<Image> has no TileSize"),
        (xml(attributes='TileSize="16" Overlap="17" Format="jpg"'), "overlap 17 is larger"),
        (xml(attributes='TileSize="16" Overlap="-1" Format="jpg"'), "Overlap is -1"),
        (xml(attributes='TileSize="16" Format="../../x"'), "tile format './../x'"),
        (xml(attributes='TileSize="16"'), "tile format ''"),
        (xml(size=SIZE + "<DisplayRects><DisplayRect/></DisplayRects>"), "no Rect"),
        (b'<!DOCTYPE Image SYSTEM "/etc/passwd"><Image/>', "document type is refused"),
        (b"<Image/>" + b" " * (1 << 20), "more than 1048576 bytes"),
    ],
)  # fmt: skip
def test_hostile_values(data: bytes, fault: str) -> None:
    with pytest.raises(ImageError, match="^bad.dzi: .*" + fault) as caught:
        parse_deepzoom(data, "bad.dzi")
    assert len(str(caught.value)) < 300
    assert "\n" not in str(caught.value)


def test_entities_do_not_expand() -> None:
    laughs = "".join(f'<!ENTITY l{i + 1} "{f"&l{i};" * 10}">' for i in range(9))
    data = f'<!DOCTYPE a [<!ENTITY l0 "ha">{laughs}]><Image>&l9;</Image>'.encode()
    start = time.monotonic()
    with pytest.raises(ImageError, match="document type is refused"):
        parse_deepzoom(data, "bad.dzi")
    assert time.monotonic() - start < 1.0


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"<svg/>", "SVG"),
        (b'<IMAGE_PROPERTIES WIDTH="9"/>', "Zoomify"),
        (b'<Image xmlns="http://elsewhere"/>', "XML with root <Image>"),
        (b"<html/>", "XML with root <html>"),
    ],
)
def test_other_xml_is_named(data: bytes, kind: str) -> None:
    with pytest.raises(UnsupportedImageError, match=f"^a.xml: {kind} is not supported"):
        parse_deepzoom(data, "a.xml")
