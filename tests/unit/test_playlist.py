"""Lists of images: which, in which order, and stepping through them."""

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from glview import playlist
from glview.playlist import News, Playlist, image_names, images_in, natural


def filled(folder: Path, *names: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name in names:
        (folder / name).write_bytes(b"")
    return folder


def listed(*what: Path) -> tuple[Playlist, list[News]]:
    """A list after all of its news."""
    found = Playlist(lambda: None)
    found.open(what)
    return found, all_news(found)


def all_news(found: Playlist) -> list[News]:
    news = []
    end_s = time.monotonic() + 5.0
    while found._search is not None:
        assert time.monotonic() < end_s
        told = found.take(0.05)
        if told is not None:
            news.append(told)
    return news


def names(found: Playlist) -> list[str]:
    return [Path(path).name for path in found.paths]


def opened(news: News | None) -> str:
    assert news is not None
    return Path(news.path).name


def test_numbers_count_and_capitals_stand_beside_small_letters() -> None:
    given = ["b.png", "A10.png", "a2.png", "C.png", "a02.png", "10.png", "9.png"]
    assert sorted(given, key=natural) == [
        "9.png",
        "10.png",
        "a02.png",
        "a2.png",
        "A10.png",
        "b.png",
        "C.png",
    ]


def test_many_names_are_sorted_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(playlist, "_SORTED_AT_ONCE", 3)
    given = [f"{number}.png" for number in (5, 70, 1, 12, 3, 100, 8, 2)]
    assert image_names(given, []) == [f"{number}.png" for number in (1, 2, 3, 5, 8, 12, 70, 100)]


def test_images_are_known_by_their_endings_and_hidden_ones_left_out() -> None:
    files = ["b.TIF", "a.jpg", "notes.txt", ".hidden.png", "c.dzi", "jpg", "d.svs", "e.tar.gz"]
    assert image_names(files, []) == ["a.jpg", "b.TIF", "c.dzi", "d.svs"]


def test_an_xml_file_is_an_image_beside_its_tiles() -> None:
    assert image_names(["a.xml", "b.xml"], ["b_files", "a"]) == ["b.xml"]


def test_a_folder_is_listed_without_what_is_in_its_folders(tmp_path: Path) -> None:
    filled(tmp_path, "b.dzi", "a.png")
    filled(tmp_path / "b_files", "0.jpg")
    (tmp_path / "folder.png").mkdir()
    (tmp_path / "gone.png").symlink_to(tmp_path / "nowhere")
    assert images_in(str(tmp_path)) == [str(tmp_path / "a.png"), str(tmp_path / "b.dzi")]


def test_one_file_is_opened_and_stands_for_its_folder(tmp_path: Path) -> None:
    filled(tmp_path, "a.png", "b.png", "c.png")
    found, news = listed(tmp_path / "b.png")
    assert news == [News(str(tmp_path / "b.png"))]
    assert names(found) == ["a.png", "b.png", "c.png"]
    assert found.lone
    assert found.place(str(tmp_path / "b.png")) == "2 of 3"


def test_one_file_of_this_folder_keeps_its_short_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(filled(tmp_path, "a.png", "b.png"))
    found, _ = listed(Path("b.png"))
    assert found.paths == ("a.png", "b.png")


def test_a_file_that_is_not_called_an_image_is_one_because_it_was_named(tmp_path: Path) -> None:
    filled(tmp_path, "a.png", "b.dat", "c.png")
    found, _ = listed(tmp_path / "b.dat")
    assert names(found) == ["a.png", "b.dat", "c.png"]
    assert opened(found.step(1)) == "c.png"


def test_a_folder_opens_at_its_first_image(tmp_path: Path) -> None:
    filled(tmp_path, "10.png", "9.png")
    found, news = listed(tmp_path)
    assert [opened(told) for told in news] == ["9.png"]
    assert not found.lone


def test_several_are_taken_as_they_were_named(tmp_path: Path) -> None:
    folder = filled(tmp_path / "folder", "2.png", "1.png")
    filled(tmp_path, "z.png", "other.png")
    found, news = listed(tmp_path / "z.png", folder, tmp_path / "missing.png")
    assert names(found) == ["z.png", "1.png", "2.png", "missing.png"]
    assert news == [News(str(tmp_path / "z.png"))]
    assert not found.lone


def test_a_folder_that_cannot_be_listed_hides_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = filled(tmp_path / "good", "a.png", "b.png")
    bad, worse = filled(tmp_path / "bad"), filled(tmp_path / "worse")
    scan = os.scandir

    def refuse(folder: str) -> object:
        if Path(folder) in {bad, worse}:
            raise PermissionError(13, "Permission denied")
        return scan(folder)

    monkeypatch.setattr(os, "scandir", refuse)
    found, (news,) = listed(bad, good, worse)
    assert (opened(news), news.error) == ("a.png", None)
    assert str(news.beside) == f"{bad}, {worse}: permission denied"
    assert names(found) == ["a.png", "b.png"]
    _, (none,) = listed(bad, worse)
    assert str(none.error) == f"{bad}, {worse}: permission denied"


def test_a_folder_without_images_is_one_clear_error(tmp_path: Path) -> None:
    filled(tmp_path, "notes.txt")
    _, (news,) = listed(tmp_path)
    assert str(news.error) == f"{tmp_path}: there is no image in this folder"


def test_a_folder_that_cannot_be_listed_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: str) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "scandir", refuse)
    _, (news,) = listed(tmp_path)
    assert str(news.error) == f"{tmp_path}: permission denied"
    found, news_of_file = listed(tmp_path / "a.png")
    assert news_of_file == [News(str(tmp_path / "a.png"))]
    assert names(found) == ["a.png"]


