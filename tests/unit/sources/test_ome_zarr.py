"""OME-Zarr: images of both versions, read chunk by chunk."""

import json
import os
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import zarr
from numpy.typing import NDArray

from glview.display import default_display
from glview.errors import ImageError, TileError, UnsupportedImageError
from glview.image import Axis, ColorModel, SampleType
from glview.playlist import images_in
from glview.pyramid import Reduction, TileKey
from glview.sources import zarr_source
from glview.sources.base import at_plane
from glview.sources.describe import as_text
from glview.sources.entire import entire_image
from glview.sources.inspecting import inspect_file
from glview.sources.ome_zarr import read_multiscale
from glview.sources.opening import open_image
from tests.unit.sources.build import whole

NAMES = {"t": "time", "c": "channel", "z": "space", "y": "space", "x": "space"}


def stack(*shape: int, dtype: str = "uint16") -> NDArray[Any]:
    return (np.arange(np.prod(shape)) % 60_013).reshape(shape).astype(dtype)


def write(
    path: Path,
    image: NDArray[Any],
    axes: str,
    *,
    version: int = 3,
    steps: tuple[int, ...] = (1, 2),
    channels: list[dict[str, Any]] | None = None,
    chunk: int = 128,
) -> None:
    """A group of levels of every so manieth pixel, as OME has them in Zarr 2 (0.4) or 3 (0.5)."""
    group = zarr.open_group(path, mode="w", zarr_format=2 if version == 2 else 3)
    datasets = []
    for number, step in enumerate(steps):
        level = image[..., ::step, ::step]
        chunks = (*[1] * (image.ndim - 2), chunk, chunk)
        group.create_array(str(number), data=level, chunks=chunks)
        sizes = [0.5 * step if axis in "yx" else 1.0 for axis in axes]
        transforms = [{"type": "scale", "scale": sizes}]
        datasets.append({"path": str(number), "coordinateTransformations": transforms})
    named: list[dict[str, str]] = [
        {"name": axis, "type": NAMES[axis], **({"unit": "micrometer"} if axis in "yx" else {})}
        for axis in axes
    ]
    told: dict[str, Any] = {"multiscales": [{"name": "cells", "axes": named, "datasets": datasets}]}
    if channels is not None:
        told["omero"] = {"channels": channels}
    group.attrs.update(told if version == 2 else {"ome": {"version": "0.5", **told}})


@pytest.mark.parametrize("version", [2, 3])
def test_levels_channels_and_planes_are_those_of_the_group(tmp_path: Path, version: int) -> None:
    image = stack(2, 3, 4, 300, 400)
    channels: list[dict[str, Any]] = [
        {"label": "DAPI", "color": "0000FF", "window": {"start": 10, "end": 900}},
        {"label": "GFP", "color": "00FF00"},
        {"label": "RFP", "color": "000000"},
    ]
    write(tmp_path / "a.zarr", image, "tczyx", version=version, channels=channels)
    source = open_image(tmp_path / "a.zarr")
    told = source.description
    assert (told.format, told.color_model, told.sample_type, told.bands) == (
        "OME-Zarr",
        ColorModel.CHANNELS,
        SampleType.U16,
        3,
    )
    assert told.axes == (Axis("t", 2), Axis("z", 4))
    assert [(one.name, one.color, one.window) for one in told.channels] == [
        ("DAPI", (0.0, 0.0, 1.0), (10.0, 900.0)),
        ("GFP", (0.0, 1.0, 0.0), None),
        ("RFP", None, None),
    ]
    assert told.pixel_size_um == (0.5, 0.5)
    assert told.pyramid.reduction is Reduction.UNKNOWN
    levels = [(level.width, level.tile_width, level.downsample) for level in told.pyramid.levels]
    assert levels == [(400, 128, 1.0), (200, 128, 2.0)]
    other = at_plane(source, (1, 2))
    for number, step in enumerate((1, 2)):
        expected = np.moveaxis(image[1, :, 2, ::step, ::step], 0, 2)
        assert np.array_equal(whole(other, number), expected)
    other.close()
    source.close()


