"""Slides: what OpenSlide reads is shown as it reads it, by whichever reader."""

import json
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import openslide
import pytest
import pyvips
import tifffile

import glview
from glview.errors import ImageError, TileError, UnsupportedImageError
from glview.pyramid import IntRect, Reduction, TileKey
from glview.sources import slide, slide_finding
from glview.sources.base import AssociatedSource, TileSource
from glview.sources.describe import as_dict
from glview.sources.image_file import image_file
from glview.sources.inspecting import inspect_file
from glview.sources.opening import open_image
from glview.sources.slide import SlideSource
from glview.sources.slide_names import Vendor
from glview.sources.slide_reader import SlideError
from glview.sources.slide_tiff import SlideTiffSource
from tests.slide_bif import write_bif
from tests.slide_folders import PATIENT, write_dicom, write_mirax
from tests.slide_ndpi import write_ndpi
from tests.slides import (
    LABEL,
    MACRO,
    Pixels,
    flat,
    reduced,
    tile_bytes,
    tissue,
    write_philips,
    write_scn,
    write_svs,
    write_trestle,
    write_vms,
)
from tests.unit.sources.build import overwrite, vips, whole

NAMED = "pip install 'glview-bigimage[slides]'"


@pytest.fixture
def full() -> Pixels:
    return tissue(700, 530)


@pytest.fixture
def svs(tmp_path: Path, full: Pixels) -> Path:
    path = tmp_path / "a.svs"
    write_svs(path, full)
    return path


@pytest.fixture
def scn(tmp_path: Path, full: Pixels) -> Path:
    path = tmp_path / "a.scn"
    write_scn(path, {(401, 302): full})
    return path


@pytest.fixture
def no_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where OpenSlide's wheels are not installed."""
    for module in (slide, slide_finding):
        monkeypatch.setattr(module, "is_installed", lambda: False)


def test_an_svs_is_described_by_openslide_and_read_by_our_own_reader(svs: Path) -> None:
    source = open_image(svs)
    told = source.description
    assert isinstance(source, SlideTiffSource)
    assert (told.format, told.objective_power, told.pixel_size_um) == (
        "Aperio slide",
        20.0,
        (0.499, 0.499),
    )
    assert told.associated == ("label", "macro", "thumbnail")
    assert told.metadata["vendor"] == "aperio"
    levels = [(level.width, level.height, level.downsample_x) for level in told.pyramid.levels]
    assert levels == [(700, 530, 1.0), (175, 132, 4.0), (43, 33, 16.0)]
    assert told.pyramid.reduction is Reduction.UNKNOWN
    source.close()


def test_every_level_is_what_openslide_reads(svs: Path, full: Pixels) -> None:
    source = open_image(svs)
    with openslide.OpenSlide(svs) as read:
        for index, (width, height) in enumerate(read.level_dimensions):
            expected = np.asarray(read.read_region((0, 0), index, (width, height)))[:, :, :3]
            assert np.abs(whole(source, index).astype(int) - expected).max() <= 1
    assert np.array_equal(whole(source, 0), full)
    source.close()


def test_jpeg_tiles_are_alike_by_either_reader(tmp_path: Path) -> None:
    """With colours at half the resolution, as scanners write them."""
    path = tmp_path / "a.svs"
    picture = vips(tissue(700, 530)).copy()
    told = "Aperio Image Library v11.2.1 \r\nQ=75|AppMag = 20|MPP = 0.5"
    picture.set_type(pyvips.GValue.gstr_type, "image-description", told)
    picture.tiffsave(str(path), compression="jpeg", Q=75, tile=True, pyramid=True)
    ours, theirs = open_image(path), SlideSource(path)
    assert isinstance(ours, SlideTiffSource)
    for level in (0, 1):
        assert np.array_equal(whole(ours, level), whole(theirs, level))
    ours.close()
    theirs.close()