def test_steps_keep_the_view_and_end_at_the_ends(tmp_path: Path) -> None:
    filled(tmp_path, "a.png", "b.png", "c.png")
    found, _ = listed(tmp_path)
    assert found.step(1) == News(str(tmp_path / "b.png"), keep_view=True)
    assert opened(found.step(5)) == "c.png"
    assert found.step(1) == News(told="The last of 3 images")
    assert opened(found.step(-1)) == "b.png"
    assert opened(found.step(-1)) == "a.png"
    assert found.step(-1) == News(told="The first of 3 images")


def test_nothing_to_step_through_is_told() -> None:
    assert Playlist(lambda: None).step(1) == News(told="No other image")


def test_steps_before_the_list_is_there_are_made_up_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(tmp_path, "a.png", "b.png", "c.png")
    may_list, images = threading.Event(), playlist.images_in

    def slow(folder: str) -> list[str]:
        may_list.wait(5.0)
        return images(folder)

    monkeypatch.setattr(playlist, "images_in", slow)
    found = Playlist(lambda: None)
    found.open([tmp_path / "a.png"])
    assert opened(found.take(5.0)) == "a.png"
    began = time.monotonic()
    assert found.step(1) is None
    assert found.step(1) is None
    assert time.monotonic() - began < 1.0
    may_list.set()
    assert [opened(told) for told in all_news(found)] == ["c.png"]


def test_images_that_came_to_the_folder_are_met(tmp_path: Path) -> None:
    filled(tmp_path, "a.png", "b.png")
    found, _ = listed(tmp_path / "a.png")
    filled(tmp_path, "0.png", "c.png")
    assert opened(found.step(1)) == "b.png"
    all_news(found)
    assert names(found) == ["0.png", "a.png", "b.png", "c.png"]
    assert opened(found.step(1)) == "c.png"


def test_a_folder_is_listed_anew_only_if_it_has_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(tmp_path, "a.png", "b.png", "c.png")
    os.utime(tmp_path, (1e9, 1e9))
    found, _ = listed(tmp_path / "a.png")
    images, times = playlist.images_in, []

    def count(folder: str) -> list[str]:
        times.append(folder)
        return images(folder)

    monkeypatch.setattr(playlist, "images_in", count)
    for _ in range(2):
        found.step(1)
        all_news(found)
    assert times == []
    filled(tmp_path, "d.png")
    found.step(-1)
    all_news(found)
    # So young a change may not be the last one that bears this time.
    found.step(-1)
    all_news(found)
    assert len(times) == 2
    assert names(found) == ["a.png", "b.png", "c.png", "d.png"]
    assert found.place(str(tmp_path / "a.png")) == "1 of 4"