@pytest.mark.parametrize(
    ("dtype", "carried"),
    [("uint8", "u1"), ("int8", "i2"), ("int16", "i2"), ("float32", "f4"), ("float64", "f4")],
)
def test_samples_are_those_of_the_array(tmp_path: Path, dtype: str, carried: str) -> None:
    image = stack(200, 300, dtype="int64") % 100
    write(tmp_path / "a.zarr", image.astype(dtype), "yx")
    source = open_image(tmp_path / "a.zarr")
    assert np.array_equal(whole(source, 0)[..., 0], image)
    assert whole(source, 0).dtype == np.dtype(carried)
    assert source.description.color_model is ColorModel.GREY
    source.close()


def test_more_channels_than_a_picture_has_room_for_are_an_axis(tmp_path: Path) -> None:
    image = stack(26, 40, 50)
    channels = [{"label": f"m{number}", "color": "FFFFFF"} for number in range(26)]
    write(tmp_path / "a.zarr", image, "cyx", channels=channels)
    source = open_image(tmp_path / "a.zarr", plane="channel=m25")
    told = source.description
    assert told.axes[0].labels == tuple(f"m{number}" for number in range(26))
    assert [channel.name for channel in told.channels] == ["m25"]
    assert np.array_equal(whole(source, 0)[..., 0], image[25])
    source.close()


def test_wide_values_keep_their_offset(tmp_path: Path) -> None:
    image = 3_000_000_000 + stack(200, 300, dtype="uint32") % 100
    write(tmp_path / "a.zarr", image.astype("uint32"), "yx")
    source = open_image(tmp_path / "a.zarr")
    values = whole(source, 0)[..., 0].astype(np.float64) + source.description.offset
    assert np.array_equal(values, image)
    source.close()


def test_groups_of_bioformats2raw_are_series(tmp_path: Path) -> None:
    root = zarr.open_group(tmp_path / "a.zarr", mode="w", zarr_format=2)
    root.attrs["bioformats2raw.layout"] = 3
    first, second = stack(100, 200), stack(3, 30, 40)
    write(tmp_path / "a.zarr" / "0", first, "yx", version=2)
    write(tmp_path / "a.zarr" / "1", second, "cyx", version=2)
    source = open_image(tmp_path / "a.zarr", series=1)
    told = source.description
    assert [(one.width, one.channels) for one in told.all_series] == [(200, 1), (40, 3)]
    assert told.series == 1
    assert np.array_equal(whole(source, 0), np.moveaxis(second, 0, 2))
    source.close()
    with pytest.raises(ImageError, match="image 3 of 2 is asked for"):
        open_image(tmp_path / "a.zarr", series=2)


@pytest.mark.parametrize("axes", [None, ["c", "y", "x"]])
def test_axes_of_older_versions(tmp_path: Path, axes: list[str] | None) -> None:
    write(tmp_path / "a.zarr", stack(3, 40, 50), "cyx", version=2)
    mark = tmp_path / "a.zarr" / ".zattrs"
    told = json.loads(mark.read_text())
    del told["multiscales"][0]["axes"]
    if axes is not None:
        told["multiscales"][0]["axes"] = axes
    mark.write_text(json.dumps(told))
    source = open_image(tmp_path / "a.zarr")
    bands, others = (3, ()) if axes else (1, (Axis("z", 3),))
    assert (source.description.bands, source.description.axes) == (bands, others)
    source.close()


def test_info_tells_what_there_is(tmp_path: Path) -> None:
    channels = [{"label": "DAPI", "color": "0000FF"}, {"label": "GFP", "color": "00FF00"}]
    write(tmp_path / "a.zarr", stack(2, 5, 300, 400), "czyx", channels=channels)
    text = as_text(inspect_file(tmp_path / "a.zarr"))
    for told in ("OME-Zarr", "400 x 300", "uint16", "5 planes", "DAPI, #0000ff", "0.5 x 0.5 µm"):
        assert told in text


