"""Promise: OpenGL 3.3 core only, few calls a frame, small textures, no complaint of the driver."""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from OpenGL.constant import Constant

from glview.display import Display, Magnification, Window
from glview.errors import ContextError, GraphicsError
from glview.frame import Mark, Outline, Panel
from glview.gl import api
from glview.gl.offscreen_target import OffscreenTarget
from glview.gl.program import link, shader_folder, shader_source
from glview.pyramid import MAX_LEVELS, Reduction
from glview.sources.array import ArrayOptions
from glview.sources.base import ColorModel, TileSource
from glview.sources.opening import open_image
from glview.sources.synthetic import FunctionSource, SyntheticOptions, halving_pyramid
from glview.texels import MAX_BANDS, MAX_GROUPS
from glview.viewport import Point, Viewport
from tests.gl.compare import composed
from tests.gl.recorder import Recorder
from tests.gl.registry import core33
from tests.gl.stage import Stage, still_options
from tests.images import detailed

MakeStage = Callable[..., Stage]


@pytest.fixture
def recorder(monkeypatch: pytest.MonkeyPatch) -> Recorder:
    made = Recorder()
    made.install(monkeypatch)
    return made


def test_every_name_of_the_api_is_core_3_3() -> None:
    registry = core33()
    functions = {n for n in dir(api) if n.startswith("gl") and callable(getattr(api, n))}
    enums = {n for n in dir(api) if isinstance(getattr(api, n), Constant)}
    assert len(functions) > 50
    assert functions <= registry.functions
    assert enums <= set(registry.enums)


def test_real_frames_call_core_3_3_only(recorder: Recorder, stage: MakeStage) -> None:
    """Every way of drawing: direct, composite, groups, growth of the atlas, overlays, release."""
    options = ArrayOptions(color_model=ColorModel.CHANNELS)
    images = [
        open_image(detailed(900, 700)),
        open_image(detailed(300, 200, 1).astype(np.uint16)),
        open_image(detailed(300, 200, 5).astype(np.float32), options=options),
    ]
    for source in images:
        made = stage(source, options=still_options(gpu_bytes=8 << 20))
        for zoom in (3.0, 1.0, 0.7, 0.55, 0.1):
            view = Viewport(200, 150, 100.0, 80.0, zoom)
            made.settle(view)
        made.session.display = replace(made.session.display, gamma=1.5)
        made.settle(Viewport(200, 150, 100.0, 80.0, 2.0))
        target = made.target_for(Viewport(200, 150)).target
        made.renderer.clear(target, (0.5, 0.5, 0.5))
        made.renderer.draw_marks([Mark(Point(5, 5), Point(50, 0), Point(0, 50))], target)
        green = (0.0, 1.0, 0.0, 1.0)
        made.renderer.draw_outlines(
            [Outline(Point(5, 5), Point(50, 0), Point(0, 50), green)], target, 1
        )
        made.renderer.draw_panels([Panel(np.zeros((8, 8, 4), np.uint8), 3, 4)], target)
        made.renderer.draw_panels([], target)
        made.close()
        made.close = lambda: None  # type: ignore[method-assign]  # closed already, on purpose here
    registry = core33()
    assert set(recorder.calls) <= registry.functions
    assert recorder.enums <= set(registry.enums)
    assert {"glDrawArraysInstanced", "glCopyTexSubImage3D", "glDeleteTextures"} <= set(
        recorder.calls
    )


DIRECT = ["glBufferData", "glClear", "glDrawArraysInstanced"]
CROSS_FADE = [
    *("glBufferData", "glClear", "glDisable", "glUseProgram", "glDrawArraysInstanced"),
    *("glUseProgram", "glEnable", "glDrawArraysInstanced"),
]
COMPOSED = [
    *("glBufferData", "glBindFramebuffer", "glClear", "glUseProgram", "glDrawArraysInstanced"),
    *("glUseProgram", "glEnable", "glDrawArraysInstanced"),
    *("glBindFramebuffer", "glUseProgram", "glDisable", "glDrawArrays"),
]


