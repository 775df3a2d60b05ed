"""The one owner of what each tile's state is, and of what lies in the atlas.

A tile that is not listed is absent: wanted or not, it may be asked for.

    absent ── arrives ──> resident ── evicted, context lost ──> absent
    absent ── has nothing ──> empty        (for as long as the image is open)
    absent ── cannot be read ──> failed    (`Failures` says whether and when it is asked for again)
    failed ── arrives, or has nothing ──> resident, or empty
    resident, with holes ── arrives again ──> resident    (``lacking`` says when it is asked for)

Used by the thread that owns the view. Performs no GL: `Residency.uploads` tells what is to be done.
"""

from collections.abc import Collection, Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any, NamedTuple

from numpy.typing import NDArray

from glview import gutters
from glview.atlas import AtlasLayout, Move, Slot, SlotTable
from glview.failures import Failures
from glview.gutters import EdgeStrips
from glview.loader import Loaded
from glview.pyramid import Pyramid, TileKey
from glview.residents import LONG_AGO_S, Resident, Residents


class Upload(NamedTuple):
    """Texels (groups, h, w, components) to write at (x, y) of a slot."""

    slot: Slot
    x: int
    y: int
    texels: NDArray[Any]


@dataclass(frozen=True, slots=True, eq=False)
class Rearrangement:
    """Another layout, and where in it every tile that stays goes.

    Made by `Residency.rearranged`, and come true with `Residency.rearrange`.
    """

    slots: SlotTable
    moves: list[Move]