def test_a_folder_of_images_has_zarrs_among_them(tmp_path: Path) -> None:
    write(tmp_path / "b.zarr", stack(40, 50), "yx")
    (tmp_path / "a.png").touch()
    (tmp_path / "other").mkdir()
    found = [os.path.basename(path) for path in images_in(str(tmp_path))]
    assert found == ["a.png", "b.zarr"]


def broken(path: Path) -> None:
    for chunk in (path / "0" / "c").rglob("*"):
        if chunk.is_file():
            chunk.write_bytes(b"\xaa" * 40)


def test_a_broken_chunk_is_a_fault_of_its_tile(tmp_path: Path) -> None:
    write(tmp_path / "a.zarr", stack(300, 400), "yx")
    broken(tmp_path / "a.zarr")
    source = open_image(tmp_path / "a.zarr")
    with pytest.raises(TileError, match=r"a\.zarr: level 0: "):
        source.read_tile(TileKey(0, 0, 0))
    assert source.read_tile(TileKey(1, 0, 0)) is not None
    source.close()


@pytest.mark.parametrize("dtype", ["uint16", "float64"])
def test_an_image_without_a_sound_chunk_opens(tmp_path: Path, dtype: str) -> None:
    write(tmp_path / "a.zarr", stack(300, 400, dtype=dtype), "yx", steps=(1,))
    broken(tmp_path / "a.zarr")
    source = open_image(tmp_path / "a.zarr")
    assert source.description.offset == 0.0
    with pytest.raises(TileError, match=r"a\.zarr: level 0: "):
        source.read_tile(TileKey(0, 0, 0))
    source.close()


@pytest.mark.parametrize("is_there", [True, False])
def test_the_offset_is_found_though_a_chunk_is_broken_or_filled(
    tmp_path: Path, is_there: bool
) -> None:
    image = 3_000_000_000 + stack(300, 400, dtype="uint32") % 100
    write(tmp_path / "a.zarr", image.astype("uint32"), "yx", steps=(1,))
    chunk = tmp_path / "a.zarr" / "0" / "c" / "0" / "0"
    chunk.unlink()
    if is_there:
        chunk.write_bytes(b"junk")
    source = open_image(tmp_path / "a.zarr")
    assert source.description.offset > 2_999_999_000
    source.close()


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"datasets": []}, "broken OME-Zarr: its multiscales have no datasets"),
        ({"datasets": [{"path": 3}]}, "broken OME-Zarr: its datasets have no path"),
        ({"datasets": [{"path": "7"}]}, "broken OME-Zarr: no array 7"),
        ({"axes": ["x", "y"]}, "axes x, y: only where y and x are the last are they supported"),
        ({"axes": ["y", "y"]}, "broken OME-Zarr: axes y, y of an array of 2 dimensions"),
        ({"axes": ["z", "y", "x"]}, "broken OME-Zarr: axes z, y, x of an array of 2 dimensions"),
    ],
)
def test_what_makes_no_sense_is_one_error(
    tmp_path: Path, change: dict[str, Any], fault: str
) -> None:
    write(tmp_path / "a.zarr", stack(40, 50), "yx")
    mark = tmp_path / "a.zarr" / "zarr.json"
    told = json.loads(mark.read_text())
    told["attributes"]["ome"]["multiscales"][0].update(change)
    mark.write_text(json.dumps(told))
    with pytest.raises(ImageError) as raised:
        open_image(tmp_path / "a.zarr")
    assert raised.value.fault.startswith(fault)


