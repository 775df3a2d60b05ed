"""What importing costs: the core stays free of OpenGL, toolkits and decoders."""

import importlib
import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import pytest

import glview
from tests.mutants import CHECKOUT

# Prints the third-party packages that importing glview loads.
PROBE = """
import sys
before = set(sys.modules)
import glview
top = {name.partition(".")[0] for name in set(sys.modules) - before}
print(*sorted(top - set(sys.stdlib_module_names) - {"glview"}))
"""

MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(glview.__path__, "glview.")
    if not module.name.endswith("__main__")
)


def test_import_glview_loads_numpy_at_most() -> None:
    run = subprocess.run([sys.executable, "-c", PROBE], capture_output=True, text=True, check=True)
    assert set(run.stdout.split()) <= {"numpy"}


@pytest.mark.parametrize("name", MODULES)
def test_every_module_imports_and_keeps_its_promises(name: str) -> None:
    module = importlib.import_module(name)
    for public in getattr(module, "__all__", ()):
        assert hasattr(module, public), f"{name}.{public} is promised and missing"


def test_opengl_is_spoken_through_one_list() -> None:
    """What passes glview/gl/api.py by is not seen by the tests that hold it to OpenGL 3.3."""
    package = Path(glview.__path__[0])
    speakers = {
        str(path.relative_to(package))
        for path in package.rglob("*.py")
        if re.search(r"^\s*(from|import) OpenGL\b", path.read_text("utf-8"), re.MULTILINE)
    }
    assert speakers == {"gl/api.py"}


def test_benchmarks_take_nothing_from_tests() -> None:
    found = [
        path.name
        for path in (CHECKOUT / "benchmarks").rglob("*.py")
        if re.search(r"^\s*(from|import) tests\b", path.read_text("utf-8"), re.MULTILINE)
    ]
    assert found == []
