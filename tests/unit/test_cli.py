"""What the command line understands, without opening anything."""

import argparse
import json
import math
import os
import re
import subprocess
import sys
import zlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pyvips

from glview import cli
from glview.arguments import joined, to_bytes, to_color, to_size
from glview.canvases.prompt import Goal
from glview.canvases.window_settings import WindowSettings
from glview.colormaps import ColorMap
from glview.display import WHITE, Display, Transfer, Window
from glview.errors import ImageError
from glview.flight import Flight
from glview.headless import Shot
from glview.image import ColorModel, ImageDescription, SampleType
from glview.options import WindowRule
from glview.png import write_png
from glview.pyramid import Level, Pyramid
from glview.render_command import scale_of, to_zoom
from glview.usage import Parser, add_budgets, add_display, viewer_options
from glview.view_command import _parser, window_settings
from glview.viewport import Viewport

DESCRIPTION = ImageDescription(
    "x",
    "array",
    Pyramid(4000, 2001, (Level(4000, 2001, 1.0, 1.0),)),
    SampleType.U8,
    ColorModel.RGB,
    3,
)


@pytest.mark.parametrize(
    ("text", "color"),
    [
        ("#ffffff", (1.0, 1.0, 1.0)),
        ("#f00", (1.0, 0.0, 0.0)),
        ("00ff00", (0.0, 1.0, 0.0)),
        ("Black", (0.0, 0.0, 0.0)),
        ("#333333", (0.2, 0.2, 0.2)),
    ],
)
def test_colours(text: str, color: tuple[float, float, float]) -> None:
    assert to_color(text) == color


@pytest.mark.parametrize("text", ["", "#", "#ff", "#fffff", "purplish", "#ggg", "#ffffffff"])
def test_what_is_no_colour(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="is no colour"):
        to_color(text)


@pytest.mark.parametrize("text", ["800", "800x", "x600", "0x600", "-1x5", "800x600x3", "65537x2"])
def test_what_is_no_size(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="is no size such as 800x600"):
        to_size(text)


def test_a_size() -> None:
    assert to_size("1600X1000") == (1600, 1000)
    assert to_size("65536x65536") == (65_536, 65_536)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2", Goal(scale=2.0)),
        ("200%", Goal(scale=2.0)),
        ("12.5 %", Goal(scale=0.125)),
        ("5x", Goal(times=5.0)),
        ("0.5X", Goal(times=0.5)),
        ("@20", Goal(magnification=20.0)),
    ],
)
def test_zooms_are_told_as_in_the_window(text: str, meant: Goal) -> None:
    assert to_zoom(text) == meant


@pytest.mark.parametrize(
    "text",
    ["", "%", "x", "2xx", "2%%", "0%", "0x", "200000%", "nan%", "two", "2 3", "1,200", "2000x"],
)
def test_what_is_no_zoom_is_refused(text: str) -> None:
    told = re.escape(f"{text!r} is no zoom such as 2, 50%, 5x or @20 (0.000001 to 1024)")
    with pytest.raises(argparse.ArgumentTypeError, match=told):
        to_zoom(text)


@pytest.mark.parametrize(
    ("text", "power", "scale"),
    [("5x", 20.0, 0.25), ("5x", None, 5.0), ("@5", 20.0, 0.25), ("50%", 20.0, 0.5)],
)
def test_a_zoom_in_x_is_an_objectives_where_one_is_known(
    text: str, power: float | None, scale: float
) -> None:
    assert scale_of(to_zoom(text), replace(DESCRIPTION, objective_power=power)) == scale


