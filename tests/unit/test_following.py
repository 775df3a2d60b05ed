"""A window follows its list of images."""

from pathlib import Path

import pytest

from glview.canvases.following import Following
from glview.playlist import Playlist


@pytest.fixture
def heard() -> list[str]:
    return []


@pytest.fixture
def following(heard: list[str]) -> Following:
    return Following(
        Playlist(lambda: None),
        show=lambda news: heard.append(Path(news.path).name),
        say=heard.append,
        failed=lambda error: heard.append(error.fault),
    )


def test_what_is_found_is_shown_and_what_there_is_not_is_said(
    following: Following, heard: list[str], tmp_path: Path
) -> None:
    paths = [tmp_path / "b.png", tmp_path / "a.png"]
    for path in paths:
        path.touch()
    following.open(paths)
    following.hear(5.0)
    following.step(1)
    following.step(1)
    assert heard == ["b.png", "a.png", "The last of 2 images"]


def test_where_there_is_nothing_it_is_told(
    following: Following, heard: list[str], tmp_path: Path
) -> None:
    following.open([tmp_path])
    following.hear(5.0)
    assert heard == ["there is no image in this folder"]