@pytest.mark.parametrize(
    ("zoom", "display", "calls", "unlocked"),
    [
        pytest.param(1.0, None, DIRECT, 1, id="magnified"),
        pytest.param(0.7, None, DIRECT, 1, id="minified"),
        pytest.param(0.55, None, CROSS_FADE, 1, id="cross-fade"),
        pytest.param(0.55, composed, COMPOSED, 2, id="composite"),
    ],
)
def test_a_resident_frame_takes_few_calls(
    recorder: Recorder,
    stage: MakeStage,
    zoom: float,
    display: Callable[[Display], Display] | None,
    calls: list[str],
    unlocked: int,
) -> None:
    """A new table of tiles is asked after for errors; few calls let Python's lock go."""
    made = stage(open_image(detailed(900, 700)), display=display)
    view = Viewport(300, 200, 450.3, 350.7, zoom)
    made.settle(view)
    target = made.target_for(view).target
    frame = made.session.frame(view, 0.0)
    made.renderer.draw(frame, target)
    for dx in (0.0, 1.0, 2.0):
        recorder.calls.clear()
        moved = view.panned(dx, 0.0)
        made.session.follow(moved, focus=None, moving=True)
        made.renderer.draw(made.session.frame(moved, 0.0), target)
        assert recorder.calls == calls
    assert sum(not keeps_the_lock(name) for name in calls) == unlocked


def keeps_the_lock(name: str) -> bool:
    """Whether Python's lock is kept while a function runs."""
    flag_of_pyfunctype = 0x4
    function: Any = api._FUNCTIONS[name]
    return bool(function._flags_ & flag_of_pyfunctype)


@pytest.mark.parametrize(
    "name",
    [
        *("glClear", "glCompileShader", "glCopyTexSubImage3D", "glDeleteTextures", "glDrawArrays"),
        *("glFinish", "glGetError", "glGetProgramiv", "glLinkProgram"),
        *("glReadPixels", "glRenderbufferStorage", "glTexImage3D", "glTexSubImage3D"),
    ],
)
def test_what_may_wait_lets_pythons_lock_go(name: str) -> None:
    assert not keeps_the_lock(name)


