"""Where a pyramid goes, and what may not be written over."""

import os
from pathlib import Path

import pytest

from glview.destination import Destination
from glview.errors import ImageError
from tests.nobody import as_nobody


def made_in(work: Path) -> Destination:
    """A new DeepZoom of one tile."""
    tiles = work / "new_files"
    (tiles / "0").mkdir(parents=True)
    (tiles / "0" / "0_0.jpg").write_text("new tile")
    (work / "new.dzi").write_text("new")
    return Destination(work / "new.dzi", tiles)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "source.jpg"
    path.write_text("image")
    return path


def test_a_file_is_put_in_its_place(tmp_path: Path) -> None:
    place = Destination(tmp_path / "a.tif")
    with place.work_folder() as work:
        assert work.parent == tmp_path
        assert work.name.startswith(".")
        (work / "new.tif").write_text("new")
        (work / "rest").write_text("rest")
        place.put(Destination(work / "new.tif"))
    assert names(tmp_path) == ["a.tif"]
    assert (tmp_path / "a.tif").read_text() == "new"


def test_the_work_folder_goes_whatever_happens(tmp_path: Path) -> None:
    def interrupted() -> None:
        with Destination(tmp_path / "a.tif").work_folder() as work:
            (work / "half").write_text("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert names(tmp_path) == []


def test_a_deepzoom_replaces_the_one_before_when_told(tmp_path: Path, source: Path) -> None:
    old = tmp_path / "a_files" / "7" / "3_3.jpg"
    old.parent.mkdir(parents=True)
    old.write_text("old tile")
    (tmp_path / "a_files" / "vips-properties.xml").write_text("old")
    (tmp_path / "a.dzi").write_text("old")
    place = Destination(tmp_path / "a.dzi", tmp_path / "a_files", overwrite=True)
    place.require(str(source))
    with place.work_folder() as work:
        place.put(made_in(work))
    assert names(tmp_path) == ["a.dzi", "a_files", "source.jpg"]
    assert (tmp_path / "a.dzi").read_text() == "new"
    assert names(tmp_path / "a_files") == ["0"]


@pytest.mark.parametrize("there", ["a.dzi", "a_files"])
def test_what_is_there_stays_unless_told(tmp_path: Path, source: Path, there: str) -> None:
    if there == "a.dzi":
        # A link that leads nowhere is there, too.
        (tmp_path / there).symlink_to(tmp_path / "none")
    else:
        (tmp_path / there).mkdir()
    place = Destination(tmp_path / "a.dzi", tmp_path / "a_files")
    with pytest.raises(ImageError, match=f"{there}: exists already; --force"):
        place.require(str(source))
    assert names(tmp_path) == [there, "source.jpg"]


def test_what_came_meanwhile_stays(tmp_path: Path, source: Path) -> None:
    place = Destination(tmp_path / "a.dzi", tmp_path / "a_files")
    place.require(str(source))
    with place.work_folder() as work:
        made = made_in(work)
        (tmp_path / "a.dzi").write_text("somebody else's")
        with pytest.raises(ImageError, match="exists already"):
            place.put(made)
    assert (tmp_path / "a.dzi").read_text() == "somebody else's"
    assert names(tmp_path) == ["a.dzi", "source.jpg"]


def test_a_folder_of_other_things_is_never_replaced(tmp_path: Path, source: Path) -> None:
    (tmp_path / "a_files").mkdir()
    (tmp_path / "a_files" / "style.css").write_text("a saved page's")
    place = Destination(tmp_path / "a.dzi", tmp_path / "a_files", overwrite=True)
    with pytest.raises(ImageError, match="a_files: holds something else than tiles"):
        place.require(str(source))
    assert names(tmp_path / "a_files") == ["style.css"]


def test_the_image_itself_is_never_replaced(tmp_path: Path, source: Path) -> None:
    os.link(source, tmp_path / "a.tif")
    with pytest.raises(ImageError, match=r"a\.tif: is the image itself"):
        Destination(tmp_path / "a.tif", overwrite=True).require(str(source))


def test_a_directory_is_never_replaced(tmp_path: Path, source: Path) -> None:
    (tmp_path / "a.tif").mkdir()
    with pytest.raises(ImageError, match=r"a\.tif: is a directory"):
        Destination(tmp_path / "a.tif", overwrite=True).require(str(source))


def test_faults_of_the_file_system_name_the_file(tmp_path: Path, source: Path) -> None:
    with (
        pytest.raises(ImageError, match=r"none/a\.tif: no such file or directory"),
        Destination(tmp_path / "none" / "a.tif").work_folder(),
    ):
        pass
    with (
        pytest.raises(ImageError, match=r"source\.jpg/a\.tif: not a directory"),
        Destination(source / "a.tif").work_folder(),
    ):
        pass


def test_a_folder_that_may_not_be_written_to_is_said(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir(mode=0o555)
    with (
        as_nobody(),
        pytest.raises(ImageError, match=r"kept/a\.tif: permission denied"),
        Destination(tmp_path / "kept" / "a.tif").work_folder(),
    ):
        pass