@pytest.mark.parametrize(
    ("name", "write", "told"),
    [
        ("a.tiff", write_philips, ("Philips slide", None, (0.25, 0.25), ())),
        ("a.tif", write_trestle, ("Trestle slide", 20.0, None, ())),
        ("a.vms", write_vms, ("Hamamatsu slide", 40.0, (0.25, 0.25), ("macro",))),
        ("a.dcm", write_dicom, ("DICOM slide", 20.0, (0.5, 0.5), ())),
        ("a.ndpi", write_ndpi, ("Hamamatsu slide", 20.0, (0.5, 0.5), ("macro",))),
        ("a.bif", write_bif, ("Ventana slide", 20.0, (0.465, 0.465), ("macro",))),
    ],
)
def test_slides_of_other_makers_are_what_openslide_reads(
    tmp_path: Path,
    name: str,
    write: Callable[[Path, Pixels], None],
    told: tuple[str, float | None, tuple[float, float] | None, tuple[str, ...]],
) -> None:
    path = tmp_path / name
    write(path, tissue(1024, 512))
    source = open_image(path)
    got = source.description
    assert isinstance(source, SlideSource)
    size_um = got.pixel_size_um if told[2] else None
    assert (got.format, got.objective_power, size_um, got.associated) == told
    with openslide.OpenSlide(path) as read:
        assert read.level_count >= 2
        for index, size in enumerate(read.level_dimensions):
            expected = np.asarray(read.read_region((0, 0), index, size))
            pixels = whole(source, index)
            assert np.abs(pixels.astype(int) - expected[:, :, : pixels.shape[2]]).max() <= 1
    source.close()


def test_an_ndpi_of_gigabytes_is_found_by_its_places_of_64_bits(tmp_path: Path) -> None:
    """Most slides at 40x are larger than what 32 bits reach."""
    small, large, full = tmp_path / "a.ndpi", tmp_path / "large.ndpi", tissue(1024, 512)
    write_ndpi(small, full)
    write_ndpi(large, full, start=5 << 30)
    one, other = open_image(small), open_image(large)
    assert other.description.format == "Hamamatsu slide"
    assert other.description.pyramid == one.description.pyramid
    assert np.array_equal(whole(other, 0), whole(one, 0))
    one.close()
    other.close()


def test_the_tiles_of_a_ventana_slide_lie_over_one_another_as_openslide_lays_them(
    tmp_path: Path,
) -> None:
    path = tmp_path / "a.bif"
    write_bif(path, tissue(1024, 512), overlap=6)
    source = open_image(path)
    level = source.description.pyramid.levels[0]
    assert (level.width, level.height) == (1024 - 7 * 6, 512 - 3 * 6)
    with openslide.OpenSlide(path) as read:
        for index, size in enumerate(read.level_dimensions):
            expected = np.asarray(read.read_region((0, 0), index, size))
            assert np.abs(whole(source, index).astype(int) - expected).max() <= 1
    source.close()


def test_a_mirax_slide_is_the_part_that_was_scanned(tmp_path: Path) -> None:
    path, full = tmp_path / "a.mrxs", tissue(512, 256)
    write_mirax(path, full)
    source = open_image(path)
    told = source.description
    assert isinstance(source, SlideSource)
    assert (told.format, told.objective_power, told.pixel_size_um) == (
        *("MIRAX slide", 20.0),
        (0.5, 0.5),
    )
    assert told.metadata["bounds"] == "512 x 256 at 256, 256 of the slide"
    assert told.metadata["background"] == "FFFFFF"
    assert [level.downsample_x for level in told.pyramid.levels] == [1.0, 2.0]
    for index, step in enumerate((1, 2)):
        pixels = whole(source, index)
        assert np.array_equal(pixels[:, :, :3], reduced(full, step))
        assert pixels[:, :, 3].min() == 255
    source.close()


def test_slides_say_what_they_are_to_be_seen_on(tmp_path: Path, svs: Path) -> None:
    write_trestle(tmp_path / "a.tif", tissue(300, 200))
    told = []
    for path in (tmp_path / "a.tif", svs):
        source = open_image(path)
        told.append(source.description.background)
        source.close()
    assert told == [(230 / 255, 230 / 255, 230 / 255), (1.0, 1.0, 1.0)]


@pytest.mark.parametrize("made", [open_image, SlideSource])
def test_a_slide_with_a_broken_profile_is_shown_without_it(
    tmp_path: Path, full: Pixels, made: type
) -> None:
    path = tmp_path / "a.svs"
    profile = bytes(pyvips.Image.profile_load("p3"))
    write_svs(path, full, profile=profile[:128] + bytes(len(profile) - 128))
    source = made(path)
    assert source.description.color_table is None
    assert np.array_equal(whole(source, 0), full)
    source.close()