def test_no_call_is_followed_by_a_question_of_pyopengls(
    stage: MakeStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would be another call of C, and let Python's lock go once more."""
    from OpenGL.raw.GL import _errors

    def asked() -> int:
        raise AssertionError("PyOpenGL has asked for an error")

    monkeypatch.setattr(_errors._error_checker, "_currentChecker", asked)
    made = stage(open_image(detailed(900, 700)), options=still_options(gpu_bytes=8 << 20))
    for zoom in (1.0, 0.55, 0.1):
        made.settle(Viewport(300, 200, 450.3, 350.7, zoom))


@pytest.mark.usefixtures("context")
def test_pyopengl_goes_on_asking_where_others_use_it() -> None:
    from OpenGL.error import GLError
    from OpenGL.raw.GL.VERSION.GL_1_0 import glEnable

    from tests.gl.debug import DebugOutput

    with pytest.raises(GLError, match="1280"):
        glEnable(0x1234)
    DebugOutput().take()


@pytest.fixture
def as_in_a_program(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not every call is asked after."""
    for name, function in api._FUNCTIONS.items():
        monkeypatch.setattr(api, name, function)


@pytest.mark.usefixtures("as_in_a_program")
def test_a_mistake_is_told_at_the_end_of_its_frame(stage: MakeStage) -> None:
    from tests.gl.debug import DebugOutput

    made = stage(open_image(detailed(900, 700)), options=still_options(prefetch=False))
    view = Viewport(300, 200, 450.3, 350.7, 0.8)
    expected = made.settle(view)
    # A frame with another table of tiles, which are those that are asked after.
    made.settle(replace(view, scale=0.4))
    api.glEnable(0x1234)
    with pytest.raises(
        GraphicsError,
        match=r"GL_INVALID_ENUM, drawing 300x200 pixels at \(450\.3, 350\.7\), scale 0\.8",
    ):
        made.step(view, 0.0)
    DebugOutput().take()
    # Told once.
    made.renderer.target_rebound()
    assert np.array_equal(made.step(view, 0.0), expected)


@pytest.mark.usefixtures("as_in_a_program")
def test_what_others_have_left_is_no_mistake_of_a_frame(stage: MakeStage) -> None:
    from tests.gl.debug import DebugOutput

    made = stage(open_image(detailed(900, 700)), options=still_options(prefetch=False))
    view = Viewport(300, 200, 450.3, 350.7, 0.8)
    made.settle(view)
    api.glEnable(0x1234)
    made.renderer.context_shared()
    made.step(view, 0.0)
    DebugOutput().take()


def test_a_context_that_tells_of_errors_without_end_hangs_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(api, "glGetError", lambda: 0x507)
    with pytest.raises(GraphicsError, match=r"reported error 0x507, error 0x507, .*, testing"):
        api.check("testing")


@pytest.mark.parametrize(("options", "told"), [([], "at the end"), (["-X", "dev"], "glEnable")])
def test_in_the_development_mode_each_call_is_asked_after(options: list[str], told: str) -> None:
    script = """
from glview.canvases.egl import EglContext
from glview.errors import GraphicsError
from glview.gl import api

with EglContext():
    try:
        api.glEnable(0x1234)
        api.check("at the end")
    except GraphicsError as error:
        print(error)
"""
    done = subprocess.run(
        [sys.executable, *options, "-c", script], capture_output=True, text=True, check=True
    )
    assert "GL_INVALID_ENUM" in done.stdout
    assert told in done.stdout
    assert done.stderr == ""


@pytest.mark.parametrize("name", sorted(path.name for path in shader_folder().glob("*.[vf]*t*")))
@pytest.mark.parametrize("filtering", ["MAGNIFIED", "MINIFIED", "MINIFIED WIDE", "NEAREST"])
@pytest.mark.parametrize("light", [(), ("GAMMA",), ("IDENTITY",), ("IDENTITY", "OPAQUE")])
@pytest.mark.parametrize("outline", [(), ("OUTLINE",)])
def test_shaders_pass_the_validator(
    name: str, filtering: str, light: tuple[str, ...], outline: tuple[str, ...], tmp_path: Path
) -> None:
    validator = shutil.which("glslangValidator")
    assert validator, "scripts/test installs glslang-tools"
    source = tmp_path / name
    source.write_text(shader_source(name, (*filtering.split(), "GROUPS 2", *light, *outline)))
    done = subprocess.run([validator, str(source)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert shader_source(name).startswith("#version 330 core\n")


@pytest.mark.usefixtures("context")
def test_a_shader_error_names_the_file() -> None:
    from tests.gl.debug import DebugOutput

    with pytest.raises(ContextError, match=r"broken\.frag"):
        link("resolve.vert", shader_source("resolve.vert"), "broken.frag", "#version 330 core\n?")
    assert len(DebugOutput().take()) == 1


@pytest.mark.usefixtures("context")
def test_the_driver_is_heard() -> None:
    """The debug output that every test here checks does tell of errors."""
    from tests.gl.debug import DebugOutput

    output = DebugOutput()
    with pytest.raises(GraphicsError, match=r"GL_INVALID_ENUM, glEnable\(4660,\)"):
        api.glEnable(0x1234)
    assert any("1234" in message or "INVALID" in message.upper() for message in output.take())


def test_the_target_is_the_only_framebuffer_written(stage: MakeStage) -> None:
    """A renderer draws into the target it is given; others stay as they are."""
    made = stage(open_image(detailed(900, 700)))
    other = OffscreenTarget(300, 200)
    made.renderer.target_rebound()
    made.renderer.clear(other.target, (0.0, 1.0, 0.0))
    for zoom in (1.0, 0.55):
        made.settle(Viewport(300, 200, 450.3, 350.7, zoom))
    assert (other.read() == [0, 255, 0, 255]).all()
    other.release()
    made.renderer.target_rebound()


def test_the_block_of_uniforms_has_room_for_all_that_can_be_shown() -> None:
    text = shader_source("view.glsl")
    sizes = dict(re.findall(r"const int (MAX_\w+) = (\d+);", text))
    assert sizes == {"MAX_LEVELS": "40", "MAX_GROUPS": "8"}
    assert (MAX_LEVELS, MAX_GROUPS, MAX_BANDS) == (40, 8, 24)
    assert len(re.findall(r"\[.*MAX_\w+\];", text)) == 4


CHANNELS = ArrayOptions(color_model=ColorModel.CHANNELS)
IMAGES: dict[str, Callable[[], TileSource]] = {
    "RGB": lambda: open_image(detailed(900, 700)),
    "grey": lambda: open_image(detailed(900, 700, 1)),
    "float": lambda: open_image(detailed(900, 700, 1).astype(np.float32) / 255),
    "two channels": lambda: open_image(detailed(900, 700, 2), options=CHANNELS),
    "three channels": lambda: open_image(detailed(900, 700, 3), options=CHANNELS),
    "five channels": lambda: open_image(detailed(900, 700, 5), options=CHANNELS),
    "labels": lambda: FunctionSource(
        replace(halving_pyramid(900, 700), reduction=Reduction.NEAREST),
        lambda _, rect: np.zeros((rect.height, rect.width, 3), np.uint8),
        SyntheticOptions(),
    ),
}
DISPLAYS: dict[str, Callable[[Display], Display]] = {
    "as it comes": lambda display: display,
    "window": lambda display: replace(
        display, windows=(Window(10.0, 90.0),) * len(display.windows)
    ),
    "gamma": lambda display: replace(display, gamma=1.5),
    "nearest": lambda display: replace(display, magnification=Magnification.NEAREST),
}


def zoomed_through(made: Stage) -> None:
    """Every way of drawing, the image's outline in sight and out of it."""
    for zoom in (0.1, 0.3, 0.53, 0.55, 0.8, 1.0, 3.0):
        made.settle(Viewport(300, 200, 450.3, 350.7, zoom))
        made.settle(Viewport(300, 200, 0.0, 0.0, zoom))


@pytest.mark.parametrize("display", DISPLAYS)
@pytest.mark.parametrize("image", IMAGES)
def test_no_program_is_linked_while_zooming(
    recorder: Recorder, stage: MakeStage, image: str, display: str
) -> None:
    """What pictures take is linked after the first one, not in the frame that first needs it."""
    made = stage(IMAGES[image](), display=DISPLAYS[display])
    made.settle(Viewport(300, 200, 0.0, 0.0, 0.1))
    recorder.calls.clear()
    zoomed_through(made)
    assert "glDrawArraysInstanced" in recorder.calls
    assert "glLinkProgram" not in recorder.calls


def test_no_program_is_linked_for_the_first_hole_and_the_first_panel(
    recorder: Recorder, stage: MakeStage
) -> None:
    made = stage(open_image(detailed(900, 700)))
    view = Viewport(300, 200, 450.3, 350.7, 0.8)
    made.settle(view)
    recorder.calls.clear()
    target = made.target_for(view).target
    made.renderer.draw_marks([Mark(Point(5, 5), Point(50, 0), Point(0, 50))], target)
    made.renderer.draw_panels([Panel(np.zeros((8, 8, 4), np.uint8), 3, 4)], target)
    assert recorder.calls.count("glDrawArrays") == 2
    assert "glLinkProgram" not in recorder.calls


def test_what_another_display_takes_is_linked_a_program_a_frame_while_nothing_moves(
    recorder: Recorder, stage: MakeStage
) -> None:
    made = stage(open_image(detailed(900, 700)))
    view = Viewport(300, 200, 450.3, 350.7, 3.0)
    made.settle(view)
    made.session.display = replace(made.session.display, gamma=1.5)
    recorder.calls.clear()
    # Only what is drawn at once while the view moves,
    for _ in range(3):
        made.step(view, 0.0, moving=True)
    assert recorder.calls.count("glLinkProgram") == 1
    # then the rest: five more that draw at once, three into a composite and two that resolve.
    linked = []
    for _ in range(11):
        recorder.calls.clear()
        made.step(view, 0.0)
        linked.append(recorder.calls.count("glLinkProgram"))
    assert linked == [1] * 10 + [0]
    recorder.calls.clear()
    zoomed_through(made)
    assert "glLinkProgram" not in recorder.calls