@pytest.mark.parametrize(
    ("text", "power", "fault"),
    [
        ("@20", None, "--zoom @20 is an objective's, and its magnification is unknown"),
        ("0.00001x", 40.0, "--zoom would be 2.5e-07 pixels a pixel: from 1e-06 to 1024"),
    ],
)
def test_a_zoom_that_this_image_cannot_have_is_told(
    text: str, power: float | None, fault: str
) -> None:
    with pytest.raises(ImageError, match=re.escape(fault)):
        scale_of(to_zoom(text), replace(DESCRIPTION, objective_power=power))


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (["a", "b", "--what"], "unrecognized arguments: --what"),
        (["a", "--size", "big"], "argument --size: 'big' is no size"),
        (["render", "a"], "arguments are required: -o/--output"),
        (["render", "a", "-o", "b.jpg"], "'b.jpg' must end in .png"),
        (["render", "a", "-o", "b.png", "--center", "5"], "'5' is no position"),
        (["render", "a", "-o", "b.png", "--zoom", "0"], "'0' is no zoom"),
        (["render", "a", "-o", "b.png", "--rotation", "nan"], "'nan' is no number"),
        (["render", "a", "-o", "b.png", "--pixel-ratio", "100"], "no pixel ratio: from 0.25 to 8"),
        (["render", "a", "-o", "b.png", "--pixel-ratio", "0.2"], "no pixel ratio: from 0.25 to 8"),
        (["render", "a", "-o", "b.png", "--size", "65537x2"], "of 1 to 65536 pixels a side"),
        (["a", "--size", "40000x2"], "of 1 to 32768 pixels a side"),
        (["render", "a", "-o", "b.png", "--memory", "15"], "'15' is no number of MiB from 16"),
        (["a", "--gpu-memory", "much"], "argument --gpu-memory: 'much' is no number of MiB"),
        (["demo", "--memory", "-1"], "'-1' is no number of MiB from 16 to 1048576"),
        (["info"], "required: IMAGE"),
        (["convert", "a"], "required: OUT.dzi|OUT.tif"),
        (["convert", "a", "b.jpg"], "'b.jpg' must end in .dzi (DeepZoom) or .tif"),
        (["convert", "a", "b.dzi", "--tile-size", "9"], "64 to 2048 pixels a side: 9"),
        (["convert", "a", "b.dzi", "--quality", "best"], "--quality: invalid int value: 'best'"),
        (["demo", "a"], "unrecognized arguments: a"),
        (["a", "-W", "0"], "'0' is no number of pixels from 1 to 32768"),
        (["a", "-z", "-2"], "'-2' is no level from 0 to 64, nor -1"),
        (["--qt", "a", "--size", "9x9", "-W", "9"], "says width and height"),
        (["a", "--fit", "--fullscreen"], "--fit makes a window: not with --fullscreen"),
        (["a", "-F", "-z", "3", "-H", "9"], "as large as the picture at --zoom: not with a size"),
        (["-F"], "--fit is about an IMAGE"),
        (["--qt", "-z", "-1"], "--zoom is about an IMAGE"),
        (["--install-desktop", "a"], "--install-desktop stands alone"),
    ],
)
def test_bad_usage_is_one_line_and_status_2(
    arguments: list[str], fault: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.run(arguments)
    assert ended.value.code == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err.startswith("glview: ")
    assert fault in output.err
    assert output.err.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "settings"),
    [
        ([], WindowSettings()),
        (["-W", "300"], WindowSettings(width=300)),
        (["--size", "300x200", "-F"], WindowSettings(300, 200, fit=True)),
        (["-z", "0", "-F"], WindowSettings(zoom=0.0, fit=True)),
        (["-z", "-1", "-H", "9"], WindowSettings(height=9)),
        (["--fullscreen", "--width", "9"], WindowSettings(9, fullscreen=True)),
    ],
)
def test_a_window_comes_up_as_it_is_told(words: list[str], settings: WindowSettings) -> None:
    assert window_settings(_parser().parse_args(["a", *words])) == settings


def test_a_side_that_nobody_names_is_one_that_suits() -> None:
    assert WindowSettings(width=300).size((1100, 800)) == (300, 800)
    assert [WindowSettings(height=9).sized, WindowSettings(fullscreen=True).sized] == [True, False]


def test_a_missing_pyside6_is_one_line() -> None:
    gone = dict.fromkeys(("PySide6", "shiboken6"))
    program = f"import sys; sys.modules.update({gone}); from glview.cli import main; main()"
    run = subprocess.run(
        [sys.executable, "-c", program, "--qt"], capture_output=True, text=True, check=False
    )
    assert run.returncode == 1
    told = "--qt needs PySide6: python -m pip install PySide6-Essentials"
    assert run.stderr == f"glview: {told}\n"


