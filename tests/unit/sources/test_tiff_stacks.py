"""TIFFs of several pictures: OME-XML, ImageJ, pages; channels are bands, the rest are axes."""

import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from numpy.typing import NDArray

from glview.errors import ImageError
from glview.image import Axis, ColorModel
from glview.planes import PlaneChoice
from glview.pyramid import TileKey
from glview.sources.base import TileSource, at_plane
from glview.sources.ome import read_ome
from glview.sources.opening import open_image
from tests.images import detailed

HEIGHT, WIDTH = 150, 200


def pictures(*shape: int, dtype: str = "uint16") -> NDArray[Any]:
    """Pictures along some axes that all differ."""
    count = int(np.prod(shape))
    base = detailed(WIDTH, HEIGHT, 1)[..., 0].astype(np.int64)
    made = np.stack([(base * (n + 3) + 17 * n) % 251 for n in range(count)])
    return made.reshape(*shape, HEIGHT, WIDTH).astype(dtype)


def whole(source: TileSource, number: int = 0) -> NDArray[Any]:
    """All pixels of a level, without margins."""
    pyramid = source.description.pyramid
    level = pyramid.levels[number]
    rows = []
    for row in range(level.rows):
        tiles = []
        for column in range(level.columns):
            tile = source.read_tile(TileKey(number, column, row))
            assert tile is not None
            m = tile.margin
            height, width = tile.pixels.shape[:2]
            tiles.append(tile.pixels[m.top : height - m.bottom, m.left : width - m.right])
        rows.append(np.concatenate(tiles, axis=1))
    return np.concatenate(rows, axis=0)


def pixels(told: str, data: str = "<TiffData/>") -> str:
    return f"<OME><Image><Pixels {told}>{data}</Pixels></Image></OME>"


@pytest.fixture
def opened() -> Any:
    sources: list[TileSource] = []

    def open_one(path: Path, **options: Any) -> TileSource:
        sources.append(open_image(path, **options))
        return sources[-1]

    yield open_one
    for source in sources:
        source.close()


Opened = Callable[..., TileSource]


def seen(source: TileSource, *plane: int) -> NDArray[Any]:
    """Another plane's pixels."""
    other = at_plane(source, plane)
    try:
        assert other.description.plane == plane
        return whole(other)
    finally:
        other.close()


def write_ome(path: Path, data: NDArray[Any], axes: str, **options: Any) -> Path:
    metadata = {"axes": axes, **options.pop("metadata", {})}
    tifffile.imwrite(path, data, ome=True, photometric="minisblack", metadata=metadata, **options)
    return path


@pytest.mark.parametrize("tile", [None, (64, 64)])
def test_channels_are_bands_and_z_and_time_are_axes(
    tmp_path: Path, opened: Opened, tile: tuple[int, int] | None
) -> None:
    data = pictures(2, 4, 3)  # t, z, c
    told = {
        "Channel": {"Name": ["DAPI", "GFP", "Cy5"], "Color": [65535, 16711935, -16776961]},
        "PhysicalSizeX": 0.5,
        "PhysicalSizeXUnit": "µm",
        "PhysicalSizeY": 0.25,
        "PhysicalSizeYUnit": "µm",
    }
    path = write_ome(tmp_path / "a.ome.tif", data, "TZCYX", metadata=told, tile=tile)
    source = opened(path)
    described = source.description
    assert described.axes == (Axis("t", 2), Axis("z", 4))
    assert described.plane == (0, 0)
    assert (described.bands, described.color_model) == (3, ColorModel.CHANNELS)
    assert [channel.name for channel in described.channels] == ["DAPI", "GFP", "Cy5"]
    assert [channel.color for channel in described.channels] == [
        (0.0, 0.0, 1.0),
        (0.0, 1.0, 0.0),
        (1.0, 0.0, 0.0),
    ]
    assert described.pixel_size_um == (0.5, 0.25)
    assert np.array_equal(whole(source), data[0, 0].transpose(1, 2, 0))
    assert np.array_equal(seen(source, 1, 2), data[1, 2].transpose(1, 2, 0))


@pytest.mark.parametrize("axes", ["TCZYX", "CTZYX", "ZTCYX"])
def test_in_whichever_order_the_pages_are(tmp_path: Path, opened: Opened, axes: str) -> None:
    sizes = {"T": 2, "C": 3, "Z": 4}
    data = pictures(*(sizes[axis] for axis in axes[:3]))
    source = opened(write_ome(tmp_path / "a.ome.tif", data, axes))
    ordered = data.transpose([axes.index(axis) for axis in "TZYXC"])
    assert np.array_equal(seen(source, 1, 3), ordered[1, 3])


