"""The command as a person types it."""

import contextlib
import json
import os
import signal
import struct
import subprocess
import sys
import time
import zlib
from pathlib import Path

import pytest
import pyvips

from glview import __version__
from glview.sample import make_sample, sample_path
from tests.mutants import CHECKOUT

COMMAND = (sys.executable, "-W", "error", "-c", "from glview.cli import main; main()")


def run(
    *arguments: object, cwd: Path = CHECKOUT, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *map(str, arguments)],
        cwd=cwd,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("cli") / "picture.tif"
    picture = pyvips.Image.black(700, 500, bands=3).copy(interpretation="srgb")
    picture.tiffsave(str(path), tile=True, pyramid=True)
    return path


def test_the_version() -> None:
    done = run("--version")
    assert (done.returncode, done.stdout, done.stderr) == (0, f"glview {__version__}\n", "")


@pytest.mark.parametrize("command", [[], ["render"], ["info"], ["convert"], ["demo"], ["bench"]])
def test_help_is_there_for_every_command(command: list[str]) -> None:
    done = run(*command, "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"usage: {' '.join(['glview', *command])} ")


def test_an_ordinary_jpeg_pyramid_leaves_stderr_empty(tmp_path: Path) -> None:
    path = tmp_path / "slide.tif"
    picture = pyvips.Image.black(700, 500, bands=3).copy(interpretation="srgb")
    picture.tiffsave(str(path), tile=True, pyramid=True, compression="jpeg", Q=75)
    done = run("info", path)
    assert (done.returncode, done.stderr) == (0, "")
    done = run("render", path, "-o", tmp_path / "out.png", "--size", "60x40")
    assert (done.returncode, done.stderr) == (0, "")


def test_the_module_is_the_command() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "glview", "--version"],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, f"glview {__version__}\n", "")


def test_bad_usage_is_one_line_and_status_2() -> None:
    done = run("info")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "glview: the following arguments are required: IMAGE (see glview info --help)\n"
    )


def test_info_tells_people(image: Path) -> None:
    done = run("info", image)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"{image}\n  format       TIFF\n  size         700 x 500 pixels")


def test_info_tells_programs(image: Path) -> None:
    done = run("info", image, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    told = json.loads(done.stdout)
    assert (told["width"], told["height"], told["bands"]) == (700, 500, 3)
    assert told["levels"][1]["width"] == 350


def test_info_tells_of_a_file_that_is_too_large_to_be_shown(tmp_path: Path) -> None:
    # A header that declares 60,000 x 60,000 pixels, and a few bytes of them.
    path = tmp_path / "large.png"
    pyvips.Image.black(64, 64).pngsave(str(path))
    data = bytearray(path.read_bytes())
    data[16:24] = struct.pack(">II", 60_000, 60_000)
    data[29:33] = struct.pack(">I", zlib.crc32(data[12:29]))
    path.write_bytes(data)
    done = run("info", path)
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[2:5] == [
        "  size         60000 x 60000 pixels (3.6 gigapixels)",
        "  samples      grey, uint8",
        "  levels       width x height, downsample, offset, tile size",
    ]
    assert lines[6].startswith(
        "  note         no pyramid in the file, and cannot be shown: needs 4"
    )
    assert "`glview convert FILE NAME.dzi`" in lines[6]
    told = json.loads(run("info", path, "--json").stdout)
    assert (told["width"], told["shown"]) == (60_000, None)
    assert told["note"].startswith("no pyramid in the file, and cannot be shown: needs")


def test_info_of_a_file_that_is_not_there_is_status_1(tmp_path: Path) -> None:
    done = run("info", tmp_path / "none.tif")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"glview: {tmp_path}/none.tif: no such file\n"


def test_a_file_called_like_a_command_can_be_named(image: Path, tmp_path: Path) -> None:
    (tmp_path / "info").write_bytes(image.read_bytes())
    env = {key: value for key, value in os.environ.items() if "DISPLAY" not in key}
    env["PYTHONPATH"] = str(CHECKOUT)
    assert run("info", "info", cwd=tmp_path, env=env).stdout.startswith("info\n")
    assert run("info", cwd=tmp_path, env=env).returncode == 2
    # It gets as far as the window.
    done = run("./info", cwd=tmp_path, env=env)
    assert (done.returncode, "no display" in done.stderr) == (1, True)


def test_a_reader_who_leaves_is_not_complained_about(image: Path) -> None:
    read_end, write_end = os.pipe()
    os.close(read_end)
    with os.fdopen(write_end, "wb") as closed:
        done = subprocess.run(
            [*COMMAND, "info", str(image)],
            stdout=closed,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert (done.returncode, done.stderr) == (141, "")


def test_ctrl_c_is_quiet(tmp_path: Path) -> None:
    # A picture that takes long enough to be interrupted.
    path = tmp_path / "large.tif"
    pyvips.Image.gaussnoise(6000, 6000).cast("uchar").tiffsave(
        str(path), tile=True, pyramid=True, compression="deflate"
    )
    with subprocess.Popen(
        [*COMMAND, "render", str(path), "-o", str(tmp_path / "o.png"), "--size", "20000x20000",
         "--zoom", "3.3"],
        stderr=subprocess.PIPE,
        text=True,
    ) as process:  # fmt: skip
        time.sleep(2.0)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=10)
    assert (process.returncode, errors) == (130, "")
    assert [path.name for path in tmp_path.iterdir()] == ["large.tif"]


def test_a_photo_past_the_budget_is_shown_when_given_the_memory_it_asks_for(
    tmp_path: Path,
) -> None:
    path = tmp_path / "photo.png"
    pyvips.Image.black(3000, 2500, bands=3).copy(interpretation="srgb").pngsave(str(path))
    out = tmp_path / "out.png"
    done = run("render", path, "-o", out, "--memory", "16")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        f"glview: {path}: needs 29 MiB in memory, more than the budget of 16 MiB; make a pyramid of"
        " it with `glview convert FILE NAME.dzi`, or give it more: --memory 29\n"
    )
    done = run("render", path, "-o", out, "--size", "60x40", "--memory", "29")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert pyvips.Image.new_from_file(str(out)).width == 60


