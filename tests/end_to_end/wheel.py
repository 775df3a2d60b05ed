"""The built wheel, installed where the checkout cannot be seen."""

import os
import subprocess
import sys
import sysconfig
import venv
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]


def build_wheel(directory: Path) -> Path:
    """Build the checkout's wheel there, with this environment's hatchling and no network."""
    _pip("wheel", "--no-deps", "--no-build-isolation", "-w", str(directory), str(CHECKOUT))
    (wheel,) = directory.glob("*.whl")
    return wheel


@dataclass(frozen=True, slots=True)
class WheelEnvironment:
    """A virtual environment that holds the wheel, and an empty directory to work in."""

    prefix: Path
    work: Path

    @classmethod
    def create(cls, wheel: Path, directory: Path) -> "WheelEnvironment":
        """Make the environment in an empty directory.

        It starts empty, and only the wheel is installed. What the wheel depends on is then lent
        by this environment (a .pth file that appends its site-packages) rather than downloaded
        again. .pth files of an appended directory are not read, so the checkout, which is an
        editable install there, stays out of reach.
        """
        prefix, work = directory / "env", directory / "work"
        work.mkdir()
        venv.create(prefix, with_pip=False, symlinks=True)
        python = str(prefix / "bin/python")
        _pip("--python", python, "install", "--no-deps", "--no-index", str(wheel))
        (site_packages,) = prefix.glob("lib/python*/site-packages")
        lent = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
        (site_packages / "lent.pth").write_text("\n".join(sorted(lent)))
        return cls(prefix, work)

    def run(self, script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a Python script there; what it printed comes as text, its exit status as it is."""
        return self.run_command("python", "-c", script, *arguments)

    def run_command(self, name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the environment's bin directory."""
        hidden = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "DISPLAY", "WAYLAND_DISPLAY")
        return subprocess.run(
            [str(self.prefix / "bin" / name), *arguments],
            cwd=self.work,
            env={key: value for key, value in os.environ.items() if key not in hidden},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )


def _pip(*arguments: str) -> None:
    command = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if run.returncode:
        raise RuntimeError(f"{' '.join(command)}:\n{run.stdout}{run.stderr}")