@pytest.mark.parametrize(
    ("attributes", "fault"),
    [
        ({}, "a Zarr group without an image of OME's"),
        ({"plate": {}}, "a plate of wells: open an image in it, such as A/1/0"),
        ({"bioformats2raw.layout": 3}, "a Zarr group without an image"),
    ],
)
def test_groups_without_an_image_say_so(
    tmp_path: Path, attributes: dict[str, Any], fault: str
) -> None:
    zarr.open_group(tmp_path / "a.zarr", mode="w").attrs.update({"ome": attributes})
    with pytest.raises(ImageError) as raised:
        open_image(tmp_path / "a.zarr")
    assert raised.value.fault == fault


def test_a_text_that_is_no_metadata_is_one_error(tmp_path: Path) -> None:
    (tmp_path / "zarr.json").write_text("{")
    with pytest.raises(ImageError, match="broken OME-Zarr: "):
        open_image(tmp_path)


def test_a_size_that_is_forged_is_one_error(tmp_path: Path) -> None:
    write(tmp_path / "a.zarr", stack(40, 50), "yx", steps=(1,))
    mark = tmp_path / "a.zarr" / "0" / "zarr.json"
    mark.write_text(json.dumps({**json.loads(mark.read_text()), "shape": [1 << 40, 1 << 40]}))
    with pytest.raises(ImageError, match=r"a\.zarr: .*an image of 1099511627776x1099511627776"):
        open_image(tmp_path / "a.zarr")


def test_chunks_that_are_too_large_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zarr_source, "MAX_CHUNK_BYTES", 1000)
    write(tmp_path / "a.zarr", stack(300, 400), "yx")
    with pytest.raises(UnsupportedImageError, match="chunks of 0 MiB are not supported"):
        open_image(tmp_path / "a.zarr")


def test_levels_that_grow_are_left_out(tmp_path: Path) -> None:
    write(tmp_path / "a.zarr", stack(300, 400), "yx", steps=(1, 1, 2))
    source = open_image(tmp_path / "a.zarr")
    assert [level.width for level in source.description.pyramid.levels] == [400, 200]
    source.close()


def test_without_zarr_it_is_told_what_reads_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "a.zarr", stack(40, 50), "yx")
    monkeypatch.setattr(zarr_source, "is_installed", lambda: False)
    with pytest.raises(UnsupportedImageError) as raised:
        open_image(tmp_path / "a.zarr")
    assert raised.value.fault == "OME-Zarr is read with: pip install 'glview-bigimage[zarr]'"


def test_it_is_not_converted(tmp_path: Path) -> None:
    write(tmp_path / "a.zarr", stack(40, 50), "yx")
    path = str(tmp_path / "a.zarr")
    with (
        pytest.raises(UnsupportedImageError, match="OME-Zarr is not converted"),
        entire_image(path),
    ):
        pass


@pytest.mark.parametrize("told", [None, "red", "12345", 7])
def test_what_is_no_colour_is_none(told: object) -> None:
    channels = [{"label": 3, "color": told, "window": {"start": 2, "end": 1}}]
    datasets = [{"path": "0"}]
    found = read_multiscale(
        {"multiscales": [{"datasets": datasets}], "omero": {"channels": channels}}
    )
    assert found is not None
    assert [(one.name, one.color, one.window) for one in found.channels] == [("3", None, None)]


@pytest.mark.parametrize(
    ("version", "change"),
    [
        (2, {"filters": [{"id": "pickle"}]}),
        (2, {"compressor": {"id": "pickle"}}),
        (3, {"codecs": ["bytes", {"name": "numcodecs.pickle", "configuration": {}}]}),
    ],
)
def test_what_would_run_the_files_own_words_is_refused(
    tmp_path: Path, version: int, change: dict[str, Any]
) -> None:
    write(tmp_path / "a.zarr", stack(40, 50), "yx", version=version)
    mark = tmp_path / "a.zarr" / "0" / (".zarray" if version == 2 else "zarr.json")
    mark.write_text(json.dumps({**json.loads(mark.read_text()), **change}))
    with pytest.raises(UnsupportedImageError, match=r"chunks are decoded by .*pickle, which is"):
        open_image(tmp_path / "a.zarr")


