"""Tiles from the workers and from the host: what is asked for is handed out, once."""

from collections.abc import Iterator

import pytest

from glview.cover import tiles_of
from glview.lod import choose, level_ranges
from glview.options import ViewerOptions
from glview.probe import Probe
from glview.pyramid import TileKey
from glview.scheduler import Plan, Rules, plan
from glview.supply import Supply
from glview.viewport import Viewport
from tests.unit.recorder import WaitingSource, until

VIEW = Viewport(1000, 800, 4000.0, 4000.0, 1.0)
SLOT_BYTES = 264 * 264 * 4
PLENTY = 64 << 20


def planned(source: WaitingSource) -> Plan:
    pyramid = source.description.pyramid
    choice = choose(pyramid, level_ranges(pyramid), VIEW.scale)
    return plan(pyramid, choice, VIEW, Rules(200, (), frozenset(), prefetch=False))


@pytest.fixture
def source() -> Iterator[WaitingSource]:
    made = WaitingSource()
    yield made
    made.release()


@pytest.fixture
def supply(source: WaitingSource) -> Iterator[Supply]:
    made = Supply(
        source,
        ViewerOptions(workers=2, host_bytes=PLENTY),
        first=next(iter(tiles_of(source.description.pyramid, 5))),
        slow_levels=frozenset(),
        slot_bytes=SLOT_BYTES,
        wake=lambda: None,
        probe=Probe(source, source.description, lambda: None),
    )
    yield made
    source.release()
    made.close()


def handed_out(supply: Supply, count: int) -> list[TileKey]:
    """Keys of the next tiles; the host keeps them."""
    keys: list[TileKey] = []

    def enough() -> bool:
        while len(keys) < count and (loaded := supply.next()):
            supply.keep(loaded)
            keys.append(loaded.key)
        return len(keys) == count

    until(enough)
    return keys


def test_what_is_asked_for_is_handed_out_once(supply: Supply, source: WaitingSource) -> None:
    asked = planned(source)
    keys = handed_out(supply_for(supply, asked), len(asked.wanted))
    assert sorted(keys) == sorted(asked.wanted)
    assert supply.next() is None
    assert not supply.has_more


def supply_for(supply: Supply, asked: Plan) -> Supply:
    supply.ask(asked, asked.wanted)
    return supply


def test_what_the_host_has_kept_is_not_read_again_and_keeps_the_order_of_the_plan(
    supply: Supply, source: WaitingSource
) -> None:
    asked = planned(source)
    handed_out(supply_for(supply, asked), len(asked.wanted))
    source.asked.clear()
    supply.ask(asked, asked.wanted)
    assert supply.keeps_some
    assert tuple(handed_out(supply, len(asked.wanted))) == asked.wanted
    assert source.asked == []


def test_what_the_host_had_to_drop_meanwhile_is_read_and_nothing_twice(
    supply: Supply, source: WaitingSource
) -> None:
    asked = planned(source)
    handed_out(supply_for(supply, asked), len(asked.wanted))
    source.asked.clear()
    supply.ask(asked, asked.wanted)
    before = handed_out(supply, 3)
    supply.set_budget(5 * SLOT_BYTES, strip_bytes=0)
    after = handed_out(supply, len(asked.wanted) - 3)
    assert source.asked
    assert sorted(before + after) == sorted(asked.wanted)
    assert supply.next() is None