def test_an_image_that_has_gone_from_the_folder_keeps_its_place(tmp_path: Path) -> None:
    filled(tmp_path, "a.png", "b.png", "c.png")
    found, _ = listed(tmp_path / "a.png")
    found.step(1)
    all_news(found)
    (tmp_path / "b.png").unlink()
    found.step(0)
    all_news(found)
    assert names(found) == ["a.png", "b.png", "c.png"]


def test_a_place_is_that_of_the_image_shown(tmp_path: Path) -> None:
    filled(tmp_path, "a.png", "b.png")
    found, _ = listed(tmp_path)
    found.step(1)
    assert found.place(str(tmp_path / "a.png")) == "1 of 2"
    assert found.place(str(tmp_path / "b.png")) == "2 of 2"
    assert found.place("another") == ""


def test_a_place_is_found_without_a_look_at_every_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, _ = listed(filled(tmp_path, *[f"{number}.png" for number in range(99)]))
    asked = []

    def count(path: str) -> str:
        asked.append(path)
        return path

    monkeypatch.setattr(playlist, "printable", count)
    assert found.place(str(tmp_path / "98.png")) == "99 of 99"
    assert found.place("another") == ""
    assert len(asked) <= 2


def test_a_place_is_that_of_a_name_that_is_no_utf_8(tmp_path: Path) -> None:
    odd = os.fsdecode(b"b\xff.png")
    found, _ = listed(filled(tmp_path, "a.png", odd))
    assert found.place(str(tmp_path / "b?.png")) == "2 of 2"


def test_one_image_has_no_place(tmp_path: Path) -> None:
    found, _ = listed(filled(tmp_path, "a.png"))
    assert found.place(str(tmp_path / "a.png")) == ""


def test_a_later_list_overtakes_one_that_is_looked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow, fast = filled(tmp_path / "slow", "s.png"), filled(tmp_path / "fast", "f.png")
    may_list, images = threading.Event(), playlist.images_in

    def wait(folder: str) -> list[str]:
        if folder == str(slow):
            may_list.wait(5.0)
        return images(folder)

    monkeypatch.setattr(playlist, "images_in", wait)
    found = Playlist(lambda: None)
    found.open([slow])
    found.open([fast])
    news = all_news(found)
    may_list.set()
    assert [opened(told) for told in news] == ["f.png"]


def test_it_wakes_its_owner_for_news(tmp_path: Path) -> None:
    woken = threading.Event()
    wake: Callable[[], None] = woken.set
    found = Playlist(wake)
    found.open([filled(tmp_path, "a.png")])
    assert woken.wait(5.0)
    assert opened(found.take()) == "a.png"


def test_a_file_that_cannot_be_shown_leaves_the_list_of_the_picture(tmp_path: Path) -> None:
    folder = filled(tmp_path / "good", "1.png", "2.png", "3.png")
    found, _ = listed(folder)
    found.shown()
    found.step(1)
    found.open([filled(tmp_path / "bad", "bad.png") / "bad.png"])
    all_news(found)
    found.failed()
    assert names(found) == ["1.png", "2.png", "3.png"]
    assert opened(found.step(1)) == "3.png"


def test_a_folder_without_images_leaves_it_too(tmp_path: Path) -> None:
    found, _ = listed(filled(tmp_path / "good", "1.png", "2.png"))
    found.shown()
    found.open([filled(tmp_path / "empty")])
    all_news(found)
    found.failed()
    assert names(found) == ["1.png", "2.png"]


def test_several_that_were_named_stay_when_the_first_is_bad(tmp_path: Path) -> None:
    found, _ = listed(filled(tmp_path / "good", "1.png", "2.png"))
    found.shown()
    found.open([filled(tmp_path / "new", "bad.png", "next.png")])
    all_news(found)
    found.failed()
    assert names(found) == ["bad.png", "next.png"]
    assert opened(found.step(1)) == "next.png"


def test_once_an_image_is_shown_its_list_stays(tmp_path: Path) -> None:
    found, _ = listed(filled(tmp_path / "old", "1.png"))
    found.shown()
    found.open([filled(tmp_path / "new", "a.png", "b.png") / "a.png"])
    all_news(found)
    found.shown()
    found.step(1)
    found.failed()
    assert names(found) == ["a.png", "b.png"]