def test_without_a_display_qt_is_one_line(tmp_path: Path) -> None:
    env = {key: value for key, value in os.environ.items() if key != "WAYLAND_DISPLAY"}
    run = subprocess.run(
        [sys.executable, "-c", "from glview.cli import main; main()", "--qt"],
        env=env | {"DISPLAY": ":987", "QT_QPA_PLATFORM": "xcb", "XDG_RUNTIME_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 1
    assert run.stderr == (
        "glview: no display can be opened (could not connect to display :987). On a machine without"
        " one, `glview render IMAGE -o OUT.png` makes pictures; through ssh, `ssh -X` forwards a"
        " display.\n"
    )


@pytest.mark.parametrize(
    ("word", "meant"), [("rendr", "render"), ("covnert", "convert"), ("inf", "info")]
)
def test_a_misspelt_command_is_told(
    capsys: pytest.CaptureFixture[str], word: str, meant: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.run([word, "a.png", "-o", "b.png"])
    assert ended.value.code == 2
    told = capsys.readouterr().err
    assert told == f"glview: no command or file {word!r}; did you mean {meant}?\n"


@pytest.mark.parametrize("text", ["", "15", "-300", "1048577", "1e3", "256.5", "1GiB", "inf"])
def test_what_is_no_amount_of_memory(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="is no number of MiB from 16 to 1048576"):
        to_bytes(text)


def test_an_amount_of_memory() -> None:
    assert [to_bytes("16"), to_bytes("1200"), to_bytes("1048576")] == [
        16_777_216,
        1_258_291_200,
        1_099_511_627_776,
    ]


@pytest.mark.parametrize(
    ("words", "host_mib", "gpu_mib"),
    [
        ([], 256, 256),
        (["--memory", "1200"], 1200, 256),
        (["--gpu-memory", "64", "--memory", "16"], 16, 64),
    ],
)
def test_budgets_are_what_was_asked_for(words: list[str], host_mib: int, gpu_mib: int) -> None:
    parser = argparse.ArgumentParser()
    add_budgets(parser)
    options = viewer_options(parser.parse_args(words))
    assert (options.host_bytes, options.gpu_bytes) == (host_mib << 20, gpu_mib << 20)


def test_negative_positions_need_no_equals_sign() -> None:
    assert joined(["--center", "-5,3", "--rotation", "-30", "a"]) == [
        "--center=-5,3",
        "--rotation=-30",
        "a",
    ]


def test_json_has_no_numbers_that_json_does_not_know() -> None:
    told = cli._strict({"nodata": float("nan"), "levels": [{"offset": [float("inf"), 1.5]}]})
    assert (
        json.dumps(told, allow_nan=False)
        == '{"nodata": "nan", "levels": [{"offset": ["inf", 1.5]}]}'
    )


def test_a_shot_without_a_place_is_fitted() -> None:
    view = Shot(800, 600).view(DESCRIPTION)
    assert (view.centre_x, view.centre_y, view.scale) == (2000.0, 1000.5, 0.2)


def test_a_shot_at_1_without_a_place_is_on_the_pixel_grid() -> None:
    view = Shot(800, 600, zoom=1.0).view(DESCRIPTION)
    assert view.s_from_i(0.0, 0.0) == (-1600.0, -700.0)


def test_a_shot_has_its_place_exactly() -> None:
    view = Shot(800, 600, center=(10.25, -7.5), zoom=3.0, rotation=-30.0, flip=True).view(
        DESCRIPTION
    )
    assert view == Viewport(800, 600, 10.25, -7.5, 3.0, 330.0, flip=True)


@pytest.mark.parametrize("size", [(1, 1), (7, 300), (64, 256), (5, 513)])
def test_png_files_are_what_was_written(tmp_path: Path, size: tuple[int, int]) -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (size[1], size[0], 3)).astype(np.uint8)
    write_png(tmp_path / "a.png", pixels)
    assert np.array_equal(pyvips.Image.new_from_file(str(tmp_path / "a.png")).numpy(), pixels)


def test_a_png_that_cannot_be_written_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.png").write_bytes(b"old")

    def broken(_level: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(zlib, "compressobj", broken)
    with pytest.raises(OSError, match="No space"):
        write_png(tmp_path / "a.png", np.zeros((2, 2, 3), np.uint8))
    assert [path.name for path in tmp_path.iterdir()] == ["a.png"]
    assert (tmp_path / "a.png").read_bytes() == b"old"


def test_a_flight_passes_each_stop_in_its_time() -> None:
    a = Viewport(800, 600, 100.0, 100.0, 1.0, rotation=350.0)
    b = Viewport(800, 600, 300.0, 100.0, 4.0, rotation=20.0)
    c = Viewport(800, 600, 300.0, 500.0, 4.0, rotation=20.0)
    flight = Flight.through([a, b, c], [0.0, 2.0, 3.0], 10.0)
    assert [flight.at(now) for now in (9.0, 10.0, 12.0, 15.0, 99.0)] == [a, a, b, c, c]
    assert flight.at(11.0).scale == 2.0
    assert flight.at(11.0).rotation == 5.0
    assert flight.at(13.5).centre_y == 300.0
    assert flight.end_s == 15.0


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"width": 0}, "1 to 65536 pixels a side: 0x600"),
        ({"height": 65_537}, "1 to 65536 pixels a side: 800x65537"),
        ({"center": (math.nan, 1.0)}, "two finite numbers"),
        ({"center": (1.0, math.inf)}, "two finite numbers"),
        ({"zoom": 0.0}, "from 1e-06 to 1024: 0.0"),
        ({"zoom": -1.0}, "from 1e-06 to 1024"),
        ({"zoom": math.nan}, "from 1e-06 to 1024: nan"),
        ({"zoom": 1025.0}, "from 1e-06 to 1024"),
        ({"rotation": math.inf}, "finite number of degrees: inf"),
    ],
)
def test_a_shot_that_makes_no_picture_is_refused(wrong: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Shot(**wrong)


@pytest.mark.parametrize("zoom", [1e-6, 1024.0])
def test_a_shot_may_go_to_the_limits(zoom: float) -> None:
    assert Shot(1, 65_536, center=(-1e9, 1e9), zoom=zoom).view(DESCRIPTION).scale == zoom


@pytest.mark.parametrize("zoom", ["1e-7", "1025"])
def test_the_command_refuses_the_zooms_that_a_shot_refuses(
    zoom: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        cli.run(["render", "a", "-o", "b.png", "--zoom", zoom])
    assert f"{zoom!r} is no zoom" in capsys.readouterr().err


def displayed(*words: str) -> tuple[Display, bool]:
    """What the options of a display make of a grey image's, and whether windows are found."""
    parser = Parser()
    add_display(parser)
    add_budgets(parser)
    options = viewer_options(parser.parse_args(joined(list(words))))
    plain = Display((Window(0, 65_535),), (WHITE,))
    return plain if options.display is None else options.display(plain), options.auto_window


def test_a_display_is_asked_for_by_options() -> None:
    shown, _ = displayed(
        "--window", "-5,3400", "--transfer", "asinh", "--colormap", "grey-inverted"
    )
    assert shown.windows == (Window(-5, 3400),)
    assert shown.transfer is Transfer.ASINH
    assert shown.colormap is ColorMap.GREY_INVERTED
    assert displayed("--transfer", "gamma")[0].gamma == 2.2
    assert displayed() == (Display((Window(0, 65_535),), (WHITE,)), True)
    assert displayed("--window", "full") == (Display((Window(0, 65_535),), (WHITE,)), False)


def test_zscale_is_asked_for_in_the_place_of_a_window() -> None:
    parser = Parser()
    add_display(parser)
    add_budgets(parser)
    options = viewer_options(parser.parse_args(["--window", "zscale"]))
    assert (options.window_rule, options.auto_window, options.display) == (
        WindowRule.ZSCALE,
        True,
        None,
    )


@pytest.mark.parametrize("words", ["5", "5,", "5,5", "9,5", "a,b", "0,inf", "nan,1"])
def test_what_is_no_window_is_told(words: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        displayed(f"--window={words}")
    assert f"{words!r} is no window such as 120,3400, low before high" in capsys.readouterr().err


def test_numpy_is_loaded_while_the_window_is_made_and_not_before() -> None:
    program = "import sys, glview.cli, glview.view_command; print('numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert done.stdout == b"False\n"