class Residency:
    """States of all tiles of one image.

    ``reach`` is how far filters look past a tile's edge: where the file's own overlap is shorter,
    neighbours' edge strips are kept on the host and patched into gutters. ``failures`` is what is
    known of unreadable tiles already, ``lacking`` of those that came with holes; they outlive an
    atlas.
    """

    def __init__(
        self,
        pyramid: Pyramid,
        layout: AtlasLayout,
        *,
        gutter: int,
        reach: int,
        failures: Failures | None = None,
        lacking: Failures | None = None,
    ) -> None:
        self._pyramid = pyramid
        self._gutter = gutter
        self._reach = reach
        self._table = SlotTable(layout)
        self._residents = Residents(pyramid)
        self._sizes: dict[TileKey, tuple[int, int]] = {}
        self._strips: dict[TileKey, EdgeStrips] = {}
        self._strip_bytes = 0
        # Admitted and not uploaded yet; uploaded, and where neighbours have come since.
        self._fresh: dict[TileKey, NDArray[Any]] = {}
        self._stale: dict[TileKey, set[tuple[int, int]]] = {}
        self._empty: set[TileKey] = set()
        self._failures = Failures() if failures is None else failures
        self._lacking = Failures() if lacking is None else lacking
        self._version = 0

    @property
    def residents(self) -> Residents:
        """Tiles in the atlas; read only for others."""
        return self._residents

    @property
    def empty(self) -> AbstractSet[TileKey]:
        """Tiles of which the image has nothing."""
        return self._empty

    @property
    def version(self) -> int:
        """Changes whenever a tile's state does."""
        return self._version

    @property
    def layout(self) -> AtlasLayout:
        """Where the slots lie."""
        return self._table.layout

    @property
    def capacity(self) -> int:
        """Most tiles that can be resident at a time."""
        return self._table.capacity

    @property
    def host_bytes(self) -> int:
        """Host memory of edge strips."""
        return self._strip_bytes

    def is_settled(self, key: TileKey) -> bool:
        """Whether a picture need not wait for a tile: it is there, has nothing, or failed."""
        return self._is_known(key) or key in self._failures

    def is_news(self, loaded: Loaded) -> bool:
        """Whether a result has an error that no result before it had, nor its own tile."""
        error = loaded.error
        return error is not None and not (self.is_settled(loaded.key) or self._failures.says(error))

    def missing(self, keys: Iterable[TileKey]) -> Iterator[TileKey]:
        """Those of the tiles that are worth asking for."""
        return (
            key
            for key in keys
            if self._lacking.is_asked(key) or not (self._is_known(key) or self._failures.rests(key))
        )

    def _is_known(self, key: TileKey) -> bool:
        """Whether reading a tile would change nothing."""
        return key in self._residents or key in self._empty

    def touch(self, keys: Iterable[TileKey]) -> None:
        """The tiles are in sight: others are evicted first."""
        self._table.touch(keys)

    def admit(self, loaded: Loaded, keeps: Iterable[Collection[TileKey]], birth_s: float) -> bool:
        """Take in one result; whether `uploads` has to be made of it, which then has its array.

        ``keeps``: sets of tiles that must stay; where that leaves no slot the next set is tried.
        False where the tile has nothing, or finds no slot because all are kept. For what cannot
        be read there is `fail`; for what came with holes, after this, `lack`, and when it comes
        again it takes the place of what was there. What neighbours know of its gutter is written
        into its texels, which may come again: true texels stay true.
        """
        key = loaded.key
        if key in self._residents and self._lacking.is_asked(key) and loaded.texels is not None:
            self._evict(key)
        if loaded.error is None:
            self._lacking.forget(key)
        if self._is_known(key):
            return False
        self._failures.forget(key)
        if loaded.texels is None:
            self._empty.add(key)
            self._version += 1
            return False
        if not self._table.has_room():
            victims = (self._table.victim(keep) for keep in keeps)
            victim = next((key for key in victims if key is not None), None)
            if victim is None:
                return False
            self._evict(victim)
        slot = self._table.acquire(key)
        self._residents[key] = Resident(slot, birth_s)
        self._version += 1
        self._fresh[key] = loaded.texels
        if self._pyramid.levels[key.level].overlap < self._reach:
            self._tell(key, loaded.texels)
        return True

    def fail(self, loaded: Loaded, now_s: float) -> None:
        """Take in one result with an error."""
        assert loaded.error is not None
        if not self._is_known(loaded.key):
            self._lacking.forget(loaded.key)
            self._failures.note(loaded.key, loaded.error, may_heal=loaded.may_heal, now_s=now_s)
            self._version += 1
        elif self._lacking.is_asked(loaded.key):
            self.lack(loaded, now_s)

    def lack(self, loaded: Loaded, now_s: float) -> None:
        """Take note of a result that has holes: it is read again when that is worth it."""
        assert loaded.error is not None
        if loaded.key in self._residents:
            self._lacking.note(
                loaded.key,
                loaded.error,
                may_heal=loaded.may_heal,
                now_s=now_s,
                lost=loaded.lost,
            )

    def is_covered_by_finer(self, key: TileKey) -> bool:
        """Whether the next finer level is resident all over a tile."""
        return key.level > 0 and all(
            finer in self._residents for finer in self._pyramid.covering(key, key.level - 1)
        )

    def finish_appearing(self, *, below: int) -> None:
        """Tiles of levels finer than ``below`` are there in full from now on."""
        for key, resident in self._residents.items():
            if key.level < below and resident.birth_s > LONG_AGO_S:
                self._residents[key] = Resident(resident.slot, LONG_AGO_S)
        self._version += 1

    def rearranged(self, layout: AtlasLayout, first: Iterable[TileKey]) -> Rearrangement:
        """What another layout would change (see `SlotTable.rearrange`); nothing does before that is
        taken, since the GPU may not have the memory for it.
        """
        slots = self._table.copy()
        return Rearrangement(slots, slots.rearrange(layout, first))

    def rearrange(self, planned: Rearrangement) -> None:
        """Take another layout, planned when everything was as it is now."""
        self._table = planned.slots
        for key, resident in list(self._residents.items()):
            slot = self._table.slot_of(key)
            if slot is None:
                self._forget(key)
            else:
                self._residents[key] = Resident(slot, resident.birth_s)
        self._version += 1

    def lose_from(self, layer: int) -> None:
        """The atlas has neither this layer nor those after it: no tile is resident there."""
        for key, resident in list(self._residents.items()):
            if resident.slot.layer >= layer:
                self._evict(key)
        self._version += 1

    def lose(self) -> None:
        """The atlas is gone with its context: no tile is resident; the other states stay."""
        for key in list(self._residents):
            self._forget(key)
        self._table = SlotTable(self.layout)
        self._version += 1

    def uploads(self) -> list[Upload]:
        """What must be uploaded since this was asked last, tiles admitted since then first.

        Each with all that its neighbours know, and then what these are to be told. Tiles that are
        admitted together complete each other on the host, and are uploaded once.
        """
        fresh, stale = self._fresh, self._stale
        self._fresh, self._stale = {}, {}
        made = []
        for key, texels in fresh.items():
            if key in self._strips:
                for patch in gutters.patches(key, *self._known_of(key)):
                    gutters.apply(texels, patch)
            made.append(Upload(self._residents[key].slot, 0, 0, texels))
        for key, came in stale.items():
            slot = self._residents[key].slot
            made += (
                Upload(slot, patch.x, patch.y, patch.texels)
                for patch in gutters.renewals(key, *self._known_of(key), came)
            )
        return made

    def _known_of(
        self, key: TileKey
    ) -> tuple[tuple[int, int], dict[TileKey, EdgeStrips], int, tuple[int, int]]:
        """Size of a tile, strips of all, gutter and grid, as `gutters` wants them."""
        level = self._pyramid.levels[key.level]
        return self._sizes[key], self._strips, self._gutter, (level.columns, level.rows)

    def _tell(self, key: TileKey, texels: NDArray[Any]) -> None:
        """Leave a tile's strips, and note whom they complete."""
        gutter = self._gutter
        own = gutters.strips_of(texels, gutter)
        self._sizes[key] = (texels.shape[2] - 2 * gutter, texels.shape[1] - 2 * gutter)
        self._strips[key] = own
        self._strip_bytes += own.size_bytes
        for dx, dy in gutters.AROUND:
            neighbour = TileKey(key.level, key.column - dx, key.row - dy)
            if neighbour in self._strips and neighbour not in self._fresh:
                self._stale.setdefault(neighbour, set()).add((dx, dy))

    def _evict(self, key: TileKey) -> None:
        self._table.release(key)
        self._forget(key)

    def _forget(self, key: TileKey) -> None:
        del self._residents[key]
        if key in self._strips:
            self._strip_bytes -= self._strips.pop(key).size_bytes
            del self._sizes[key]
        self._fresh.pop(key, None)
        self._stale.pop(key, None)
