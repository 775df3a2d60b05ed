"""Viewers take turns, so that what the machine does meanwhile meets all of them."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.peers.adapter import Adapter
from benchmarks.peers.figures import QUIET_CORES, Measured
from benchmarks.peers.scenarios import SCENARIOS
from benchmarks.peers.session import Image, Session
from benchmarks.peers.stage import Stage
from glview.bench.machine import busy_s
from glview.png import write_png

TRIES = 3
"""A repeat that was disturbed is done again, so often at most."""
PATIENCE_S = 20.0
"""So long is waited for a quiet machine before each."""
_LOOK_S = 1.0


@dataclass(frozen=True, slots=True)
class Plan:
    """What is measured: so many turns of each viewer, all scenarios in each.

    ``shots`` is a folder for pictures of the screen after each scenario, to see by whether an
    adapter is right.
    """

    image: Image
    adapters: Sequence[Adapter]
    scenarios: Sequence[str] = field(default=tuple(SCENARIOS))
    repeats: int = 3
    shots: Path | None = None


def take_turns(plan: Plan, homes: Path, tell: Callable[[str], None]) -> Iterator[Measured]:
    """The viewers, each on a screen of its own; one runs at a time.

    ``tell`` hears what is about to be measured. A viewer's first start is not counted: it brings
    its files into the system's memory and fills its caches on disk. One that ends by itself is
    left out from then on.
    """
    with ExitStack() as stack:
        sessions = {}
        for number, adapter in enumerate(plan.adapters):
            home = homes / str(number)
            home.mkdir()
            session = Session(adapter, plan.image, stack.enter_context(Stage()), home)
            stack.callback(session.close)
            sessions[adapter.name] = session
        for name, session in sessions.items():
            tell(f"{name}: a first start")
            SCENARIOS["start"](session, 0)
            session.stop()
        for turn in range(plan.repeats):
            for name, session in list(sessions.items()):
                yield from _turn(plan, session, turn, tell)
                if not session.alive:
                    tell(f"{name} has ended by itself")
                    del sessions[name]
                session.stop()


def _turn(
    plan: Plan, session: Session, turn: int, tell: Callable[[str], None]
) -> Iterator[Measured]:
    """One start of a viewer, and all scenarios on it."""
    name = session.adapter.name
    # What has to be started for the others counts only where it is asked for.
    for scenario in dict.fromkeys(("start", *plan.scenarios)):
        for attempt in range(TRIES):
            tell(f"{name}: {scenario}, turn {turn + 1} of {plan.repeats}")
            _wait_for_quiet(session.adapter.idle_cores * session.alive)
            figures = SCENARIOS[scenario](session, turn * TRIES + attempt + 1)
            measured = Measured(name, scenario, figures)
            if plan.shots is not None:
                write_png(plan.shots / f"{name}, {scenario}.png", session.shot())
            if scenario not in plan.scenarios:
                break
            yield measured
            if measured.quiet or not session.alive:
                break
        if not session.alive:
            return


def _wait_for_quiet(idle_cores: float) -> None:
    """Until other programs have less than half of what makes a repeat noisy, or in vain."""
    until_s = time.monotonic() + PATIENCE_S
    while time.monotonic() < until_s:
        before_s = busy_s()
        time.sleep(_LOOK_S)
        now_s = busy_s()
        if before_s is None or now_s is None:
            return
        if (now_s - before_s) / _LOOK_S < QUIET_CORES / 2 + idle_cores:
            return


def in_order(scenarios: Sequence[str]) -> tuple[str, ...]:
    """As `SCENARIOS` has them."""
    return tuple(name for name in SCENARIOS if name in scenarios)


def gone(adapters: Sequence[Adapter]) -> Mapping[str, str]:
    """What viewers lack, by their names, of those that lack something."""
    found = {adapter.name: adapter.missing() for adapter in adapters}
    return {name: missing for name, missing in found.items() if missing is not None}
