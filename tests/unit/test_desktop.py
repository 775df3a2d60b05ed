"""What glview tells a desktop of itself: the entry, the icon, the types of files."""

import configparser
import shutil
import subprocess
import sysconfig
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from glview import cli, desktop
from glview.sources.file_types import FILE_TYPES
from glview.sources.sniff import Content

PLACES = [
    "applications/glview.desktop",
    "icons/hicolor/scalable/apps/glview.svg",
    "mime/packages/glview.xml",
]
ASSETS = Path(desktop.__file__).with_name("assets")
MAIN_CATEGORIES = {"Graphics"}
MIME = "{http://www.freedesktop.org/standards/shared-mime-info}"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the desktop of somebody looks."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    return tmp_path


def entry(path: Path) -> configparser.SectionProxy:
    parser = configparser.RawConfigParser(strict=True, delimiters=("=",))
    parser.optionxform = str  # type: ignore[assignment, method-assign]  # configparser's way
    parser.read_string(path.read_text("utf-8"))
    assert parser.sections() == ["Desktop Entry"]
    return parser["Desktop Entry"]


def words(value: str) -> list[str]:
    assert value.endswith(";")
    return value[:-1].split(";")


def test_the_entry_has_the_keys_of_the_specification() -> None:
    keys = entry(ASSETS / "glview.desktop")
    assert {"Type", "Version", "Name", "Comment", "Exec", "Icon", "MimeType"} <= set(keys)
    assert keys["Type"] == "Application"
    assert keys["Version"] == "1.1"
    assert keys["Exec"] == "glview --qt %F"
    assert (keys["Icon"], keys["Terminal"]) == ("glview", "false")
    assert set(words(keys["Categories"])) >= MAIN_CATEGORIES
    validator = shutil.which("desktop-file-validate")
    if validator:
        subprocess.run([validator, str(ASSETS / "glview.desktop")], check=True)


def test_it_opens_what_the_sources_read_and_nothing_else() -> None:
    # What large_image reads depends on its sources; folders and dialogs do not name it.
    assert set(FILE_TYPES) == set(Content) - {Content.ELSEWHERE}
    known = [media for kind in FILE_TYPES.values() for media in kind.media_types]
    assert words(entry(ASSETS / "glview.desktop")["MimeType"]) == known


def test_a_deepzoom_is_known_by_its_name_and_its_root() -> None:
    root = ET.parse(ASSETS / "glview-mime.xml").getroot()
    (kind,) = root.iter(f"{MIME}mime-type")
    assert (kind.get("type"),) == FILE_TYPES[Content.XML].media_types
    assert [glob.get("pattern") for glob in kind.iter(f"{MIME}glob")] == ["*.dzi"]
    assert {tag.get("localName") for tag in kind.iter(f"{MIME}root-XML")} == {"Image"}


def test_it_is_installed_for_this_user_and_taken_away_again(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(2):
        assert cli.run(["--install-desktop"]) == 0
        assert capsys.readouterr().out == "".join(f"{home / place}\n" for place in PLACES)
    assert all((home / place).is_file() for place in PLACES)
    exec_words = entry(home / PLACES[0])["Exec"].split()
    script = Path(sysconfig.get_path("scripts"), "glview")
    assert exec_words == [str(script), "--qt", "%F"]
    assert (home / PLACES[1]).read_bytes() == (ASSETS / "glview.svg").read_bytes()
    assert cli.run(["--uninstall-desktop"]) == 0
    assert capsys.readouterr().out == "".join(f"{home / place}\n" for place in PLACES)
    assert not any((home / place).exists() for place in PLACES)
    assert cli.run(["--uninstall-desktop"]) == 0
    assert capsys.readouterr().out == ""


def test_what_cannot_be_written_is_one_line(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "applications").write_text("in the way")
    assert cli.run(["--install-desktop"]) == 1
    told = capsys.readouterr().err
    assert told == f"glview: {home / PLACES[0].partition('/')[0]}/glview.desktop: file exists\n"


def test_a_home_that_is_no_absolute_path_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", "here")
    assert desktop.data_home() == Path.home() / ".local/share"


@pytest.mark.parametrize(
    ("word", "written"),
    [
        ("/usr/bin/glview", "/usr/bin/glview"),
        ("/my programs/glview", '"/my programs/glview"'),
        ("/100%/glview", "/100%%/glview"),
        ('/a"b$c/glview', r'"/a\\"b\\$c/glview"'),
    ],
)
def test_words_of_an_exec_key_are_quoted(word: str, written: str) -> None:
    assert desktop.quoted(word) == written