def test_whose_the_tissue_is_is_told_nowhere(tmp_path: Path) -> None:
    path = tmp_path / "a.dcm"
    write_dicom(path, tissue(300, 200))
    with openslide.OpenSlide(path) as read:
        assert PATIENT in read.properties.values()
    assert "Secret" not in json.dumps(as_dict(inspect_file(path)))


def test_tiles_of_a_level_that_was_rounded_down_lie_at_its_own_pixels(
    svs: Path, full: Pixels
) -> None:
    """OpenSlide says 4.0076 where it is 4: a third of a level's pixel would be lost at the end.

    Its own blending of a pixel's 130th part there is all that differs, also at the tiles' edges.
    """
    with openslide.OpenSlide(svs) as read:
        assert read.level_downsamples[1] == pytest.approx(4.0076, abs=1e-4)
    source = SlideSource(svs)
    level = source.description.pyramid.levels[1]
    assert (level.downsample_x, level.downsample_y) == (4.0, 4.0)
    off = np.abs(whole(source, 1).astype(int) - reduced(full, 4))
    assert off.max() <= 2
    source.close()


def test_label_and_macro_are_pictures_of_their_own(svs: Path) -> None:
    for source in (open_image(svs), SlideSource(svs)):
        assert isinstance(source, AssociatedSource)
        label, macro = source.read_associated("label"), source.read_associated("macro")
        assert (label.shape, tuple(label[5, 5])) == ((48, 60, 3), LABEL)
        assert (macro.shape, tuple(macro[5, 5])) == ((48, 120, 3), MACRO)
        with pytest.raises(KeyError):
            source.read_associated("barcode")
        source.close()


def test_the_image_is_what_the_slide_has_something_on(scn: Path, full: Pixels) -> None:
    source = open_image(scn)
    told = source.description
    assert isinstance(source, SlideSource)
    assert (told.format, told.alpha, told.associated) == ("Leica slide", True, ("macro",))
    assert (told.pyramid.width, told.pyramid.height) == (700, 530)
    assert told.metadata["bounds"] == "700 x 530 at 401, 302 of the slide"
    pixels = whole(source, 0)
    assert np.array_equal(pixels[:, :, :3], full)
    assert pixels[:, :, 3].min() == 255
    source.close()


def test_levels_of_leica_begin_where_their_area_does(scn: Path, full: Pixels) -> None:
    """The area is at 401, 302; OpenSlide has it at 100, 75 of the level four times smaller."""
    source = open_image(scn)
    level = source.description.pyramid.levels[1]
    assert (level.offset_x, level.offset_y) == (0.0, 0.0)
    assert (level.width, level.height, level.downsample_x) == (175, 133, 4.0)
    assert np.array_equal(whole(source, 1)[:132, :, :3], reduced(full, 4))
    source.close()


def test_levels_of_a_part_begin_at_whole_pixels_of_their_own(
    svs: Path, full: Pixels, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slide, "bounds", lambda *_: IntRect(101, 202, 501, 502))
    source = SlideSource(svs)
    assert np.array_equal(whole(source, 0), full[202:502, 101:501])
    level = source.description.pyramid.levels[1]
    assert (level.offset_x, level.offset_y, level.width, level.height) == (-1.0, -2.0, 101, 76)
    off = np.abs(whole(source, 1).astype(int) - reduced(full, 4)[50:126, 25:126])
    assert off.max() <= 12
    assert off.mean() < 2.0
    source.close()


def test_all_of_a_slide_can_be_had(scn: Path, full: Pixels) -> None:
    source = SlideSource(scn, whole=True)
    pixels = whole(source, 0)
    assert pixels.shape == (900, 1200, 4)
    assert np.array_equal(pixels[302:832, 401:1101, :3], full)
    assert pixels[:302, :, 3].max() == 0
    source.close()


def test_between_areas_there_is_nothing(tmp_path: Path) -> None:
    path = tmp_path / "two.scn"
    part = tissue(200, 200)
    write_scn(path, {(100, 100): part, (700, 500): part})
    source = open_image(path)
    pixels = whole(source, 0)
    assert pixels.shape == (600, 800, 4)
    assert np.array_equal(pixels[:200, :200, :3], part)
    assert np.array_equal(pixels[400:, 600:, :3], part)
    assert pixels[200:400, :, 3].max() == 0
    source.close()