@pytest.mark.parametrize("name", ["a.dzi", "a.tif"])
def test_convert_makes_a_pyramid_and_says_nothing(tmp_path: Path, name: str) -> None:
    path = tmp_path / "photo.png"
    pyvips.Image.black(700, 500, bands=3).copy(interpretation="srgb").pngsave(str(path))
    done = run("convert", path, tmp_path / name, "--tile-size", "128", "--quality", "90")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    told = json.loads(run("info", tmp_path / name, "--json").stdout)
    assert (told["width"], told["height"], told["levels"][0]["tile_width"]) == (700, 500, 128)


def test_convert_replaces_nothing_unless_forced(tmp_path: Path) -> None:
    path, out = tmp_path / "photo.png", tmp_path / "a.tif"
    pyvips.Image.black(70, 50).pngsave(str(path))
    out.write_text("kept")
    done = run("convert", path, out)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        f"glview: {out}: exists already; --force (or overwrite=True) replaces it\n"
    )
    assert out.read_text() == "kept"
    assert run("convert", path, out, "--force").returncode == 0
    assert out.read_bytes()[:4] == b"II+\0"


def test_convert_draws_a_bar_on_a_terminal(tmp_path: Path) -> None:
    path = tmp_path / "photo.jpg"
    pyvips.Image.gaussnoise(6000, 4000).cast("uchar").jpegsave(str(path))
    ours, theirs = os.openpty()
    with subprocess.Popen([*COMMAND, "convert", path, tmp_path / "a.tif"], stderr=theirs) as done:
        os.close(theirs)
        told = b""
        # A terminal that nobody holds any more reads as an error.
        with contextlib.suppress(OSError):
            while part := os.read(ours, 4096):
                told += part
    os.close(ours)
    lines = told.decode().replace("\r\n", "\n").split("\r")
    assert done.returncode == 0
    assert len(lines) > 3
    assert lines[0] == ""
    assert all(line.startswith("glview: a.tif  ") for line in lines[1:])
    assert lines[-1] == f"glview: a.tif  {'█' * 32} 100%\n"


@pytest.mark.parametrize("name", ["a.dzi", "a.tif"])
def test_ctrl_c_leaves_no_half_pyramid(tmp_path: Path, name: str) -> None:
    path = tmp_path / "large.jpg"
    pyvips.Image.gaussnoise(12_000, 12_000).cast("uchar").jpegsave(str(path))
    with subprocess.Popen(
        [*COMMAND, "convert", path, tmp_path / name], stderr=subprocess.PIPE, text=True
    ) as process:
        until = time.monotonic() + 30.0
        # The first of what is written is there.
        while not list(tmp_path.glob(".glview-*/*")) and time.monotonic() < until:
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=30)
    assert (process.returncode, errors) == (130, "")
    assert [path.name for path in tmp_path.iterdir()] == ["large.jpg"]


def test_the_demo_flies_without_a_display(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    make_sample(sample_path(cache), width=768, height=938)
    env = {key: value for key, value in os.environ.items() if "DISPLAY" not in key}
    done = run("demo", "--headless", "-o", tmp_path, env=env | {"XDG_CACHE_HOME": str(cache)})
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        f"{tmp_path}/demo.png",
        f"{tmp_path}/demo-contact-sheet.png",
    ]
    picture = pyvips.Image.new_from_file(f"{tmp_path}/demo.png")
    sheet = pyvips.Image.new_from_file(f"{tmp_path}/demo-contact-sheet.png")
    assert (picture.width, picture.height) == (1600, 1000)
    assert (sheet.width, sheet.height) == (2346, 744)
    assert picture.deviate() > 10


@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize(
    "arguments", [["info"], ["info", "--json"], ["--help"], ["render", "--help"]], ids=" ".join
)
def test_a_full_disk_behind_stdout_is_one_line(
    image: Path, arguments: list[str], unbuffered: str
) -> None:
    told = [image] if "info" in arguments else []
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [*COMMAND, *arguments, *told],
            cwd=CHECKOUT,
            env=os.environ | {"PYTHONUNBUFFERED": unbuffered},
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    line = "glview: standard output: no space left on device\n"
    assert (done.returncode, done.stderr) == (1, line)


def test_a_stdout_that_the_shell_has_closed_is_one_line(image: Path) -> None:
    script = 'exec "$@" >&-'
    done = subprocess.run(
        ["sh", "-c", script, "sh", *COMMAND, "info", str(image)],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )
    line = "glview: standard output: bad file descriptor\n"
    assert (done.returncode, done.stderr) == (1, line)
