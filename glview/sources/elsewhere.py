"""What nobody here reads, through large_image where it is installed."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glview.errors import ImageError, TileError, UnsupportedImageError, unnamed
from glview.image import Axis, Channel, ColorModel
from glview.planes import CHANNEL, AskedPlane, Plane, chosen_plane, require_plane
from glview.pyramid import Level, Pyramid, Reduction, TileKey
from glview.sources.array import carried, narrowing_of, sample_type_of
from glview.sources.base import ImageDescription, Reading, Tile
from glview.sources.converters import unread_kind
from glview.sources.elsewhere_reader import ElsewhereError, ElsewhereReader, NoSourceError
from glview.sources.image_file import ImageFile
from glview.sources.model import PixelModel, guessed_model
from glview.sources.sniff import HEAD_BYTES, look_alike
from glview.texels import MAX_BANDS

_FRAME = "frame"
_NAMES = {"IndexC": CHANNEL, "IndexXY": "position"}


@dataclass(frozen=True, slots=True)
class Frames:
    """How the frames of a file are ordered: along axes, with a stride each, the slowest first."""

    axes: tuple[Axis, ...] = ()
    strides: tuple[int, ...] = ()
    channels: tuple[str, ...] = ()
    """Names of the channels of one picture, whose frames are ``channel_stride`` apart."""
    channel_stride: int = 0

    def of(self, plane: Plane) -> tuple[int, ...]:
        """The frames that make a picture, one for each channel."""
        first = sum(at * stride for at, stride in zip(plane, self.strides, strict=True))
        return tuple(first + k * self.channel_stride for k in range(max(1, len(self.channels))))


def frames_of(metadata: Mapping[str, Any], bands: int) -> Frames:
    """What large_image tells of its frames; channels of one band make one picture, up to 24."""
    count = len(metadata.get("frames", ())) or 1
    if count == 1:
        return Frames()
    ranges, strides = metadata.get("IndexRange", {}), metadata.get("IndexStride", {})
    if math.prod(ranges.values()) != count or set(ranges) != set(strides):
        return Frames((Axis(_FRAME, count),), (1,))
    names = metadata.get("channels", ())
    channels: tuple[str, ...] = ()
    keys = sorted(ranges, key=lambda key: -strides[key])
    if bands == 1 and 1 < ranges.get("IndexC", 1) <= MAX_BANDS:
        keys.remove("IndexC")
        told = len(names) == ranges["IndexC"]
        channels = tuple(map(str, names)) if told else ("",) * ranges["IndexC"]
    axes = tuple(
        Axis(
            _NAMES.get(key, key.removeprefix("Index").lower()),
            ranges[key],
            tuple(map(str, names)) if key == "IndexC" and len(names) == ranges[key] else (),
        )
        for key in keys
    )
    stride = strides["IndexC"] if channels else 0
    return Frames(axes, tuple(strides[key] for key in keys), channels, stride)


class ElsewhereSource:
    """One picture of a file that large_image reads, and the way to others. Thread-safe.

    `ElsewhereError` where large_image cannot read it, `ImageError` where it cannot be shown.
    """

    def __init__(self, path: str, name: str, kind: str | None, asked: AskedPlane = None) -> None:
        self._path, self._name, self._kind = path, name, kind
        self._reader = ElsewhereReader(path)
        try:
            self._describe(asked)
        except BaseException:
            self._reader.close()
            raise

    def _describe(self, asked: AskedPlane) -> None:
        reader, name = self._reader, self._name
        told = reader.metadata
        levels = _levels(told)
        self._coarsest = len(levels) - 1
        some = reader.read(0, 0, 0, 0)
        self.stored_dtype = some.dtype
        frames = frames_of(told, some.shape[2])
        plane = chosen_plane(name, frames.axes, asked) or (0,) * len(frames.axes)
        self._frames = frames.of(plane)
        if any(self._frames):
            some = np.dstack([reader.read(0, 0, 0, frame) for frame in self._frames])
        sample_type = sample_type_of(some.dtype, name)
        if frames.channels:
            self._model = PixelModel(sample_type, ColorModel.CHANNELS, some.shape[2])
        elif some.shape[2] <= MAX_BANDS:
            self._model = guessed_model(sample_type, some.shape[2])
        else:
            raise UnsupportedImageError(name, f"{some.shape[2]} bands are not supported")
        self._narrowing = narrowing_of(some, self._model, None)
        self._description = ImageDescription(
            name=name,
            format=f"{self._kind or 'image'} (large_image: {reader.name})",
            pyramid=Pyramid(told["sizeX"], told["sizeY"], levels, Reduction.UNKNOWN),
            sample_type=sample_type,
            color_model=self._model.color_model,
            bands=self._model.bands,
            alpha=self._model.alpha,
            offset=self._narrowing.offset,
            pixel_size_um=_pixel_size_um(told),
            metadata=MappingProxyType({}),
            reading=Reading.PYTHON,
            channels=tuple(Channel(channel) for channel in frames.channels),
            axes=frames.axes,
            plane=plane,
            objective_power=_positive(told.get("magnification")),
        )

    @property
    def description(self) -> ImageDescription:
        return self._description

    @property
    def cache_bytes(self) -> int:
        return 0

    def read_tile(self, key: TileKey) -> Tile:
        rect = self._description.pyramid.levels[key.level].l_tile_rect(key.column, key.row)
        z = self._coarsest - key.level
        try:
            parts = [self._reader.read(key.column, key.row, z, frame) for frame in self._frames]
            pixels = np.dstack([_fitted(part, rect.width, rect.height) for part in parts])
        except (ElsewhereError, ValueError) as error:
            where = f"{self._name}: level {key.level} tile {key.column},{key.row}"
            raise TileError(f"{where}: {error}") from None
        if pixels.shape[2] != self._model.depth:
            fault = f"{pixels.shape[2]} bands instead of {self._model.depth}"
            raise TileError(f"{self._name}: tile {tuple(key)}: {fault}")
        if pixels.dtype != self._model.sample_type.dtype:
            pixels = carried(pixels, self._model, self._narrowing)
        return Tile(np.ascontiguousarray(pixels))

    def at_plane(self, plane: Plane) -> "ElsewhereSource":
        """Another picture; IndexError where there is none."""
        require_plane(self._description, plane)
        try:
            return ElsewhereSource(self._path, self._name, self._kind, plane)
        except ElsewhereError as error:
            raise ImageError(self._name, f"large_image cannot read it: {error}") from None

    def close(self) -> None:
        self._reader.close()


def open_elsewhere(file: ImageFile, asked: AskedPlane = None) -> ElsewhereSource:
    """A picture of a file of another kind; `ImageError` where large_image cannot read it."""
    kind = look_alike(file.read_at(0, HEAD_BYTES))
    try:
        return ElsewhereSource(file.path, file.name, kind, asked)
    except NoSourceError:
        raise UnsupportedImageError(file.name, unread_kind(kind)) from None
    except (ElsewhereError, KeyError, TypeError, ValueError) as error:
        fault = unnamed(file.name, str(error))
        raise ImageError(file.name, f"large_image cannot read it: {fault}") from None


def _levels(told: Mapping[str, Any]) -> tuple[Level, ...]:
    """Each half as large as the one before, rounded up, the finest first."""
    width, height = int(told["sizeX"]), int(told["sizeY"])
    tile_width, tile_height = int(told["tileWidth"]), int(told["tileHeight"])
    return tuple(
        Level(
            -(-width // 2**k),
            -(-height // 2**k),
            float(2**k),
            float(2**k),
            tile_width=tile_width,
            tile_height=tile_height,
        )
        for k in range(int(told["levels"]))
    )


def _fitted(pixels: NDArray[Any], width: int, height: int) -> NDArray[Any]:
    """A tile without what is past the image; one pixel that rounding took is the one beside it."""
    pixels = pixels[:height, :width]
    down, right = height - pixels.shape[0], width - pixels.shape[1]
    if max(down, right) > 1 or not pixels.size:
        raise ValueError(f"{pixels.shape[1]}x{pixels.shape[0]} pixels of {width}x{height}")
    return np.pad(pixels, ((0, down), (0, right), (0, 0)), "edge") if down or right else pixels


def _positive(value: Any) -> float | None:
    return float(value) if isinstance(value, (int, float)) and 0.0 < value < math.inf else None


def _pixel_size_um(told: Mapping[str, Any]) -> tuple[float, float] | None:
    across, down = _positive(told.get("mm_x")), _positive(told.get("mm_y"))
    return (across * 1000.0, down * 1000.0) if across and down else None
