"""scripts/environment.sh: what it finds missing, and what it says to somebody who is not root.

And scripts/demo: what it hands on to glview.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.mutants import CHECKOUT

NEEDS = """
    bash                bash
    libc.so.6           libc6
    libnothing.so.9     libnothing9
    no-such-command     nothing-tools
"""

# The marks by which require_venv knows that there is nothing to do.
SET_UP = """
source scripts/environment.sh
{ "$(find_python)" -VV; printf '%s\\n' "$checkout"; } >"$venv/.made-for"
sha256sum <pyproject.toml >"$venv/.has-demo"
"""


def source_and_run(
    command: str, argument: str = "", path: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a command of the sourced file on one argument, with another PATH if one is given."""
    script = f'set -euo pipefail; source scripts/environment.sh; {command} "$1"; echo end'
    return subprocess.run(
        ["/bin/bash", "-c", script, "demo", argument],
        cwd=CHECKOUT,
        env={"PATH": str(path)} if path else None,
        capture_output=True,
        text=True,
        check=False,
    )


def test_missing_packages_are_named() -> None:
    run = source_and_run("missing_packages", NEEDS)
    assert run.stdout.split() == ["libnothing9", "nothing-tools", "end"]


def test_what_is_there_is_not_asked_for() -> None:
    run = source_and_run("require_packages", "bash bash")
    assert (run.returncode, run.stdout, run.stderr) == (0, "end\n", "")


def test_without_the_right_to_install_the_line_to_type_is_said(tmp_path: Path) -> None:
    # A PATH on which there is no apt-get.
    for name, target in {"python3": sys.executable, "dirname": "/usr/bin/dirname"}.items():
        (tmp_path / name).symlink_to(target)
    run = source_and_run("require_packages", NEEDS, tmp_path)
    assert run.returncode == 1
    assert run.stderr.splitlines() == [
        "demo: system packages are missing; type this, then start again:",
        "    sudo apt-get install -y bash libnothing9 nothing-tools",
    ]


@pytest.fixture
def stand_in(tmp_path: Path) -> Path:
    """A checkout that is set up, as far as the scripts can tell, whose glview prints its words."""
    checkout = tmp_path / "check out"
    shutil.copytree(CHECKOUT / "scripts", checkout / "scripts")
    shutil.copy(CHECKOUT / "pyproject.toml", checkout)
    command = checkout / ".venv" / "bin" / "glview"
    command.parent.mkdir(parents=True)
    command.write_text("#!/bin/bash\nprintf '%s\\n' \"$@\"\n")
    command.chmod(0o755)
    subprocess.run(["bash", "-euc", SET_UP], cwd=checkout, check=True)
    return checkout


@pytest.mark.parametrize(
    ("words", "display", "handed_on"),
    [
        (
            ["a b.png", "--zoom", "2"],
            False,
            ["render", "-o", "demo.png", "--size", "1600x1000", "a b.png", "--zoom", "2"],
        ),
        (["a b.png", "--fullscreen"], True, ["a b.png", "--fullscreen"]),
        (["-o", "x y"], False, ["demo", "--headless", "-o", "x y"]),
        (["--size", "40x30"], True, ["demo", "--size", "40x30"]),
        ([], False, ["demo", "--headless"]),
        ([], True, ["demo"]),
    ],
)
def test_the_demo_script_hands_on_all_it_is_told(
    stand_in: Path, words: list[str], display: bool, handed_on: list[str]
) -> None:
    env = {key: value for key, value in os.environ.items() if not key.endswith("DISPLAY")}
    run = subprocess.run(
        ["bash", stand_in / "scripts" / "demo", *words],
        env=env | ({"DISPLAY": ":7"} if display else {}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stdout.splitlines()) == (0, handed_on)


def test_what_the_demo_writes_is_not_for_git() -> None:
    ignored = (CHECKOUT / ".gitignore").read_text().splitlines()
    assert {"/demo.png", "/demo-contact-sheet.png"} <= set(ignored)


@pytest.mark.parametrize(("arguments", "status"), [(["--help"], 0), (["--nonsense"], 2)])
def test_the_test_script_knows_its_options(arguments: list[str], status: int) -> None:
    run = subprocess.run(
        ["bash", "scripts/test", *arguments],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == status
    assert "usage: bash scripts/test" in run.stdout + run.stderr


def test_ci_runs_the_test_script_and_nothing_else() -> None:
    lines = (CHECKOUT / ".ci/run").read_text().splitlines()
    assert lines[1:] == ['exec bash "$(dirname "${BASH_SOURCE[0]}")/../scripts/test"']
