"""DeepZoom: an XML beside a folder ``NAME_files/LEVEL/COLUMN_ROW.EXT``."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from types import MappingProxyType

from glview.errors import ImageError, TileError
from glview.pyramid import IntRect, Level, Pyramid, Reduction, TileKey
from glview.sources.base import ColorModel, ImageDescription, Margin, Room, Tile, own_room
from glview.sources.codec import decode, encoded_profile, encoded_samples
from glview.sources.deepzoom_xml import parse_deepzoom
from glview.sources.files import read_bytes
from glview.sources.icc import colors_of
from glview.sources.model import PixelModel, union
from glview.sources.stored import StoredSamples

MAX_TILE_BYTES = 64 << 20
"""Larger decoded tiles are refused: a few workers would overrun any budget."""
MAX_FILE_BYTES = 256 << 20
"""No tile file this large can be sound."""
_TILE_NAME = re.compile(r"([0-9]+)_([0-9]+)\.([A-Za-z0-9]+)")


class DeepZoomSource:
    """Reads a DeepZoom pyramid; level numbers of the format stay inside.

    ``path`` is the .dzi or .xml file, ``data`` its content. Thread-safe: nothing is written after
    construction; every tile is a file of its own.
    """

    def __init__(self, path: str, data: bytes, *, name: str | None = None) -> None:
        self._name = name or path
        self._xml = xml = parse_deepzoom(data, self._name)
        self._folder = f"{Path(path).with_name(Path(path).stem)}_files"
        self._top = max(xml.width - 1, xml.height - 1).bit_length()
        present = self._present_levels()
        # Folders count from the 1x1 level up. Some writers count their levels from 0 whatever
        # their size; then the highest folder is the full resolution.
        self._shift = 0
        if present[0] < self._top and self._is_full_resolution(present[0]):
            self._shift = self._top - present[0]
        self._numbers = tuple(present)
        levels = tuple(self._level(number + self._shift) for number in present)
        for level in levels:
            size = min(level.tile_width, level.width) * min(level.tile_height, level.height)
            if size * 4 > MAX_TILE_BYTES:
                raise ImageError(
                    self._name,
                    f"tiles of {xml.tile_size_px} pixels need more than "
                    f"{MAX_TILE_BYTES >> 20} MiB each",
                )
        self._levels = levels
        self._extension = self._found_extension()
        self._model = self._probed_model()
        colors = colors_of(self._profile(), self._name)
        self._description = ImageDescription(
            name=self._name,
            format="DeepZoom",
            pyramid=Pyramid(xml.width, xml.height, levels, Reduction.MEAN),
            sample_type=self._model.sample_type,
            color_model=self._model.color_model,
            bands=self._model.bands,
            alpha=self._model.alpha,
            sparse=bool(xml.display_rects),
            color_table=colors.table,
            is_profiled=colors.are_known,
            metadata=MappingProxyType(
                {
                    "tile format": self._extension,
                    "tile size": str(xml.tile_size_px),
                    "overlap": str(xml.overlap_px),
                }
            ),
        )

    @property
    def description(self) -> ImageDescription:
        return self._description

    @property
    def folders(self) -> tuple[int, ...]:
        """The number of each level's folder, finest first."""
        return self._numbers

    @property
    def cache_bytes(self) -> int:
        return 0

    def read_tile(self, key: TileKey) -> Tile | None:
        """Decode one tile file with the overlap it carries; None where none is declared."""
        return self.read_tile_into(key, own_room)

    def read_tile_into(self, key: TileKey, room: Room) -> Tile | None:
        """The same, with texels in ``room`` where there are any."""
        stored, margin = self._stored_rect(key)
        data = self._read_file(key)
        if data is None:
            if not self._declared(key):
                return None
            raise TileError(f"{self._tile_path(key)}: missing tile", may_heal=True)
        try:
            return decode(data, (stored.width, stored.height), room).tile(margin, self._model)
        except ValueError as error:
            raise TileError(f"{self._tile_path(key)}: {error}") from None

    def stored_samples(self) -> StoredSamples:
        """The samples of a tile as its file has them, of the finest level that has a sound one."""
        for index in range(len(self._levels)):
            for _, data in self._some_tiles(index):
                try:
                    return encoded_samples(data)
                except ValueError:
                    continue
        raise ImageError(self._name, f"no readable tile in {self._folder}")

    def _profile(self) -> bytes | None:
        """That of the coarsest tile: a writer gives all tiles the same."""
        if self._model.color_model is not ColorModel.RGB:
            return None
        for _, data in self._some_tiles(len(self._levels) - 1):
            return encoded_profile(data)
        return None

    def close(self) -> None:
        """Nothing is open between calls."""

    def _present_levels(self) -> list[int]:
        """Numbers of the level folders that hold something, finest first."""
        try:
            with os.scandir(self._folder) as entries:
                numbers = sorted(
                    {
                        int(entry.name)
                        for entry in entries
                        if re.fullmatch(r"[0-9]{1,2}", entry.name)
                        and int(entry.name) <= self._top
                        and str(int(entry.name)) == entry.name
                        and entry.is_dir()
                        and _holds_anything(entry.path)
                    },
                    reverse=True,
                )
        except OSError as error:
            raise ImageError(
                self._name, f"no tile folder {self._folder}: {error.strerror}"
            ) from None
        if not numbers:
            raise ImageError(self._name, f"no tiles in {self._folder}")
        return numbers

    def _is_full_resolution(self, number: int) -> bool:
        """Whether a folder below the top holds the last tile of the full resolution."""
        full = self._level(self._top)
        last = re.compile(rf"{full.columns - 1}_{full.rows - 1}\.[A-Za-z0-9]+")
        if full.columns == full.rows == 1:
            return False
        return any(last.fullmatch(entry) for entry in self._entries(number))

    def _entries(self, number: int) -> Iterator[str]:
        with os.scandir(f"{self._folder}/{number}") as entries:
            for entry in entries:
                yield entry.name

    def _level(self, number: int) -> Level:
        xml, step = self._xml, 1 << (self._top - number)
        return Level(
            width=-(-xml.width // step),
            height=-(-xml.height // step),
            downsample_x=float(step),
            downsample_y=float(step),
            tile_width=xml.tile_size_px,
            tile_height=xml.tile_size_px,
            overlap=xml.overlap_px,
        )

    def _found_extension(self) -> str:
        """The declared extension, or the one the files have (jpeg for jpg, JPG for jpg)."""
        declared, seen = self._xml.extension, None
        for number in self._numbers:
            for entry in self._entries(number):
                match = _TILE_NAME.fullmatch(entry)
                if match is None:
                    continue
                if match[3] == declared:
                    return declared
                seen = seen or match[3]
            if seen is not None:
                return seen
        raise ImageError(self._name, f"no tiles in {self._folder}")

    def _tile_path(self, key: TileKey) -> str:
        number = self._numbers[key.level]
        return f"{self._folder}/{number}/{key.column}_{key.row}.{self._extension}"

    def _read_file(self, key: TileKey) -> bytes | None:
        """The bytes of a tile file, None where there is none; TileError where unreadable."""
        path = self._tile_path(key)
        try:
            return read_bytes(path, MAX_FILE_BYTES)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise TileError.of_system(path, error) from None

    def _stored_rect(self, key: TileKey) -> tuple[IntRect, Margin]:
        """Level pixels a tile file holds, and how many of them on each side are overlap."""
        level, overlap = self._levels[key.level], self._xml.overlap_px
        x0, y0, x1, y1 = level.l_tile_rect(key.column, key.row)
        margin = Margin(
            left=min(overlap, x0),
            top=min(overlap, y0),
            right=min(overlap, level.width - x1),
            bottom=min(overlap, level.height - y1),
        )
        rect = IntRect(x0 - margin.left, y0 - margin.top, x1 + margin.right, y1 + margin.bottom)
        return rect, margin

    def _declared(self, key: TileKey) -> bool:
        rects = self._xml.display_rects
        if not rects:
            return True
        number = self._numbers[key.level] + self._shift
        tile = self._levels[key.level].i_tile_rect(key.column, key.row)
        return any(
            rect.min_level <= number <= rect.max_level
            and rect.i_rect.x0 < tile.x1
            and tile.x0 < rect.i_rect.x1
            and rect.i_rect.y0 < tile.y1
            and tile.y0 < rect.i_rect.y1
            for rect in rects
        )

    def _probed_model(self) -> PixelModel:
        """What all tiles are delivered as: the union over a coarse tile and a fine one.

        The finest level of a single tile shows the whole image, so colour or transparency
        anywhere shows there; levels of a few pixels would be grey by chance.
        """
        single = [i for i, level in enumerate(self._levels) if level.columns * level.rows == 1]
        model: PixelModel | None = None
        fault: ValueError | None = None
        for index in dict.fromkeys([*single[:1], 0, len(self._levels) - 1]):
            for key, data in self._some_tiles(index):
                try:
                    stored, _ = self._stored_rect(key)
                    found = decode(data, (stored.width, stored.height)).model
                except ValueError as error:
                    fault = fault or error
                    continue
                try:
                    model = found if model is None else union(model, found)
                except ValueError as error:
                    raise ImageError(self._name, f"mixed tiles: {error}") from None
                break
        if model is None:
            raise ImageError(self._name, f"no readable tile in {self._folder}: {fault}")
        return model

    def _some_tiles(self, index: int) -> Iterator[tuple[TileKey, bytes]]:
        """Up to four tiles of a level that exist, as bytes."""
        level, found = self._levels[index], 0
        for entry in self._entries(self._numbers[index]):
            match = _TILE_NAME.fullmatch(entry)
            if match is None or match[3] != self._extension:
                continue
            key = TileKey(index, int(match[1]), int(match[2]))
            if key.column >= level.columns or key.row >= level.rows:
                continue
            data = self._read_file(key)
            if data is not None:
                yield key, data
                found += 1
            if found == 4:
                return


def _holds_anything(folder: str) -> bool:
    with os.scandir(folder) as entries:
        return next(entries, None) is not None
