"""OME-XML in a file of its own, beside the TIFFs that it tells of."""

from pathlib import Path

import numpy as np
import pytest
import tifffile

from glview.errors import ImageError
from glview.image import Axis
from glview.sources.base import at_plane
from glview.sources.image_file import image_file
from glview.sources.inspecting import inspect_file
from glview.sources.ome_companion import companion_of, named_tiffs
from glview.sources.opening import open_image
from tests.unit.sources.build import whole

STACK = (np.arange(2 * 3 * 40 * 50) % 60_000).reshape(2, 3, 40, 50).astype(np.uint16)
SPACE = "http://www.openmicroscopy.org/Schemas/OME/2016-06"


def companion(data: str) -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><OME xmlns="{SPACE}" UUID="urn:uuid:0"><Image>'
        '<Pixels DimensionOrder="XYZCT" Type="uint16" SizeX="50" SizeY="40" SizeZ="3" SizeC="2" '
        'SizeT="1"><Channel Name="DAPI"/><Channel Name="GFP"/>'
        f"{data}</Pixels></Image></OME>"
    )


def place(channel: int, z: int, name: str) -> str:
    at = f'FirstC="{channel}" FirstZ="{z}" FirstT="0" IFD="{z}" PlaneCount="1"'
    return f'<TiffData {at}><UUID FileName="{name}">urn:uuid:{channel + 1}</UUID></TiffData>'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A TIFF of three z planes for each of two channels, and the text that tells of both."""
    for channel in range(2):
        told = (
            f'<OME xmlns="{SPACE}" UUID="urn:uuid:{channel + 1}"><BinaryOnly '
            'MetadataFile="a.companion.ome" UUID="urn:uuid:0"/></OME>'
        )
        tifffile.imwrite(
            tmp_path / f"{channel}.ome.tif", STACK[channel], photometric="minisblack",
            metadata=None, description=told,
        )  # fmt: skip
    data = "".join(
        place(channel, z, f"{channel}.ome.tif") for channel in range(2) for z in range(3)
    )
    (tmp_path / "a.companion.ome").write_text(companion(data), encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("name", ["a.companion.ome", "0.ome.tif", "1.ome.tif"])
def test_all_files_are_the_image_that_is_told_of(folder: Path, name: str) -> None:
    source = open_image(folder / name)
    told = source.description
    assert told.axes == (Axis("z", 3),)
    assert [channel.name for channel in told.channels] == ["DAPI", "GFP"]
    other = at_plane(source, (2,))
    assert np.array_equal(whole(other, 0), np.moveaxis(STACK[:, 2], 0, 2))
    other.close()
    source.close()


def test_without_its_companion_a_tiff_is_its_pages_and_says_so(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (folder / "a.companion.ome").unlink()
    source = open_image(folder / "1.ome.tif")
    assert source.description.axes == (Axis("page", 3),)
    assert "what is told of it in a.companion.ome: no such file" in caplog.text
    source.close()


def test_of_a_companion_the_first_file_that_is_there_is_opened(folder: Path) -> None:
    (folder / "0.ome.tif").unlink()
    source = open_image(folder / "a.companion.ome")
    assert np.array_equal(whole(source, 0)[..., 0], STACK[1, 0])
    source.close()


def test_the_companion_that_is_opened_is_the_one_that_tells(folder: Path) -> None:
    text = companion(place(0, 0, "0.ome.tif") + place(0, 1, "1.ome.tif"))
    (folder / "b.companion.ome").write_text(text.replace("DAPI", "other"), encoding="utf-8")
    source = open_image(folder / "b.companion.ome", plane="channel=1")
    assert source.description.channels[0].name == "other"
    source.close()


@pytest.mark.parametrize("form", ["prefix", "comment", "utf-16", "utf-8-sig", "latin-1"])
def test_xml_of_any_form_is_read(folder: Path, form: str) -> None:
    path = folder / "a.companion.ome"
    text, encoding = path.read_text(encoding="utf-8").replace("GFP", "µ"), "utf-8"
    if form == "prefix":
        text = text.replace("xmlns=", f'xmlns="{SPACE}" xmlns:o=')
        text = text.replace("<OME ", "<o:OME ").replace("</OME>", "</o:OME>")
    elif form == "comment":
        text = text.replace("<OME ", f"<!-- {'x' * 3000} --><OME ")
    else:
        encoding = form
        text = text.replace("UTF-8", {"latin-1": "ISO-8859-1"}.get(form, form.removesuffix("-sig")))
    path.write_text(text, encoding=encoding)
    for name in ("a.companion.ome", "1.ome.tif"):
        source = open_image(folder / name)
        assert [channel.name for channel in source.description.channels] == ["DAPI", "µ"]
        source.close()


@pytest.mark.parametrize("data", [b"", b"junk", b"II*\0\x08\0\0\0"])
def test_a_channels_file_that_is_broken_is_left_out_and_told(
    folder: Path, caplog: pytest.LogCaptureFixture, data: bytes
) -> None:
    (folder / "1.ome.tif").write_bytes(data)
    source = open_image(folder / "a.companion.ome")
    assert np.array_equal(whole(source, 0)[..., 0], STACK[0, 0])
    assert "1 of 2 channels are not there" in caplog.text
    source.close()


def test_where_the_first_picture_is_not_there_the_others_are_what_they_are(folder: Path) -> None:
    data = "".join(place(0, z, f"{z}.ome.tif").replace(f'IFD="{z}"', 'IFD="0"') for z in range(3))
    text = companion(data).replace('SizeC="2"', 'SizeC="1"').replace('<Channel Name="GFP"/>', "")
    path = folder / "a.companion.ome"
    path.write_text(text, encoding="utf-8")
    (folder / "2.ome.tif").write_bytes((folder / "0.ome.tif").read_bytes())
    (folder / "0.ome.tif").unlink()
    source = open_image(path)
    assert source.description.plane == (1,)
    assert np.array_equal(whole(source, 0)[..., 0], STACK[1, 0])
    other = at_plane(source, (2,))
    assert np.array_equal(whole(other, 0)[..., 0], STACK[0, 0])
    other.close()
    source.close()
    assert inspect_file(path).shown is not None


def test_what_a_companion_names_is_to_be_a_tiff(folder: Path) -> None:
    """Else two could name one another for ever."""
    path = folder / "a.companion.ome"
    path.write_text(companion(place(0, 0, "a.companion.ome")), encoding="utf-8")
    with pytest.raises(ImageError, match="is no TIFF, as"), image_file(str(path)):
        pass


def test_nothing_outside_the_folder_is_named() -> None:
    assert named_tiffs(companion(place(0, 0, "../../etc/a.tif")).encode()) == ("a.tif",)
    assert companion_of('<OME><BinaryOnly MetadataFile="/etc/a.ome"/></OME>') == "a.ome"


@pytest.mark.parametrize("text", ["", "<OME/>", "<a><UUID FileName='a.tif'/>OME</a>", "<OME"])
def test_other_xml_names_no_tiff(text: str) -> None:
    assert named_tiffs(text.encode()) == ()


@pytest.mark.parametrize("text", ["", "BinaryOnly", "<OME><Image/></OME>", "<BinaryOnly"])
def test_other_descriptions_name_no_companion(text: str) -> None:
    assert companion_of(text) == ""
