"""Files that large_image reads for glview."""

import importlib.util
import logging
import os
from pathlib import Path
from typing import Any, ClassVar

import large_image
import numpy as np
import pytest
from large_image.constants import TILE_FORMAT_NUMPY, SourcePriority
from large_image.tilesource import FileTileSource
from numpy.typing import NDArray
from PIL import Image

import glview
from glview.convert import make_pyramid
from glview.errors import ImageError, TileError, UnsupportedImageError
from glview.image import ColorModel
from glview.pyramid import TileKey
from glview.sources import elsewhere_reader
from glview.sources.elsewhere import frames_of
from glview.sources.image_file import image_file
from glview.sources.inspecting import inspect_file
from glview.sources.opening import open_image

_RGB = np.random.default_rng(1).integers(0, 256, (90, 120, 3), np.uint8)


def _first(path: Path, **asked: Any) -> NDArray[Any]:
    source = open_image(path, **asked)
    try:
        tile = source.read_tile(TileKey(0, 0, 0))
        assert tile is not None
        return tile.pixels
    finally:
        source.close()


def _saved(path: Path, pixels: NDArray[np.uint8], **options: Any) -> Path:
    Image.fromarray(pixels).save(path, **options)
    return path


@pytest.mark.parametrize(
    ("name", "kind"),
    [("a.bmp", "BMP"), ("a.jp2", "JPEG 2000"), ("a.ppm", "PNM"), ("a.tga", "TGA")],
)
def test_pixels_are_those_of_the_file(tmp_path: Path, name: str, kind: str) -> None:
    path = _saved(tmp_path / name, _RGB)
    assert np.array_equal(_first(path), _RGB)
    assert inspect_file(path).format == f"{kind} (large_image: pil)"


@pytest.mark.parametrize(
    ("bands", "model", "alpha"),
    [(1, ColorModel.GREY, False), (2, ColorModel.GREY, True), (4, ColorModel.RGB, True)],
)
def test_bands_mean_what_their_number_says(
    tmp_path: Path, bands: int, model: ColorModel, alpha: bool
) -> None:
    pixels = np.dstack([_RGB, _RGB[:, :, :1]])[:, :, :bands].squeeze()
    source = open_image(_saved(tmp_path / "a.jp2", pixels))
    told = source.description
    source.close()
    assert (told.color_model, told.alpha) == (model, alpha)


def test_a_picture_is_rendered(tmp_path: Path) -> None:
    path = _saved(tmp_path / "a.bmp", np.full((64, 64, 3), (200, 100, 50), np.uint8))
    assert glview.render(path, size=(64, 64))[32, 32, :3].tolist() == [200, 100, 50]


def test_what_no_source_takes_is_refused_as_ever(tmp_path: Path) -> None:
    path = tmp_path / "a.jp2"
    path.write_bytes(b"\x00\x00\x00\x0cjP  \r\n\x87\n" + bytes(100))
    with pytest.raises(UnsupportedImageError, match=r"a\.jp2: JPEG 2000 is not supported; `opj"):
        open_image(path)


def test_a_truncated_file_is_told_in_a_line(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = _saved(tmp_path / "a.bmp", _RGB)
    path.write_bytes(path.read_bytes()[:9000])
    with pytest.raises(
        ImageError, match=r"a\.bmp: large_image cannot read it: .*truncated"
    ) as told:
        open_image(path)
    assert "\n" not in str(told.value)
    assert capfd.readouterr().err == ""


def test_without_large_image_it_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "large_image" else found(name)
    )
    path = _saved(tmp_path / "a.bmp", _RGB)
    with pytest.raises(
        UnsupportedImageError, match=r"pip install 'glview-bigimage\[large-image\]'"
    ):
        open_image(path)


def test_it_is_not_converted(tmp_path: Path) -> None:
    path = _saved(tmp_path / "a.bmp", _RGB)
    with pytest.raises(UnsupportedImageError, match="BMP is not supported"):
        make_pyramid(path, tmp_path / "out.tif")


