"""scripts/environment.sh: what it finds missing, and what it says to somebody who is not root."""

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
