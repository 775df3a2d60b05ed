"""The table of a run."""

import pytest

from benchmarks.peers.figures import LINES, Line, Measured, table
from benchmarks.peers.scenarios import SCENARIOS


def measured(viewer: str, first_ms: float | None, others_cores: float = 0.0) -> Measured:
    return Measured(viewer, "zoom2", {"first_ms": first_ms, "others_cores": others_cores})


def cells(*found: Measured) -> list[str]:
    """Of the line of the first answer."""
    viewers = list(dict.fromkeys(one.viewer for one in found))
    (line,) = (row for row in table(found, viewers).splitlines() if "first answer" in row)
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_a_cell_is_the_median_and_says_whether_it_misses_the_goal() -> None:
    found = [measured("a", value) for value in (10.0, 20.0, 90.0)] + [measured("b", 31.0)]
    assert cells(*found) == ["zoom x2: first answer, ms", "20", "31 !", "≤ 30"]


def test_who_never_answered_has_no_figure() -> None:
    assert cells(measured("a", None), measured("b", 5.0))[1:3] == ["none !", "5.0"]


def test_repeats_without_an_answer_are_told_and_most_of_them_miss_the_goal() -> None:
    first = [measured("a", value) for value in (None, None, 20.0)]
    second = [measured("b", value) for value in (None, 20.0, 20.0)]
    third = [measured("c", value) for value in (None, None, None)]
    told = cells(*first, *second, *third)
    assert told[1:4] == ["20 (1 of 3) !", "20 (2 of 3)", "none !"]


def test_noisy_repeats_count_only_where_there_are_no_others() -> None:
    assert cells(measured("a", 10.0), measured("a", 500.0, others_cores=0.3))[1] == "10"
    assert cells(measured("a", 10.0, others_cores=0.3))[1] == "10 ~"


def test_what_was_not_measured_has_no_line() -> None:
    told = table([measured("a", 10.0)], ["a"]).splitlines()
    assert [row.split("|")[1].strip() for row in told[2:]] == ["zoom x2: first answer, ms"]


def test_goals_go_either_way_and_values_as_they_are_told() -> None:
    rate, share = Line("pan", "frames_s", "", 59, more=True), Line("pan", "blank", "", 0.0)
    assert [rate.missed(value) for value in (58.0, 59.0, 60.0)] == [True, False, False]
    assert [share.missed(value) for value in (0.0, 0.1)] == [False, True]
    assert cells(measured("a", 30.4))[1] == "30"


@pytest.mark.parametrize(
    ("share", "told"),
    [(0.0, "0.0"), (0.0004, "<0.1 !"), (0.00051, "0.1 !"), (0.001, "0.1 !"), (0.2, "20 !")],
)
def test_where_nothing_is_allowed_a_little_is_told_and_misses(share: float, told: str) -> None:
    (row,) = table([Measured("a", "pan", {"blank": share})], ["a"]).splitlines()[2:]
    assert [cell.strip() for cell in row.strip("|").split("|")][1] == told


def test_the_json_has_the_smallest_shares() -> None:
    assert Measured("a", "pan", {"blank": 0.00000133333}).as_dict()["blank"] == 0.00000133333


def test_every_line_is_of_a_scenario_and_every_scenario_has_lines() -> None:
    assert {line.scenario for line in LINES} == set(SCENARIOS)
    assert len({(line.scenario, line.figure) for line in LINES}) == len(LINES)
