"""When a tile that could not be read is tried again, and who is told of it."""

from glview.failures import Failure, Failures, pause_s
from glview.pyramid import TileKey

A, B, C = TileKey(0, 0, 0), TileKey(0, 1, 0), TileKey(0, 2, 0)


def test_pauses_double_and_end_after_five() -> None:
    assert [pause_s(attempts) for attempts in range(1, 8)] == [1, 2, 4, 8, 16, None, None]


def failed(*keys: TileKey, may_heal: bool = True, now_s: float = 100.0) -> Failures:
    failures = Failures()
    for key in keys:
        failures.note(key, "no answer", may_heal=may_heal, now_s=now_s)
    return failures


def told(failures: Failures, keys: list[TileKey]) -> list[TileKey]:
    return [hole.key for hole in failures.new_holes(keys)]


def test_a_failed_tile_rests_until_its_pause_is_over() -> None:
    failures = failed(A)
    assert failures.next_due_s({A}) == 101.0
    assert not failures.ask_due({A}, 100.99)
    assert failures.rests(A)
    assert failures.ask_due({A}, 101.0)
    assert not failures.rests(A)


def test_a_tile_is_let_be_asked_for_once_for_each_pause() -> None:
    failures = failed(A)
    assert failures.ask_due({A}, 101.0)
    assert not failures.ask_due({A}, 101.0)
    assert failures.next_due_s({A}) is None


def test_each_pause_begins_when_the_attempt_has_failed_and_is_longer() -> None:
    failures = failed(A)
    dues = []
    now = 101.0
    for _ in range(5):
        failures.ask_due({A}, now)
        failures.note(A, "no answer", may_heal=True, now_s=now + 30.0)
        dues.append(failures.next_due_s({A}))
        now = dues[-1] or 0.0
    assert dues == [133.0, 167.0, 205.0, 251.0, None]
    assert failures[A] == Failure("no answer", 6)
    assert failures.rests(A)


def test_what_does_not_heal_is_not_tried_again() -> None:
    failures = failed(A, may_heal=False)
    assert failures.next_due_s({A}) is None
    assert not failures.ask_due({A}, 1e9)
    assert failures.rests(A)


def test_what_is_found_broken_at_a_later_attempt_is_not_tried_again() -> None:
    failures = failed(A)
    failures.ask_due({A}, 101.0)
    failures.note(A, "torn", may_heal=False, now_s=101.0)
    assert failures.next_due_s({A}) is None
    assert failures[A] == Failure("torn", 2)


def test_only_the_tiles_in_question_are_asked_for_and_waited_for() -> None:
    failures = failed(A, B)
    assert failures.next_due_s({C}) is None
    assert failures.ask_due({B, C}, 200.0)
    assert failures.rests(A)
    assert not failures.rests(B)
    assert not failures.rests(C)


def test_the_first_due_is_waited_for() -> None:
    failures = failed(A)
    failures.note(B, "no answer", may_heal=True, now_s=90.0)
    assert failures.next_due_s({A, B}) == 91.0


def test_a_failed_tile_is_told_of_once() -> None:
    failures = failed(A, B)
    assert told(failures, [A, C]) == [A]
    assert told(failures, [A, B, C]) == [B]
    failures.note(A, "no answer", may_heal=True, now_s=101.0)
    assert told(failures, [A, B, C]) == []


def test_a_tile_that_was_read_is_forgotten() -> None:
    failures = failed(A, B)
    failures.new_holes([A, B])
    failures.forget(A)
    assert list(failures) == [B]
    assert not failures.rests(A)
    failures.note(A, "no answer", may_heal=True, now_s=200.0)
    assert failures[A].attempts == 1
    assert told(failures, [A, B]) == [A]


def test_all_are_forgotten_and_tried_and_told_of_anew() -> None:
    failures = failed(A, may_heal=False)
    failures.new_holes([A])
    failures.clear()
    assert len(failures) == 0
    assert not failures.rests(A)
    failures.note(A, "torn", may_heal=False, now_s=200.0)
    assert told(failures, [A]) == [A]


def test_an_error_is_known_as_long_as_a_tile_has_failed_with_it() -> None:
    failures = failed(A, B)
    failures.forget(A)
    assert failures.says("no answer")
    failures.note(B, "torn", may_heal=False, now_s=101.0)
    assert (failures.says("no answer"), failures.says("torn")) == (False, True)
    failures.clear()
    assert not failures.says("torn")