def test_a_broken_tile_is_one_fault_among_good_tiles(svs: Path, full: Pixels) -> None:
    """An error kills OpenSlide's handle: the next tiles must not die of it."""
    at, count = tile_bytes(svs, 0, 1)
    overwrite(svs, at + 10, b"\xff" * (count - 10))
    source = SlideSource(svs)
    begun = time.monotonic()
    with pytest.raises(TileError, match=r"a\.svs: level 0 tile 1,0: ") as raised:
        source.read_tile(TileKey(0, 1, 0))
    assert not raised.value.may_heal
    assert np.array_equal(source.read_tile(TileKey(0, 0, 0)).pixels, full[:128, :128])
    assert np.array_equal(source.read_tile(TileKey(0, 2, 0)).pixels, full[:128, 256:384])
    assert time.monotonic() - begun < 5.0
    source.close()


def test_a_dead_handle_is_not_kept(svs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a broken tile each good one would cost another."""
    at, count = tile_bytes(svs, 0, 1)
    overwrite(svs, at + 10, b"\xff" * (count - 10))
    opened: list[str] = []
    really = openslide.OpenSlide

    def counted(path: str) -> openslide.OpenSlide:
        opened.append(path)
        return really(path)

    monkeypatch.setattr(openslide, "OpenSlide", counted)
    source = SlideSource(svs)
    with pytest.raises(TileError):
        source.read_tile(TileKey(0, 1, 0))
    assert len(opened) == 2
    for column in (0, 2, 3, 4):
        source.read_tile(TileKey(0, column, 0))
    assert len(opened) == 3
    source.close()


def test_other_threads_keep_their_tiles_when_one_finds_a_broken_one(
    svs: Path, full: Pixels
) -> None:
    at, count = tile_bytes(svs, 0, 1)
    overwrite(svs, at + 10, b"\xff" * (count - 10))
    source, failed = SlideSource(svs), []
    keys = [TileKey(0, column, row) for column in range(6) for row in range(5)]

    def read(mine: list[TileKey]) -> None:
        for key in mine:
            try:
                tile = source.read_tile(key)
            except TileError:
                failed.append(key)
                continue
            y, x = 128 * key.row, 128 * key.column
            assert np.array_equal(tile.pixels, full[y : y + 128, x : x + 128])

    threads = [threading.Thread(target=read, args=(keys * 3,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == [TileKey(0, 1, 0)] * 9
    source.close()


@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.8])
def test_a_slide_that_was_cut_off_is_an_error_or_has_holes(svs: Path, share: float) -> None:
    data = svs.read_bytes()
    svs.write_bytes(data[: int(share * len(data))])
    begun, faults = time.monotonic(), []
    try:
        source = open_image(svs)
    except ImageError as error:
        faults.append(str(error))
    else:
        for index, level in enumerate(source.description.pyramid.levels):
            for row in range(level.rows):
                for column in range(level.columns):
                    try:
                        source.read_tile(TileKey(index, column, row))
                    except TileError as error:
                        faults.append(str(error))
        source.close()
    assert time.monotonic() - begun < 5.0
    assert faults
    assert all(fault.startswith(f"{svs}: ") for fault in faults)


def test_a_slide_that_is_no_file_is_one_error_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.svs")
    # The missing one first: at a FIFO a fault of ours would wait.
    for name, fault in (("b.svs", "no such file"), ("a.svs", "is not a regular file")):
        with pytest.raises(ImageError) as raised:
            SlideSource(tmp_path / name)
        assert raised.value.fault == fault


def test_a_closed_slide_reads_no_more(svs: Path) -> None:
    source = SlideSource(svs)
    source.close()
    source.close()
    with pytest.raises(TileError, match="closed"):
        source.read_tile(TileKey(0, 0, 0))


def test_caches_keep_to_their_bound(scn: Path) -> None:
    source = SlideSource(scn)
    assert source.most_cached_bytes == 32 << 20
    source.limit_cache(1 << 20)
    assert (source.cache_bytes, source.most_cached_bytes) == (1 << 20, 1 << 20)
    source.close()


def test_a_bound_is_kept_to_after_a_broken_tile_too(svs: Path, full: Pixels) -> None:
    source = SlideSource(svs)
    offset, size = tile_bytes(svs, 0, 0)
    overwrite(svs, offset, b"\xaa" * size)
    with pytest.raises(TileError):
        source.read_tile(TileKey(0, 0, 0))
    source.limit_cache(1 << 20)
    good = source.read_tile(TileKey(0, 2, 2))
    assert good is not None
    assert np.array_equal(good.pixels, full[256:384, 256:384])
    assert source.cache_bytes == 1 << 20
    source.close()


@pytest.mark.usefixtures("no_extra")
def test_without_the_extra_an_svs_is_a_tiff_like_others(svs: Path, full: Pixels) -> None:
    source = open_image(svs)
    assert (source.description.format, source.description.pixel_size_um) == ("TIFF", (0.499, 0.499))
    assert np.array_equal(whole(source, 0), full)
    source.close()


@pytest.mark.usefixtures("no_extra")
@pytest.mark.parametrize(
    ("name", "data", "what"),
    [
        ("a.dcm", b"\0" * 128 + b"DICM", "DICOM is not supported"),
        ("a.svslide", b"SQLite format 3\0", "an SQLite database is not supported"),
        ("a.czi", b"ZISRAWFILE", "Zeiss CZI is not supported"),
        ("a.vms", b"[Virtual Microscope Specimen]\r\n", "a Hamamatsu slide is not supported"),
        ("a.mrxs", b"\xff\xd8\xff\xe0", "a MIRAX slide is not supported"),
    ],
)
def test_without_the_extra_slides_say_what_reads_them(
    tmp_path: Path, name: str, data: bytes, what: str
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "Slidedat.ini").touch()
    with pytest.raises(UnsupportedImageError) as raised:
        open_image(path)
    assert raised.value.fault.startswith(what)
    assert raised.value.fault.endswith(f"slides are read with: {NAMED}")


@pytest.mark.usefixtures("no_extra")
def test_without_the_extra_a_slide_of_our_own_is_asked_for_by_name(svs: Path) -> None:
    with pytest.raises(UnsupportedImageError) as raised:
        SlideSource(svs)
    assert raised.value.fault == f"reading slides takes OpenSlide: {NAMED}"


@pytest.mark.usefixtures("no_extra")
def test_without_the_extra_a_macro_is_not_shown_for_its_slide(scn: Path) -> None:
    with pytest.raises(UnsupportedImageError) as raised:
        open_image(scn)
    assert raised.value.fault == f"a Leica slide; slides are read with: {NAMED}"


@pytest.mark.usefixtures("no_extra")
def test_without_the_extra_an_ndpi_is_left_alone(tmp_path: Path) -> None:
    write_ndpi(tmp_path / "a.ndpi", tissue(512, 512))
    with pytest.raises(UnsupportedImageError) as raised:
        open_image(tmp_path / "a.ndpi")
    assert raised.value.fault == f"a Hamamatsu slide; slides are read with: {NAMED}"


def test_a_macro_is_not_shown_for_a_slide_that_openslide_refuses(
    scn: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise SlideError("broken")

    monkeypatch.setattr(slide, "SlideReader", refuse)
    with pytest.raises(ImageError, match=r"a\.scn: OpenSlide cannot read it: broken"):
        open_image(scn)


def test_the_first_page_of_a_ventana_slide_is_not_shown_for_it(tmp_path: Path) -> None:
    path, xmp = tmp_path / "a.bif", b"<iScan Magnification='20'/>"
    tifffile.imwrite(
        path,
        flat(LABEL, 60, 48),
        photometric="rgb",
        metadata=None,
        extratags=[(700, 1, len(xmp), xmp, True)],
    )
    with pytest.raises(ImageError, match=r"a\.bif: OpenSlide cannot read it: "):
        open_image(path)


def test_a_tiff_that_tells_of_a_maker_is_no_slide(tmp_path: Path) -> None:
    """Its pages are pictures, where those of a slide are levels and what is beside it."""
    path, told = tmp_path / "a.tif", "Argos, <scn > and iScan: three words"
    with tifffile.TiffWriter(path) as file:
        for pixels in (tissue(300, 200), flat(LABEL, 300, 200)):
            file.write(pixels, photometric="rgb", tile=(128, 128), description=told, metadata=None)
    source = open_image(path)
    assert [(axis.name, axis.size) for axis in source.description.axes] == [("page", 2)]
    source.close()


def test_slides_that_only_openslide_reads_are_not_converted(scn: Path, tmp_path: Path) -> None:
    write_vms(tmp_path / "a.vms", tissue(512, 256))
    for path in (scn, tmp_path / "a.vms"):
        with pytest.raises(UnsupportedImageError, match="are not converted"):
            glview.make_pyramid(path, tmp_path / "a.dzi")


def refused() -> TileSource:
    raise UnsupportedImageError("a.svs", "JPEG 2000 is not supported")


def test_what_our_reader_refuses_is_openslides(svs: Path, full: Pixels) -> None:
    with image_file(str(svs)) as file:
        source = slide_finding.found_slide_tiff(file, Vendor.APERIO, 1 << 20, refused)
    assert isinstance(source, SlideSource)
    assert np.array_equal(whole(source, 0), full)
    source.close()


@pytest.mark.usefixtures("no_extra")
def test_what_our_reader_refuses_says_what_would_read_it(svs: Path) -> None:
    with image_file(str(svs)) as file, pytest.raises(UnsupportedImageError) as raised:
        slide_finding.found_slide_tiff(file, Vendor.APERIO, 1 << 20, refused)
    assert raised.value.fault == (
        f"JPEG 2000 is not supported; slides (Aperio slide) are read with: {NAMED}"
    )


def test_a_tiff_that_only_looks_like_a_slide_is_read_by_our_reader(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    pixels = tissue(300, 200)
    tifffile.imwrite(
        path,
        pixels,
        photometric="rgb",
        tile=(128, 128),
        metadata=None,
        software="Philips",
        # Begins as theirs do, and OpenSlide finds it broken.
        description='<DataObject ObjectType="DPUfsImport"><unfinished',
    )
    source = open_image(path)
    assert source.description.format == "TIFF"
    assert np.array_equal(whole(source, 0), pixels)
    source.close()


def test_a_jpeg_is_no_slide_for_its_name(tmp_path: Path) -> None:
    path = tmp_path / "photo.mrxs"
    path.write_bytes(b"\xff\xd8\xff\xe0")
    with pytest.raises(ImageError) as raised:
        open_image(path)
    assert "OpenSlide" not in str(raised.value)


def test_what_begins_like_a_slide_and_is_none_is_one_error(tmp_path: Path) -> None:
    path = tmp_path / "a.dcm"
    path.write_bytes(b"\0" * 128 + b"DICM" + b"\0" * 100)
    with pytest.raises(ImageError) as raised:
        open_image(path)
    assert raised.value.fault == (
        "DICOM is not supported but for slides: no slide that OpenSlide knows; "
        "Bio-Formats' `bfconvert FILE OUT.ome.tif` makes a file that is"
    )


def test_a_slide_whose_parts_are_missing_is_one_error(tmp_path: Path) -> None:
    path = tmp_path / "a.vms"
    path.write_text("[Virtual Microscope Specimen]\nNoLayers=1\n")
    with pytest.raises(ImageError, match=r"a\.vms: no slide that OpenSlide knows$"):
        open_image(path)


def test_info_tells_of_a_slide(svs: Path, scn: Path) -> None:
    for path, name in ((svs, "Aperio slide"), (scn, "Leica slide")):
        stored = inspect_file(path)
        assert (stored.format, stored.objective_power) == (name, 20.0)
        assert (stored.width, stored.height) == (700, 530)
        assert "macro" in stored.associated
        assert stored.shown is not None


def test_a_property_whose_name_is_no_text_is_left_out(tmp_path: Path, full: Pixels) -> None:
    """OpenSlide's names of properties come as text, by which this one is not found again."""
    write_svs(tmp_path / "a.svs", full)
    data = (tmp_path / "a.svs").read_bytes()
    (tmp_path / "a.svs").write_bytes(data.replace(b"AppMag", b"App\xff\xfeg"))
    source = open_image(tmp_path / "a.svs")
    assert (source.description.format, source.description.pixel_size_um) == (
        "Aperio slide",
        (0.499, 0.499),
    )
    source.close()