def test_levels_of_each_page_are_its_own(tmp_path: Path, opened: Opened) -> None:
    data = pictures(2)
    path = tmp_path / "a.ome.tif"
    with tifffile.TiffWriter(path, ome=True) as file:
        options: dict[str, Any] = {"photometric": "minisblack", "tile": (64, 64)}
        file.write(data, subifds=1, metadata={"axes": "CYX"}, **options)
        file.write(data[:, ::2, ::2], subfiletype=1, **options)
    source = opened(path)
    assert [(level.width, level.height) for level in source.description.pyramid.levels] == [
        (200, 150),
        (100, 75),
    ]
    assert np.array_equal(whole(source), data.transpose(1, 2, 0))


def test_pictures_in_colours_stay_so(tmp_path: Path, opened: Opened) -> None:
    data = np.stack([detailed(WIDTH, HEIGHT, 3, seed) for seed in range(3)])
    path = tmp_path / "a.ome.tif"
    tifffile.imwrite(path, data, ome=True, photometric="rgb", metadata={"axes": "ZYXS"})
    source = opened(path)
    assert source.description.axes == (Axis("z", 3),)
    assert (source.description.bands, source.description.color_model) == (3, ColorModel.RGB)
    assert np.array_equal(seen(source, 2), data[2])


def test_more_channels_than_can_be_shown_at_once_are_an_axis(
    tmp_path: Path, opened: Opened
) -> None:
    data = pictures(30, dtype="uint8")
    source = opened(write_ome(tmp_path / "a.ome.tif", data, "CYX"))
    assert source.description.axes == (Axis("channel", 30),)
    assert np.array_equal(seen(source, 29)[..., 0], data[29])


def test_an_imagej_stack(tmp_path: Path, opened: Opened) -> None:
    data = pictures(2, 3, 2)  # t, z, c
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, data, imagej=True, metadata={"axes": "TZCYX"})
    source = opened(path)
    assert source.description.axes == (Axis("t", 2), Axis("z", 3))
    assert source.description.bands == 2
    assert np.array_equal(seen(source, 1, 2), data[1, 2].transpose(1, 2, 0))


def test_imagejs_window_is_that_of_its_only_channel(tmp_path: Path, opened: Opened) -> None:
    path = tmp_path / "a.tif"
    options = {"axes": "ZYX", "min": 12.0, "max": 240.0}
    tifffile.imwrite(path, pictures(3), imagej=True, metadata=options)
    (channel,) = opened(path).description.channels
    assert channel.window == (12.0, 240.0)


@pytest.mark.parametrize(("axes", "counts"), [("ZYX", (3,)), ("CYX", (2,)), ("CZYX", (2, 3))])
def test_samples_of_12_bits_keep_their_limits_in_a_stack(
    axes: str, counts: tuple[int, ...], tmp_path: Path, opened: Opened
) -> None:
    data = pictures(*counts)
    write_ome(tmp_path / "a.ome.tif", data, axes, bitspersample=12)
    source = opened(tmp_path / "a.ome.tif")
    limits = [channel.limits for channel in source.description.channels]
    assert limits == [(0.0, 4095.0)] * source.description.bands


def test_what_a_file_says_of_a_channel_is_kept_with_the_limits_of_its_samples(
    tmp_path: Path, opened: Opened
) -> None:
    path = tmp_path / "a.tif"
    options = {"axes": "CYX", "Channel": {"Name": ["red", "far"]}}
    tifffile.imwrite(path, pictures(2), ome=True, metadata=options, bitspersample=12)
    told = opened(path).description.channels
    assert [(channel.name, channel.limits) for channel in told] == [
        ("red", (0.0, 4095.0)), ("far", (0.0, 4095.0))
    ]  # fmt: skip


@pytest.mark.parametrize(("orientation", "size_um"), [(3, (0.5, 2.0)), (6, (2.0, 0.5))])
def test_pixels_of_a_turned_stack_are_turned_with_it(
    orientation: int, size_um: tuple[float, float], tmp_path: Path, opened: Opened
) -> None:
    told = {"PhysicalSizeX": 0.5, "PhysicalSizeY": 2.0}
    tags = [(274, "H", 1, orientation, False)]
    write_ome(tmp_path / "a.ome.tif", pictures(3), "ZYX", metadata=told, extratags=tags)
    assert opened(tmp_path / "a.ome.tif").description.pixel_size_um == size_um


