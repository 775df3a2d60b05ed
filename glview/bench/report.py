"""All that one run has found, as a value that is kept as JSON (pure but for reading the file)."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Self

from glview.bench.rows import Row
from glview.bench.traces import Trace
from glview.errors import GlviewError

FORMAT: Final = 1
"""Counts up where an older reader would misread."""


@dataclass(frozen=True, slots=True)
class Report:
    """One run.

    ``image`` and ``machine`` are facts for people and for telling runs apart, ``settings`` how long
    and how large the cases were, ``others_cores`` how many cores were busy with other programs
    meanwhile (None where the system does not tell). ValueError where two rows have one name, by
    which they are compared.
    """

    rows: tuple[Row, ...]
    machine: Mapping[str, Any]
    settings: Mapping[str, Any]
    others_cores: float | None
    image: Mapping[str, Any] = field(default_factory=dict)
    traces: tuple[Trace, ...] = ()
    verdict: tuple[str, ...] = ()
    seconds: float = 0.0

    def __post_init__(self) -> None:
        twice = [
            case for case, count in Counter(row.case for row in self.rows).items() if count > 1
        ]
        if twice:
            raise ValueError(f"two rows of one name: {', '.join(twice)}")

    def others_share(self, row: Row) -> float:
        """The share of all cores that other programs had while a row was measured, 0 to 1.

        That of the whole run where the row does not know.
        """
        busy = self.others_cores if row.others_cores is None else row.others_cores
        return min((busy or 0.0) / (self.machine.get("cores") or 1), 1.0)

    def row(self, case: str) -> Row | None:
        """A row by name."""
        return next((row for row in self.rows if row.case == case), None)

    def as_dict(self) -> dict[str, object]:
        """For JSON."""
        return {
            "format": FORMAT,
            "image": dict(self.image),
            "machine": dict(self.machine),
            "settings": dict(self.settings),
            "other_work_cores": self.others_cores,
            "seconds": self.seconds,
            "verdict": list(self.verdict),
            "rows": [row.as_dict() for row in self.rows],
            "traces": [trace.as_dict() for trace in self.traces],
        }

    @classmethod
    def from_dict(cls, told: Mapping[str, Any]) -> Self:
        """What `as_dict` gave; KeyError, TypeError or ValueError for anything else."""
        if told["format"] != FORMAT:
            raise ValueError(f"format {told['format']}, where {FORMAT} is read")
        others = told["other_work_cores"]
        return cls(
            _each(Row.from_dict, told["rows"]),
            dict(told["machine"]),
            dict(told["settings"]),
            None if others is None else float(others),
            dict(told["image"]),
            _each(Trace.from_dict, told["traces"]),
            tuple(map(str, told["verdict"])),
            float(told["seconds"]),
        )

    def as_json(self) -> str:
        """The text of a report's file."""
        return json.dumps(self.as_dict(), indent=1, ensure_ascii=False) + "\n"


def read_report(path: Path) -> Report:
    """A report from its file; `GlviewError` that names the file where it is none."""
    try:
        return Report.from_dict(json.loads(path.read_text("utf-8")))
    except OSError as error:
        raise GlviewError(f"{path}: {(error.strerror or str(error)).lower()}") from None
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise GlviewError(f"{path}: no report of glview bench ({_first(error)})") from None


def _each(make: Any, told: Sequence[Any]) -> tuple[Any, ...]:
    return tuple(make(one) for one in told)


def _first(error: Exception) -> str:
    if isinstance(error, KeyError):
        return f"it has no {error.args[0]}"
    return str(error).partition("\n")[0]