def test_codecs_within_shards_are_looked_at(tmp_path: Path) -> None:
    write(tmp_path / "a.zarr", stack(40, 50), "yx")
    mark = tmp_path / "a.zarr" / "0" / "zarr.json"
    within = {"chunk_shape": [128, 128], "codecs": [{"name": "odd"}], "index_codecs": ["bytes"]}
    codecs = [{"name": "sharding_indexed", "configuration": within}]
    mark.write_text(json.dumps({**json.loads(mark.read_text()), "codecs": codecs}))
    with pytest.raises(UnsupportedImageError, match="chunks are decoded by odd, which is not read"):
        open_image(tmp_path / "a.zarr")


def test_shards_are_read(tmp_path: Path) -> None:
    image = stack(300, 400)
    write(tmp_path / "a.zarr", image, "yx", steps=(1,))
    group = zarr.open_group(tmp_path / "a.zarr", mode="r+")
    group.create_array("0", data=image, chunks=(64, 64), shards=(128, 128), overwrite=True)
    source = open_image(tmp_path / "a.zarr")
    assert source.description.pyramid.levels[0].tile_width == 64
    assert np.array_equal(whole(source, 0)[..., 0], image)
    source.close()


@pytest.mark.parametrize("what", ["zarr.json", "c/0/0"])
def test_what_is_no_file_is_not_waited_for(tmp_path: Path, what: str) -> None:
    write(tmp_path / "a.zarr", stack(40, 50), "yx")
    path = tmp_path / "a.zarr" / "0" / what
    path.unlink()
    os.mkfifo(path)
    with pytest.raises((ImageError, TileError), match=f"0/{what} is no file"):
        whole(open_image(tmp_path / "a.zarr"), 0)


@pytest.mark.parametrize("what", ["zarr.json", "c/0/0"])
def test_files_that_are_too_large_are_not_read(tmp_path: Path, what: str) -> None:
    write(tmp_path / "a.zarr", stack(40, 50), "yx")
    os.truncate(tmp_path / "a.zarr" / "0" / what, 3 << 30)
    with pytest.raises((ImageError, TileError), match=f"3072 MiB of 0/{what} are more than it"):
        whole(open_image(tmp_path / "a.zarr"), 0)


def test_what_is_deleted_while_it_is_open_is_not_filled(tmp_path: Path) -> None:
    write(tmp_path / "a.zarr", stack(40, 50), "yx")
    source = open_image(tmp_path / "a.zarr")
    shutil.rmtree(tmp_path / "a.zarr" / "0")
    with pytest.raises(TileError, match="the array is gone") as raised:
        source.read_tile(TileKey(0, 0, 0))
    assert raised.value.may_heal
    source.close()


def test_a_chunk_that_is_not_there_is_filled(tmp_path: Path) -> None:
    write(tmp_path / "a.zarr", stack(40, 50), "yx")
    (tmp_path / "a.zarr" / "0" / "c" / "0" / "0").unlink()
    source = open_image(tmp_path / "a.zarr")
    assert not whole(source, 0).any()
    source.close()


@pytest.mark.parametrize("name", ["a::b.zarr", "memory:x.zarr"])
def test_names_are_no_addresses(tmp_path: Path, name: str) -> None:
    write(tmp_path / "a.zarr", stack(40, 50), "yx")
    (tmp_path / "a.zarr").rename(tmp_path / name)
    source = open_image(tmp_path / name)
    assert source.description.pyramid.width == 50
    source.close()


def told_anew(path: Path, change: dict[str, Any]) -> None:
    """A group whose first image says something else."""
    mark = path / "zarr.json"
    told = json.loads(mark.read_text())
    told["attributes"]["ome"]["multiscales"][0].update(change)
    mark.write_text(json.dumps(told))