def test_pages_of_a_document(tmp_path: Path, opened: Opened) -> None:
    path = tmp_path / "a.tif"
    pages = [detailed(WIDTH + 10 * n, HEIGHT, 3, n) for n in range(3)]
    with tifffile.TiffWriter(path) as file:
        for page in pages:
            file.write(page, photometric="rgb", metadata=None)
    source = opened(path)
    assert source.description.axes == (Axis("page", 3),)
    assert np.array_equal(whole(source), pages[0])
    assert np.array_equal(seen(source, 2), pages[2])


def test_pictures_of_a_file_beside_it(tmp_path: Path, opened: Opened) -> None:
    data = pictures(2)
    xml = (
        '<?xml version="1.0"?><OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06">'
        '<Image ID="Image:0"><Pixels ID="Pixels:0" DimensionOrder="XYCZT" Type="uint16"'
        f' SizeX="{WIDTH}" SizeY="{HEIGHT}" SizeC="2" SizeZ="1" SizeT="1">'
        '<TiffData FirstC="0" IFD="0"><UUID FileName="a.tif">urn:uuid:1</UUID></TiffData>'
        '<TiffData FirstC="1" IFD="0"><UUID FileName="b.tif">urn:uuid:2</UUID></TiffData>'
        "</Pixels></Image></OME>"
    )
    for name, picture in zip(("a.tif", "b.tif"), data, strict=True):
        tifffile.imwrite(tmp_path / name, picture, description=xml, metadata=None)
    assert np.array_equal(whole(opened(tmp_path / "a.tif")), data.transpose(1, 2, 0))
    shutil.move(tmp_path / "b.tif", tmp_path / "moved.tif")
    alone = opened(tmp_path / "a.tif")
    assert np.array_equal(whole(alone)[..., 0], data[0])


def test_a_file_beside_it_is_told_of_by_the_first(tmp_path: Path, opened: Opened) -> None:
    """A text of megabytes, which each of the files mostly has, is read once for all of them."""
    data = pictures(2)
    places = "".join(
        f'<TiffData FirstZ="{z}" IFD="0"><UUID FileName="{name}">urn:uuid:{z}</UUID></TiffData>'
        for z, name in enumerate(("a.tif", "b.tif"))
    )
    size = 'PhysicalSizeX="7" PhysicalSizeY="7"'
    for name, more, picture in (("a.tif", "", data[0]), ("b.tif", size, data[1])):
        xml = pixels(f'SizeC="1" SizeZ="2" SizeT="1" {more}', places)
        tifffile.imwrite(tmp_path / name, picture, description=xml, metadata=None)
    other = opened(tmp_path / "a.tif", plane=(1,))
    assert np.array_equal(whole(other)[..., 0], data[1])
    assert other.description.pixel_size_um is None


def test_a_file_with_another_name_is_itself(tmp_path: Path, opened: Opened) -> None:
    data = pictures(3)
    written = write_ome(tmp_path / "a.ome.tif", data, "ZYX")
    path = written.rename(tmp_path / "renamed.tif")
    assert np.array_equal(seen(opened(path), 2)[..., 0], data[2])


def test_a_file_that_knows_only_its_old_name_is_itself(tmp_path: Path, opened: Opened) -> None:
    data = pictures(3)
    uuid = '<TiffData><UUID FileName="old.tif">urn:uuid:1</UUID></TiffData>'
    path = tmp_path / "new.tif"
    xml = pixels('SizeC="1" SizeZ="3" SizeT="1"', uuid)
    tifffile.imwrite(path, data, description=xml, metadata=None, photometric="minisblack")
    assert np.array_equal(seen(opened(path), 2)[..., 0], data[2])


def test_what_is_no_plane_is_an_index_error(tmp_path: Path, opened: Opened) -> None:
    source = opened(write_ome(tmp_path / "a.ome.tif", pictures(3), "ZYX"))
    with pytest.raises(IndexError, match="there is no plane"):
        at_plane(source, (3,))


def test_a_page_that_is_not_there_is_named(tmp_path: Path, opened: Opened) -> None:
    xml = (
        '<OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06"><Image><Pixels'
        ' DimensionOrder="XYCZT" SizeC="1" SizeZ="9" SizeT="1"><TiffData/></Pixels></Image></OME>'
    )
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, pictures(2), description=xml, metadata=None, photometric="minisblack")
    source = opened(path)
    assert source.description.axes == (Axis("z", 9),)
    with pytest.raises(ImageError, match="page 6 of 2 is missing"):
        at_plane(source, (5,))


