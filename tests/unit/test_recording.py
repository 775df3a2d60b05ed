"""Flights that are recorded come back as they were flown."""

import json
from pathlib import Path

import pytest

from glview.errors import GlviewError
from glview.recording import RecordedFlight, Recorder, Seen, read_flight, recording
from glview.viewport import Viewport


def view(x: float, scale: float = 1.0, *, flip: bool = False) -> Viewport:
    return Viewport(1, 1, x, 50.0, scale, flip=flip)


FLIGHT = RecordedFlight(
    300,
    200,
    (
        Seen(0.0, view(10.0)),
        Seen(0.05, view(20.0)),
        Seen(2.0, view(100.0)),
        Seen(2.05, view(110.0)),
    ),
)


@pytest.mark.parametrize(
    ("at_s", "x"),
    [
        (-1.0, 10.0),
        (0.0, 10.0),
        (0.025, 15.0),
        (0.05, 20.0),
        (1.99, 20.0),
        (2.0, 100.0),
        (9.0, 110.0),
    ],
)
def test_views_lie_between_those_that_were_seen_but_not_through_a_rest(
    at_s: float, x: float
) -> None:
    assert FLIGHT.at(at_s).centre_x == pytest.approx(x)


def test_a_flip_is_at_once() -> None:
    flight = RecordedFlight(300, 200, (Seen(0.0, view(10.0)), Seen(0.05, view(20.0, flip=True))))
    assert flight.at(0.049) == view(10.0)
    assert flight.at(0.05) == view(20.0, flip=True)


def test_a_flight_comes_back_from_its_file(tmp_path: Path) -> None:
    path = tmp_path / "flight.json"
    with recording(path) as see:
        for one in FLIGHT.seen:
            see(300, 200, one.view, 1000.0 + one.at_s)
    assert read_flight(path) == FLIGHT
    assert FLIGHT.seconds == 2.05


def test_of_several_images_the_last_one_counts() -> None:
    recorder = Recorder()
    recorder.see(10, 10, view(1.0), 5.0)
    recorder.see(300, 200, view(2.0), 6.0)
    recorder.see(300, 200, view(3.0), 6.5)
    assert recorder.recorded() == RecordedFlight(
        300, 200, (Seen(0.0, view(2.0)), Seen(0.5, view(3.0)))
    )


def test_it_is_written_after_ctrl_c_too(tmp_path: Path) -> None:
    path = tmp_path / "flight.json"

    def interrupted() -> None:
        with recording(path) as see:
            see(300, 200, view(1.0), 0.0)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert read_flight(path).seconds == 0.0


def test_what_went_wrong_is_told_and_nothing_written(tmp_path: Path) -> None:
    path = tmp_path / "flight.json"
    with pytest.raises(GlviewError, match="no such image"), recording(path):
        raise GlviewError("no such image")
    nothing = pytest.raises(GlviewError, match=r"flight\.json: not written, nothing was seen")
    with nothing, recording(path):
        pass
    assert not path.exists()
    nowhere = pytest.raises(GlviewError, match="its folder does not exist")
    with nowhere, recording(tmp_path / "gone" / "flight.json"):
        pass


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"glview_flight": 2}, "format 2, where 1 is read"),
        ({"views": []}, "it has no views"),
        ({"views": [[0.0, 1, 2, 0.0, 0, 0]]}, "scale must be positive"),
        ({"views": [[1.0, 1, 2, 1, 0, 0]]}, "its times do not go on from 0"),
        ({"views": [[0.0, 1, 2, 1, 0, 0], [-1.0, 1, 2, 1, 0, 0]]}, "its times do not"),
        ({"views": [[0.0, 1, 2]]}, "not enough values"),
        ({"columns": ["zoom"]}, "its columns are not at_s, center_x"),
        (None, "it has no glview_flight"),
    ],
)
def test_a_file_that_is_no_flight_is_told(
    tmp_path: Path, change: dict[str, object] | None, fault: str
) -> None:
    path = tmp_path / "flight.json"
    path.write_text(json.dumps({} if change is None else FLIGHT.as_dict() | change))
    with pytest.raises(GlviewError) as told:
        read_flight(path)
    assert str(told.value).startswith(f"{path}: no recorded flight ({fault}")