def test_channels_whose_tile_takes_much_are_shown_one_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = stack(3, 300, 400)
    write(tmp_path / "a.zarr", image, "cyx")
    monkeypatch.setattr(zarr_source, "MAX_CHUNK_BYTES", 2 * 128 * 128 * 2)
    source = open_image(tmp_path / "a.zarr", plane=(2,))
    assert (source.description.bands, source.description.axes) == (1, (Axis("channel", 3),))
    assert np.array_equal(whole(source, 0)[..., 0], image[2])
    source.close()


def test_the_scale_of_all_levels_multiplies_that_of_each(tmp_path: Path) -> None:
    write(tmp_path / "a.zarr", stack(40, 50), "yx")
    told_anew(
        tmp_path / "a.zarr",
        {"coordinateTransformations": [{"type": "scale", "scale": [3.0, 0.5]}]},
    )
    source = open_image(tmp_path / "a.zarr")
    assert source.description.pixel_size_um == (0.25, 1.5)
    source.close()


def test_levels_of_fewer_planes_are_left_out(tmp_path: Path) -> None:
    image = stack(4, 300, 400)
    write(tmp_path / "a.zarr", image, "zyx", steps=(1, 2, 4))
    group = zarr.open_group(tmp_path / "a.zarr", mode="r+")
    group.create_array("1", data=image[::2, ::2, ::2], chunks=(1, 64, 64), overwrite=True)
    source = open_image(tmp_path / "a.zarr")
    assert [level.width for level in source.description.pyramid.levels] == [400, 100]
    source.close()


def test_levels_are_compared_with_those_that_are_kept(tmp_path: Path) -> None:
    image = stack(300, 400)
    write(tmp_path / "a.zarr", image, "yx", steps=(4, 1, 2, 8))
    source = open_image(tmp_path / "a.zarr")
    assert [level.width for level in source.description.pyramid.levels] == [100, 50]
    source.close()


def test_levels_of_other_samples_are_refused(tmp_path: Path) -> None:
    write(tmp_path / "a.zarr", stack(300, 400), "yx")
    group = zarr.open_group(tmp_path / "a.zarr", mode="r+")
    group.create_array("1", data=stack(150, 200, dtype="uint8"), overwrite=True)
    with pytest.raises(ImageError, match="the samples of its levels differ"):
        open_image(tmp_path / "a.zarr")


@pytest.mark.parametrize(
    "change",
    [
        {"coordinateTransformations": 5},
        {"coordinateTransformations": [{"scale": [10**400, True]}]},
        {"coordinateTransformations": [{"scale": ["1", None]}]},
        {"datasets": [{"path": "0", "coordinateTransformations": 5}]},
        {"datasets": [{"path": "0", "coordinateTransformations": [{"scale": [10**400, 1]}]}]},
        {"axes": [{"name": "y", "type": 3, "unit": 3}, {"name": "x", "unit": "micrometer"}]},
    ],
)
def test_odd_words_of_its_scale_tell_nothing(tmp_path: Path, change: dict[str, Any]) -> None:
    write(tmp_path / "a.zarr", stack(40, 50), "yx")
    told_anew(tmp_path / "a.zarr", change)
    source = open_image(tmp_path / "a.zarr")
    size = source.description.pixel_size_um
    assert size is None or size == (0.5, 0.5)
    source.close()


def test_windows_of_numbers_without_end_are_none(tmp_path: Path) -> None:
    channels = [{"label": "a", "window": {"start": 0, "end": 10**400}}]
    write(tmp_path / "a.zarr", stack(40, 50), "yx", channels=channels)
    source = open_image(tmp_path / "a.zarr")
    assert source.description.channels[0].window is None
    source.close()