OUTSIDE = '<TiffData IFD="0"><UUID FileName="../../etc/passwd"/></TiffData>'


@pytest.mark.parametrize(
    "xml",
    [
        pytest.param(pixels('SizeC="99999" SizeZ="99999" SizeT="99999"'), id="huge"),
        pytest.param('<!DOCTYPE x [<!ENTITY a "aa">]>' + pixels('SizeZ="2"'), id="entities"),
        pytest.param("<OME><Image><Pixels", id="cut"),
        pytest.param(
            pixels('SizeZ="-5" SizeC="x"', '<TiffData IFD="-3" PlaneCount="-1"/>'), id="absurd"
        ),
        pytest.param(pixels('SizeZ="2"', OUTSIDE), id="outside"),
    ],
)
def test_what_makes_no_sense_is_left(tmp_path: Path, opened: Opened, xml: str) -> None:
    path = tmp_path / "a.tif"
    picture = pictures(1)[0]
    tifffile.imwrite(path, picture, description=xml, metadata=None, photometric="minisblack")
    source = opened(path)
    assert source.description.axes in ((), (Axis("z", 2),))
    assert ("<!ENTITY" in xml) <= (source.description.axes == ())
    assert np.array_equal(whole(source)[..., 0], picture)


def test_channels_that_do_not_fit_in_memory_are_told_together(
    tmp_path: Path, opened: Opened
) -> None:
    path = write_ome(tmp_path / "a.ome.tif", pictures(8), "CYX", compression="zlib")
    with pytest.raises(ImageError, match="needs 1 MiB in memory, more than the budget of 0 MiB"):
        opened(path, budget_bytes=400_000)


@pytest.mark.parametrize("form", [{}, {"rowsperstrip": 16}], ids=str)
def test_channels_that_are_not_compressed_are_read_in_parts_where_they_do_not_fit(
    tmp_path: Path, opened: Opened, form: dict[str, Any]
) -> None:
    data = pictures(8)
    source = opened(write_ome(tmp_path / "a.ome.tif", data, "CYX", **form), budget_bytes=400_000)
    assert np.array_equal(whole(source), np.moveaxis(data, 0, 2))


@pytest.mark.parametrize(
    ("bands", "dtype"), [(1, "uint8"), (1, "int16"), (3, "uint16"), (4, "uint8"), (5, "uint16")]
)
def test_a_page_of_strips_that_are_not_compressed_has_no_size_that_is_too_large(
    tmp_path: Path, opened: Opened, bands: int, dtype: str
) -> None:
    data = detailed(WIDTH, HEIGHT, bands).astype(dtype)
    tifffile.imwrite(tmp_path / "a.tif", data, rowsperstrip=16)
    large, small = (opened(tmp_path / "a.tif", budget_bytes=b) for b in (1 << 30, 30_000))
    for told in ("sample_type", "color_model", "bands", "alpha", "channels"):
        assert getattr(small.description, told) == getattr(large.description, told)
    assert np.array_equal(whole(small), whole(large))


def test_a_series_of_five_thousand_pages_is_there_to_its_end(opened: Any, tmp_path: Path) -> None:
    path = tmp_path / "series.ome.tif"
    series = np.arange(5000, dtype=np.uint16)[:, None, None] * np.ones((16, 16), np.uint16)
    tifffile.imwrite(path, series, metadata={"axes": "TYX"}, ome=True)
    source = opened(path)
    assert source.description.axes == (Axis("t", 5000),)
    last = at_plane(source, (4999,))
    assert whole(last)[0, 0, 0] == 4999
    last.close()


def test_a_plane_is_looked_for_anew_where_the_file_was_written_to(
    opened: Any, tmp_path: Path
) -> None:
    path = tmp_path / "planes.tif"
    tifffile.imwrite(path, pictures(3), photometric="minisblack")
    source = opened(path)
    tifffile.imwrite(path, pictures(3)[:1], photometric="minisblack")
    with pytest.raises(ImageError, match="page 3 of 1 is missing"):
        at_plane(source, (2,))


