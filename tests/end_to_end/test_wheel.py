"""The wheel works on its own, away from the checkout."""

import zipfile
from pathlib import Path

import glview
from tests.end_to_end.wheel import CHECKOUT, WheelEnvironment


def test_the_wheel_has_every_shader(wheel: Path) -> None:
    ours = {path.name for path in (CHECKOUT / "shaders").iterdir() if path.is_file()}
    names = zipfile.ZipFile(wheel).namelist()
    packed = {name.rpartition("/")[2] for name in names if name.startswith("glview/shaders/")}
    assert packed == ours
    assert packed


def test_the_wheel_has_the_package_and_nothing_else(wheel: Path) -> None:
    tops = {name.partition("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert tops == {"glview", f"glview_bigimage-{glview.__version__}.dist-info"}


def test_the_wheel_has_its_licence_and_types(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert any(name.endswith("/licenses/LICENSE") for name in names)
    assert "glview/py.typed" in names


def test_the_wheel_offers_what_reads_slides(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as files:
        (name,) = (name for name in files.namelist() if name.endswith("dist-info/METADATA"))
        told = files.read(name).decode()
    assert "Provides-Extra: slides\n" in told
    for package in ("openslide-python", "openslide-bin"):
        assert f"Requires-Dist: {package}" in told


def test_the_wheel_has_what_a_desktop_wants(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    wanted = {f"glview/assets/glview{end}" for end in (".desktop", ".svg", "-mime.xml")}
    assert wanted <= set(names)


def test_the_installed_package_is_the_wheels(wheel_env: WheelEnvironment) -> None:
    run = wheel_env.run("import glview; print(glview.__version__); print(glview.__file__)")
    assert run.stderr == ""
    version, file = run.stdout.split()
    assert version == glview.__version__
    assert Path(file).is_relative_to(wheel_env.prefix)


COMPILE_EVERYTHING = """
import itertools
from glview.canvases.egl import EglContext
from glview.gl.program import Program, shader_folder
filters = (("MAGNIFIED",), ("MINIFIED",), ("MINIFIED", "WIDE"), ("NEAREST",))
words = ("OUTLINE", "GAMMA", "IDENTITY", "OPAQUE")
lights = [some for count in range(5) for some in itertools.combinations(words, count)]
used = set()
def compiled(vertex, fragment, *defines):
    Program(vertex, fragment, defines).release()
    used.update((vertex, fragment))
with EglContext():
    for filter, light in itertools.product(filters, lights):
        compiled("tile.vert", "tile_light.frag", *filter, *light)
        compiled("tile.vert", "tile_data.frag", *filter)
        for groups in range(1, 9):
            compiled("resolve.vert", "resolve.frag", f"GROUPS {groups}", *light)
    compiled("overlay.vert", "panel.frag")
    compiled("overlay.vert", "hatch.frag")
    compiled("outline.vert", "outline.frag")
    for text in ((), ("TEXT",)):
        compiled("resolve.vert", "grid.frag", *text)
stages = {path.name for path in shader_folder().iterdir() if path.suffix in (".vert", ".frag")}
print(sorted(stages - used))
"""


def test_the_wheel_compiles_every_shader(wheel_env: WheelEnvironment) -> None:
    run = wheel_env.run(COMPILE_EVERYTHING)
    assert (run.returncode, run.stdout, run.stderr) == (0, "[]\n", "")


def test_the_wheel_renders(wheel_env: WheelEnvironment) -> None:
    run = wheel_env.run(
        "import glview, numpy as np\n"
        "image = np.arange(300 * 200 * 3, dtype=np.uint8).reshape(200, 300, 3)\n"
        "picture = glview.render(image, size=(300, 200), center=(150, 100), zoom=1)\n"
        "print(np.array_equal(picture, image))"
    )
    assert (run.returncode, run.stdout, run.stderr) == (0, "True\n", "")
