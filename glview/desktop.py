"""Tells a user's desktop of glview: an entry in its menu, an icon, and the files that it opens.

By the freedesktop.org specifications of desktop entries, icon themes and shared MIME information,
below ``$XDG_DATA_HOME``; nothing outside of it is touched.
"""

import os
import shlex
import shutil
import subprocess
import sys
import sysconfig
from importlib.resources import files
from pathlib import Path

from glview.errors import GlviewError

_PLACES = {
    "glview.desktop": Path("applications", "glview.desktop"),
    "glview.svg": Path("icons", "hicolor", "scalable", "apps", "glview.svg"),
    "glview-mime.xml": Path("mime", "packages", "glview.xml"),
}
"""What the package brings, and where a desktop looks for it."""
_CACHES = (("update-mime-database", "mime"), ("update-desktop-database", "applications"))
"""Desktops read some of it from caches, which these programs renew; without them it takes longer
until what is new is seen."""
_EXEC = "Exec=glview "


def install() -> list[Path]:
    """Write the files, over older ones of ours; their paths. GlviewError names what fails."""
    home = data_home()
    written = []
    for name, place in _PLACES.items():
        text = files("glview").joinpath("assets", name).read_text("utf-8")
        path = home / place
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text.replace(_EXEC, f"Exec={command()} ", 1), "utf-8")
        except OSError as error:
            raise _fault(path, error) from None
        written.append(path)
    _renew_caches(home)
    return written


def uninstall() -> list[Path]:
    """Take away what `install` has written; the paths of what was there."""
    home = data_home()
    removed = []
    for place in _PLACES.values():
        path = home / place
        try:
            path.unlink()
        except FileNotFoundError:
            continue
        except OSError as error:
            raise _fault(path, error) from None
        removed.append(path)
    _renew_caches(home)
    return removed


def data_home() -> Path:
    """Where this user's desktop looks for data; what is no absolute path does not count."""
    told = os.environ.get("XDG_DATA_HOME", "")
    return Path(told) if os.path.isabs(told) else Path.home() / ".local" / "share"


def command() -> str:
    """How this glview is called, as an ``Exec`` key writes it: a desktop knows no environments."""
    script = Path(sysconfig.get_path("scripts"), "glview")
    words = [str(script)] if script.is_file() else [sys.executable, "-m", "glview"]
    return " ".join(map(quoted, words))


def quoted(word: str) -> str:
    """A word of an ``Exec`` key: quoted where a letter is reserved, ``%`` doubled."""
    if shlex.quote(word) != word:
        for letter in '\\"`$':
            word = word.replace(letter, f"\\{letter}")
        # A value has escapes of its own, below those of quoting.
        word = '"' + word.replace("\\", "\\\\") + '"'
    return word.replace("%", "%%")


def _renew_caches(home: Path) -> None:
    for program, folder in _CACHES:
        found = shutil.which(program)
        if found and (home / folder).is_dir():
            subprocess.run([found, str(home / folder)], capture_output=True, check=False)


def _fault(path: Path, error: OSError) -> GlviewError:
    return GlviewError(f"{path}: {(error.strerror or str(error)).lower()}")