def test_pictures_told_of_again_and_again_take_no_longer() -> None:
    """Forged text of a megabyte had a picture's place looked for five billion times."""
    text = pixels('SizeC="1" SizeZ="1" SizeT="131072"', '<TiffData FirstT="1"/>' * 20_000)
    began_s = time.perf_counter()
    told = read_ome(text)
    assert told is not None
    declared = told.image
    assert declared is not None
    assert len(declared.places) == 131_071
    assert time.perf_counter() - began_s < 5.0


def test_one_colour_for_all_channels_is_none() -> None:
    """Programs that know no colours write white of each."""
    told = "".join(f'<Channel Name="{name}" Color="-1"/>' for name in "AB")
    read = read_ome(pixels('SizeC="2" SizeZ="1" SizeT="1"', told + "<TiffData/>"))
    assert read is not None
    declared = read.image
    assert declared is not None
    assert [(channel.name, channel.color) for channel in declared.channels] == [
        ("A", None),
        ("B", None),
    ]


@pytest.mark.parametrize("plane", [(1,), "page=2", PlaneChoice(lambda axes: (len(axes),))])
def test_only_the_plane_that_is_asked_for_is_decoded(
    tmp_path: Path, opened: Opened, plane: Any
) -> None:
    """The first would take more memory than there may be."""
    path = tmp_path / "a.tif"
    small = pictures(1)[0]
    with tifffile.TiffWriter(path) as file:
        file.write(np.zeros((1000, 1000), np.uint16), metadata=None, compression="zlib")
        file.write(small, metadata=None)
    source = opened(path, plane=plane, budget_bytes=200_000)
    assert source.description.plane == (1,)
    assert np.array_equal(whole(source)[..., 0], small)


def test_words_for_a_plane_that_is_not_there_are_an_error(tmp_path: Path, opened: Opened) -> None:
    path = write_ome(tmp_path / "a.ome.tif", pictures(3), "ZYX")
    with pytest.raises(ImageError, match="plane z=4: z goes from 1 to 3, not to '4'"):
        opened(path, plane="z=4")
    tifffile.imwrite(tmp_path / "b.tif", pictures(1)[0])
    with pytest.raises(ImageError, match="plane z=4: the image has one picture only"):
        opened(tmp_path / "b.tif", plane="z=4")


def test_one_channel_of_several_is_opened_alone_where_it_is_asked_for(
    tmp_path: Path, opened: Callable[..., TileSource]
) -> None:
    made = pictures(2, 3)
    path = tmp_path / "a.ome.tif"
    told = {"axes": "ZCYX", "Channel": {"Name": ["DAPI", "GFP", "Cy5"]}}
    tifffile.imwrite(path, made, ome=True, photometric="minisblack", metadata=told)
    source = opened(path, plane="z=2,channel=gfp")
    described = source.description
    assert described.axes == (Axis("z", 2), Axis("channel", 3, ("DAPI", "GFP", "Cy5")))
    assert (described.plane, described.bands) == ((1, 1), 1)
    assert [channel.name for channel in described.channels] == ["GFP"]
    assert np.array_equal(whole(source)[..., 0], made[1, 1])


def test_a_channel_whose_pages_are_not_there_is_left_out(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """As where a microscope was stopped."""
    data = np.arange(2 * 3 * 40 * 50, dtype=np.uint16).reshape(2, 3, 40, 50)
    whole_path = write_ome(tmp_path / "whole.ome.tif", data, "CZYX")
    with tifffile.TiffFile(whole_path) as file:
        text = file.ome_metadata
    path = tmp_path / "stopped.ome.tif"
    tifffile.imwrite(path, data[0], ome=False, description=text, photometric="minisblack")
    source = open_image(path)
    assert source.description.bands == 1
    assert [(axis.name, axis.size) for axis in source.description.axes] == [("z", 3)]
    assert (whole(source, 0)[..., 0] == data[0, 0]).all()
    assert "1 of 2 channels are not there" in caplog.text
    source.close()


@pytest.mark.parametrize(
    ("bits", "limits"), [("12", (0.0, 4095.0)), ("16", None), ("0", None), ("x", None)]
)
def test_a_camera_of_fewer_bits_tells_its_limits(
    tmp_path: Path, bits: str, limits: tuple[float, float] | None
) -> None:
    data = np.zeros((2, 40, 50), np.uint16)
    path = write_ome(tmp_path / "a.ome.tif", data, "CYX", metadata={"SignificantBits": bits})
    source = open_image(path)
    assert [channel.limits for channel in source.description.channels] == [limits] * 2
    source.close()