@pytest.mark.parametrize("version", [2, 3])
@pytest.mark.parametrize(
    "number", ["1" + "0" * 400, "1" + "0" * 5000, "-1", "0", '"a"', "null", "1.5"], ids=len
)
@pytest.mark.parametrize("field", ["shape", "chunks"])
def test_odd_sizes_are_one_error(tmp_path: Path, version: int, number: str, field: str) -> None:
    write(tmp_path / "a.zarr", stack(40, 50), "yx", version=version, steps=(1,))
    mark = tmp_path / "a.zarr" / "0" / (".zarray" if version == 2 else "zarr.json")
    told = json.loads(mark.read_text())
    if field == "chunks" and version == 3:
        told["chunk_grid"]["configuration"]["chunk_shape"] = [7, "NUMBER"]
    else:
        told[field] = [7, "NUMBER"]
    mark.write_text(json.dumps(told).replace('"NUMBER"', number))
    with pytest.raises(ImageError):
        open_image(tmp_path / "a.zarr")


def test_axes_are_what_their_types_say(tmp_path: Path) -> None:
    write(tmp_path / "a.zarr", stack(2, 3, 40, 50), "tcyx")
    named = [
        {"name": "moment", "type": "time"},
        {"name": "stain", "type": "channel"},
        {"name": "y", "type": "space"},
        {"name": "x", "type": "space"},
    ]
    told_anew(tmp_path / "a.zarr", {"axes": named})
    source = open_image(tmp_path / "a.zarr")
    assert (source.description.bands, source.description.axes) == (3, (Axis("t", 2),))
    source.close()


def test_the_five_axes_are_what_they_are_called(tmp_path: Path) -> None:
    write(tmp_path / "a.zarr", stack(2, 3, 40, 50), "tcyx")
    named = [{"name": name, "type": "channel"} for name in "tcyx"]
    told_anew(tmp_path / "a.zarr", {"axes": named})
    source = open_image(tmp_path / "a.zarr")
    assert (source.description.bands, source.description.axes) == (3, (Axis("t", 2),))
    source.close()


def test_axes_in_another_order_are_not_supported(tmp_path: Path) -> None:
    write(tmp_path / "a.zarr", stack(3, 40, 50), "cyx")
    told_anew(tmp_path / "a.zarr", {"axes": ["y", "x", "c"]})
    with pytest.raises(UnsupportedImageError, match="axes y, x, c: only where y and x are the"):
        open_image(tmp_path / "a.zarr")


def test_channels_that_are_not_active_are_off_at_first(tmp_path: Path) -> None:
    channels: list[dict[str, Any]] = [
        {"label": "a", "active": True},
        {"label": "b", "active": False},
        {"label": "c"},
    ]
    write(tmp_path / "a.zarr", stack(3, 40, 50), "cyx", channels=channels)
    source = open_image(tmp_path / "a.zarr")
    assert default_display(source.description).hidden == frozenset({1})
    assert not source.description.rgb_bands
    source.close()
    lines = as_text(inspect_file(tmp_path / "a.zarr")).splitlines()
    assert [line.split()[-4:] for line in lines if "off at first" in line] == [
        ["b,", "off", "at", "first"]
    ]


def test_where_no_channel_is_active_all_are_shown(tmp_path: Path) -> None:
    channels = [{"label": "a", "active": False}, {"label": "b", "active": False}]
    write(tmp_path / "a.zarr", stack(2, 40, 50), "cyx", channels=channels)
    source = open_image(tmp_path / "a.zarr")
    assert default_display(source.description).hidden == frozenset()
    source.close()


def test_a_channel_that_is_chosen_is_shown(tmp_path: Path) -> None:
    channels = [{"label": str(number), "active": number == 0} for number in range(26)]
    write(tmp_path / "a.zarr", stack(26, 40, 50), "cyx", channels=channels)
    source = open_image(tmp_path / "a.zarr", plane=(25,))
    assert default_display(source.description).hidden == frozenset()
    source.close()
