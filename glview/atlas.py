"""Which tile lies in which slot of the texture atlas (pure; the texture itself is in `gl`)."""

from collections import OrderedDict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from glview.pyramid import TileKey

MAX_LAYER_PX = 2304
"""Side of an atlas layer: well under the 4,096 that any OpenGL 3.3 machine has, and fine enough
that the atlas can grow in steps of about 20 MB."""
MAX_LAYERS = 256
"""GL_MAX_ARRAY_TEXTURE_LAYERS is at least this in OpenGL 3.3."""
SHARE_OF_BUDGET = 0.75
"""Of what the atlas may take, its largest texture: the rest is for the old one while it grows."""


class Slot(NamedTuple):
    """A place in the atlas: layer, and the texel where the slot (gutter included) begins."""

    layer: int
    x: int
    y: int


class Move(NamedTuple):
    """A tile's slot in the layout before, and in the one that follows."""

    old: Slot
    new: Slot


@dataclass(frozen=True, slots=True)
class AtlasLayout:
    """How slots of ``slot_width`` x ``slot_height`` texels (gutter included) share layers.

    A layer of the layout is ``groups`` layers of the texture.
    """

    slot_width: int
    slot_height: int
    columns: int
    rows: int
    groups: int
    bytes_per_layer: int
    max_layers: int

    @property
    def slot_bytes(self) -> int:
        return self.bytes_per_layer // self.slots_per_layer

    @property
    def capacity(self) -> int:
        """Slots of all layers."""
        return self.slots_per_layer * self.max_layers

    def is_shaped_like(self, other: "AtlasLayout") -> bool:
        """Whether every slot that both have lies at the same place."""
        return replace(self, max_layers=other.max_layers) == other

    @property
    def slots_per_layer(self) -> int:
        return self.columns * self.rows

    @property
    def width(self) -> int:
        """Texels across a layer."""
        return self.columns * self.slot_width

    @property
    def height(self) -> int:
        return self.rows * self.slot_height

    def slot(self, index: int) -> Slot:
        """The place of the slot with a running number."""
        layer, rest = divmod(index, self.slots_per_layer)
        row, column = divmod(rest, self.columns)
        return Slot(layer, column * self.slot_width, row * self.slot_height)

    def within(
        self, budget_bytes: int, *, layers_now: int = 0, most_slots: int | None = None
    ) -> "AtlasLayout":
        """The layout for another budget, for a texture that has ``layers_now`` already.

        The same shape where it serves, so that no tile need move: a window that is resized by hand
        changes the budget in every frame. Never fewer layers than there are, unless the budget
        cannot hold those.
        """
        slots = _slots(budget_bytes, self.slot_bytes, most_slots)
        layer, hardware = self.slots_per_layer, MAX_LAYERS // self.groups
        if layer > max(slots // 4, 1) or layer * hardware < min(slots, self._largest * hardware):
            return _laid_out(self.slot_width, self.slot_height, self.slot_bytes, self.groups, slots)
        whole = min(max(slots // layer, 1), hardware)
        room = max(budget_bytes // self.bytes_per_layer, whole)
        bound = room if most_slots is None else min(room, max(most_slots // layer, 1))
        growing = whole if layers_now > bound else max(layers_now, min(whole, room - layers_now))
        return replace(self, max_layers=growing)

    @property
    def _largest(self) -> int:
        """Slots of the largest layer there can be."""
        return (MAX_LAYER_PX // self.slot_width) * (MAX_LAYER_PX // self.slot_height)


def plan_layout(
    tile_width: int,
    tile_height: int,
    *,
    gutter: int,
    bytes_per_texel: int,
    groups: int,
    budget_bytes: int,
) -> AtlasLayout:
    """The layout for tiles up to the given size within a budget.

    ``bytes_per_texel`` counts all groups. The atlas grows by copying into a larger texture, when
    old and new exist together, so its largest size leaves a quarter of the budget to the old one.
    """
    width, height = tile_width + 2 * gutter, tile_height + 2 * gutter
    if max(width, height) > MAX_LAYER_PX:
        raise ValueError(f"tiles of {tile_width}x{tile_height} do not fit an atlas layer")
    slot_bytes = width * height * bytes_per_texel
    return _laid_out(width, height, slot_bytes, groups, _slots(budget_bytes, slot_bytes, None))


def _slots(budget_bytes: int, slot_bytes: int, most: int | None) -> int:
    """How many slots the largest atlas of a budget has; at least one."""
    slots = max(int(budget_bytes * SHARE_OF_BUDGET) // slot_bytes, 1)
    return slots if most is None else min(slots, most)


def _laid_out(width: int, height: int, slot_bytes: int, groups: int, slots: int) -> AtlasLayout:
    columns, rows = MAX_LAYER_PX // width, MAX_LAYER_PX // height
    # A layer of at most an eighth of the atlas, so that small budgets are still used in full.
    while columns * rows > max(slots // 8, 1):
        if columns >= rows:
            columns = max(columns // 2, 1)
        else:
            rows = max(rows // 2, 1)
    layers = min(max(slots // (columns * rows), 1), MAX_LAYERS // groups)
    layer_bytes = columns * rows * slot_bytes
    return AtlasLayout(width, height, columns, rows, groups, layer_bytes, layers)


def fallbacks(
    layout: AtlasLayout, allocated_bytes: int, refused_bytes: int, least_slots: int
) -> Iterator[AtlasLayout]:
    """What to try, best first, where the driver refuses memory for more of a layout.

    The texture as it is allocated, if that is ``least_slots`` or more. Else half of what was
    refused, half of that, and so on, down to ``least_slots``.
    """
    if allocated_bytes >= least_slots * layout.slot_bytes:
        yield replace(layout, max_layers=allocated_bytes // layout.bytes_per_layer)
        return
    slots = layout.capacity
    while slots > least_slots:
        slots = max(min(slots, refused_bytes // layout.slot_bytes) // 2, least_slots)
        yield layout.within(int(slots * layout.slot_bytes / SHARE_OF_BUDGET) + 1)


def next_layer_count(current: int, needed: int, maximum: int) -> int:
    """How many layers to allocate when ``needed`` exceed the ``current`` ones.

    Doubling keeps copies rare, up to a third of the maximum. The last step jumps from there to all
    of it, so that old and new together stay within 4/3 of the maximum (the whole budget); not from
    less: after a start at 1600x1000 three layers of ten serve, 50 MiB instead of 168.
    """
    if needed <= current:
        return current
    grown = max(needed, min(2 * current, maximum // 3))
    return maximum if 3 * grown > maximum else grown


class SlotTable:
    """Owner of the slots: who has which, and who goes first when room is needed.

    Used by the thread that owns the view only.
    """

    def __init__(self, layout: AtlasLayout) -> None:
        self._layout = layout
        self._capacity = layout.capacity
        self._free: list[int] = []
        self._fresh = 0
        self._slots: OrderedDict[TileKey, int] = OrderedDict()

    def copy(self) -> "SlotTable":
        """Another table of the same state."""
        made = SlotTable(self._layout)
        made._free = self._free.copy()
        made._fresh = self._fresh
        made._slots = self._slots.copy()
        return made

    @property
    def layout(self) -> AtlasLayout:
        return self._layout

    @property
    def capacity(self) -> int:
        """Most tiles that can be resident at a time."""
        return self._capacity

    def __len__(self) -> int:
        return len(self._slots)

    def __contains__(self, key: TileKey) -> bool:
        return key in self._slots

    def __iter__(self) -> Iterator[TileKey]:
        return iter(self._slots)

    def slot_of(self, key: TileKey) -> Slot | None:
        index = self._slots.get(key)
        return None if index is None else self._layout.slot(index)

    def touch(self, keys: Iterable[TileKey]) -> None:
        """Mark tiles as seen now; the least recently seen go first."""
        for key in keys:
            if key in self._slots:
                self._slots.move_to_end(key)

    def victim(self, keep: Collection[TileKey]) -> TileKey | None:
        """The tile that must go before another can come; None where a slot is free or all stay.

        ``keep`` are the tiles that must not go: visible, wanted and pinned ones.
        """
        if self._free or self._fresh < self._capacity:
            return None
        return next((key for key in self._slots if key not in keep), None)

    def has_room(self) -> bool:
        return bool(self._free) or self._fresh < self._capacity

    def acquire(self, key: TileKey) -> Slot:
        """Give a tile a free slot; there must be one (`has_room`) and it must not have one yet."""
        if key in self._slots:
            raise ValueError(f"{key} has a slot already")
        if self._free:
            index = self._free.pop()
        else:
            if self._fresh >= self._capacity:
                raise ValueError("no free slot")
            index, self._fresh = self._fresh, self._fresh + 1
        self._slots[key] = index
        return self._layout.slot(index)

    def release(self, key: TileKey) -> None:
        """Take a tile's slot back."""
        self._free.append(self._slots.pop(key))

    def rearrange(self, layout: AtlasLayout, first: Iterable[TileKey]) -> list[Move]:
        """Take another layout; the moves of the tiles that stay, whose others lose their slots.

        The ``first`` stay, best first, as long as there is room, then those seen last. Where the
        layout has the same shape, a tile moves only if its slot is there no more.
        """
        order = dict.fromkeys(key for key in first if key in self._slots)
        order.update(dict.fromkeys(reversed(self._slots)))
        staying = set(list(order)[: layout.capacity])
        fixed = layout.capacity if layout.is_shaped_like(self._layout) else 0
        before = OrderedDict(item for item in self._slots.items() if item[0] in staying)
        taken = {index for index in before.values() if index < fixed}
        free = (index for index in range(layout.capacity) if index not in taken)
        after = OrderedDict(
            (key, index if index < fixed else next(free)) for key, index in before.items()
        )
        moves = [
            Move(self._layout.slot(index), layout.slot(after[key])) for key, index in before.items()
        ]
        used = set(after.values())
        self._fresh = max(used, default=-1) + 1
        self._free = [index for index in reversed(range(self._fresh)) if index not in used]
        self._slots, self._layout, self._capacity = after, layout, layout.capacity
        return moves