class _Frames(FileTileSource):  # type: ignore[misc] # large_image has no types
    """Two z planes of three channels, 300x200 in tiles of 128; a sample tells its place."""

    name = "frames13"
    extensions: ClassVar[dict[str | None, Any]] = {
        None: SourcePriority.MANUAL,
        "frames13": SourcePriority.PREFERRED,
    }

    def __init__(self, path: str, **options: Any) -> None:
        super().__init__(path, **options)
        self.sizeX, self.sizeY, self.levels = 300, 200, 3
        self.tileWidth = self.tileHeight = 128

    def getMetadata(self) -> dict[str, Any]:  # noqa: N802  # as large_image calls it
        told = super().getMetadata()
        told["frames"] = [{"IndexC": k % 3, "IndexZ": k // 3} for k in range(6)]
        self._addMetadataFrameInformation(told, ["red", "green", "blue"])
        return {**told, "mm_x": 0.0005, "mm_y": 0.00025, "magnification": 20}

    def getTile(  # noqa: N802  # as above
        self,
        x: int,
        y: int,
        z: int,
        numpyAllowed: Any = False,  # noqa: N803  # as above
        **options: Any,
    ) -> Any:
        frame = options.get("frame") or 0
        pixels = np.full((128, 128, 1), 10000 * frame + 1000 * z + 10 * x + y, np.uint16)
        return self._outputTile(
            pixels, TILE_FORMAT_NUMPY, x, y, z, numpyAllowed=numpyAllowed, **options
        )


@pytest.fixture
def framed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    large_image.tilesource.loadTileSources()
    monkeypatch.setitem(large_image.tilesource.AvailableTileSources, "frames13", _Frames)
    path = tmp_path / "a.frames13"
    path.write_bytes(b"\x01\x02 nothing that is known")
    return path


def test_frames_are_channels_and_planes(framed: Path) -> None:
    source = open_image(framed)
    told = source.description
    source.close()
    assert [channel.name for channel in told.channels] == ["red", "green", "blue"]
    assert [(axis.name, axis.size) for axis in told.axes] == [("z", 2)]
    assert (told.pixel_size_um, told.objective_power) == ((0.5, 0.25), 20)


def test_each_frame_is_where_it_belongs(framed: Path) -> None:
    assert _first(framed, plane=(1,))[0, 0].tolist() == [32000, 42000, 52000]


def test_levels_go_from_fine_to_coarse(framed: Path) -> None:
    source = open_image(framed)
    sizes = [(level.width, level.height) for level in source.description.pyramid.levels]
    tile = source.read_tile(TileKey(0, 2, 1))
    source.close()
    assert sizes == [(300, 200), (150, 100), (75, 50)]
    assert tile is not None
    assert (tile.pixels.shape, tile.pixels[0, 0, 0]) == ((72, 44, 3), 2021)


def test_another_plane_is_opened(framed: Path) -> None:
    source = open_image(framed)
    other = source.at_plane((1,))  # type: ignore[attr-defined]  # it has planes
    source.close()
    tile = other.read_tile(TileKey(2, 0, 0))
    other.close()
    assert tile.pixels[0, 0].tolist() == [30000, 40000, 50000]


def test_a_tile_after_the_end_is_an_error(framed: Path) -> None:
    source = open_image(framed)
    source.close()
    with pytest.raises(TileError, match="level 0 tile 0,0: closed"):
        source.read_tile(TileKey(0, 0, 0))


def test_its_tiles_are_not_kept_beside_ours(tmp_path: Path) -> None:
    reader = elsewhere_reader.ElsewhereReader(str(_saved(tmp_path / "a.bmp", _RGB)))
    reader.read(0, 0, 0, 0)
    kept = len(reader._source.cache)
    reader.close()
    assert kept == 0


def test_frames_of_no_order_are_an_axis() -> None:
    frames = frames_of({"frames": [{}, {}, {}]}, 1)
    assert [(axis.name, axis.size) for axis in frames.axes] == [("frame", 3)]
    assert frames.of((2,)) == (2,)


def test_channels_of_colours_are_an_axis() -> None:
    told = {"frames": [{}] * 2, "IndexRange": {"IndexC": 2}, "IndexStride": {"IndexC": 1}}
    assert [axis.name for axis in frames_of(told, 3).axes] == ["channel"]


def test_a_refused_image_holds_no_file(tmp_path: Path) -> None:
    path = _saved(tmp_path / "a.bmp", _RGB)
    path.write_bytes(path.read_bytes()[:9000])
    with pytest.raises(ImageError):
        open_image(path)
    held = [os.path.realpath(f"/proc/self/fd/{number}") for number in os.listdir("/proc/self/fd")]
    assert str(path) not in held


def test_what_it_logs_is_not_passed_on(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = _saved(tmp_path / "a.bmp", _RGB)
    with caplog.at_level(logging.DEBUG):
        open_image(path).close()
    assert [record.name for record in caplog.records if "large_image" in record.name] == []


@pytest.mark.parametrize("text", ['{"sources": [{"path": "b.png"}]}', "sources:\n- path: b.png\n"])
def test_a_text_that_names_other_files_is_not_followed(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.json"
    path.write_text(text)
    with pytest.raises(UnsupportedImageError), image_file(str(path)):
        pass
