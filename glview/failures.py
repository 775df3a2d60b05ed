"""Tiles that could not be read: why, and when reading them again is worth it (pure).

    failed ── its pause is over and it is wanted ──> asked for again
    asked for again ── fails ──> failed, for a pause twice as long
    either ── is read ──> forgotten

What does not heal by itself, and what was tried `MAX_ATTEMPTS` times, stays failed.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from glview.pyramid import IntRect, TileKey

MAX_ATTEMPTS = 6


def pause_s(attempts: int) -> float | None:
    """Seconds to wait after this many attempts: 1, 2, 4, 8, 16, then None: no more.

    Half a minute in all, as long as a network drive takes to come back.
    """
    return 2.0 ** (attempts - 1) if attempts < MAX_ATTEMPTS else None


@dataclass(frozen=True, slots=True)
class Failure:
    """What was said at the last attempt, how many there were, and which parts are lost."""

    error: str
    attempts: int
    lost: tuple[IntRect, ...] = ()


@dataclass(frozen=True, slots=True)
class Hole:
    """A tile that cannot be read, or not in all its parts, and why."""

    key: TileKey
    error: str
    lost: tuple[IntRect, ...] = ()
    """Which parts, in the tile's own pixels; empty: all of it."""


class Failures(Mapping[TileKey, Failure]):
    """The unreadable tiles of one image. Used by the thread that owns the view; reads no clock."""

    def __init__(self) -> None:
        self._failed: dict[TileKey, Failure] = {}
        self._due_s: dict[TileKey, float] = {}
        self._asked: set[TileKey] = set()
        self._told: set[TileKey] = set()
        self._words: Counter[str] = Counter()
        """How many of the tiles have failed with each error."""

    def __getitem__(self, key: TileKey) -> Failure:
        return self._failed[key]

    def __iter__(self) -> Iterator[TileKey]:
        return iter(self._failed)

    def __len__(self) -> int:
        return len(self._failed)

    def __contains__(self, key: object) -> bool:
        return key in self._failed

    def note(
        self,
        key: TileKey,
        error: str,
        *,
        may_heal: bool,
        now_s: float,
        lost: tuple[IntRect, ...] = (),
    ) -> None:
        """A tile could not be read; the next attempt is due after its pause, if there is one."""
        before = self._failed.get(key)
        if before is not None:
            self._unsay(before)
        self._words[error] += 1
        attempts = before.attempts + 1 if before is not None else 1
        self._failed[key] = Failure(error, attempts, lost)
        self._asked.discard(key)
        self._due_s.pop(key, None)
        pause = pause_s(self._failed[key].attempts) if may_heal else None
        if pause is not None:
            self._due_s[key] = now_s + pause

    def says(self, error: str) -> bool:
        """Whether a tile has failed with this very error: coarser ones do with a finer one's."""
        return error in self._words

    def _unsay(self, failure: Failure) -> None:
        self._words -= Counter((failure.error,))

    def rests(self, key: TileKey) -> bool:
        """Whether a tile has failed and is not asked for again."""
        return key in self._failed and key not in self._asked

    def is_asked(self, key: TileKey) -> bool:
        """Whether a tile has failed and is asked for again."""
        return key in self._asked

    def ask_all(self) -> None:
        """Let all of them be asked for again now, as if they had not been tried."""
        self._failed = {
            key: Failure(found.error, 0, found.lost) for key, found in self._failed.items()
        }
        self._due_s.clear()
        self._asked.update(self._failed)

    def ask_due(self, keys: AbstractSet[TileKey], now_s: float) -> bool:
        """Let those of the tiles be asked for again whose pause is over; True if there are any."""
        due = [key for key in self._pausing(keys) if self._due_s[key] <= now_s]
        for key in due:
            del self._due_s[key]
        self._asked.update(due)
        return bool(due)

    def next_due_s(self, keys: AbstractSet[TileKey]) -> float | None:
        """When the first of the tiles should be asked for again; None for never."""
        return min((self._due_s[key] for key in self._pausing(keys)), default=None)

    def _pausing(self, keys: AbstractSet[TileKey]) -> list[TileKey]:
        """Those of the tiles that a next attempt is due for. Asked in each frame: mostly none."""
        few: Collection[TileKey] = self._due_s
        many: Collection[TileKey] = keys
        if len(few) > len(many):
            few, many = many, few
        return [key for key in few if key in many]

    def holes(self, keys: Iterable[TileKey]) -> list[Hole]:
        """Those of the tiles that have failed, sorted."""
        if not self._failed:
            return []
        failed = ((key, self._failed[key]) for key in sorted(keys) if key in self._failed)
        return [Hole(key, found.error, found.lost) for key, found in failed]

    def new_holes(self, keys: Iterable[TileKey]) -> list[Hole]:
        """Those of the holes that no call before this one gave."""
        if not self._failed:
            return []
        untold = [key for key in keys if key in self._failed and key not in self._told]
        self._told.update(untold)
        return self.holes(untold)

    def forget(self, key: TileKey) -> None:
        """The tile can be read after all."""
        failure = self._failed.pop(key, None)
        if failure is not None:
            self._unsay(failure)
            self._due_s.pop(key, None)
            self._asked.discard(key)
            self._told.discard(key)

    def clear(self) -> None:
        """Forget all of them."""
        for known in (self._failed, self._due_s, self._asked, self._told, self._words):
            known.clear()
