"""The mutants' runner, on a toy tree: only a real failure counts as caught."""

import subprocess
from pathlib import Path

import pytest

from tests.mutants import Mutant, Outcome, copy_tree, main, put_in, read_mutants, run_test

ENTRY = """
[[mutant]]
name = "{name}"
promise = "sums are right"
file = "glview/__init__.py"
old = "{old}"
new = "{new}"
test = "{test}"
"""


@pytest.fixture
def toy(tmp_path: Path) -> Path:
    """A tree with a package of glview's name, so that only the tree's own one can pass."""
    files = {
        "glview/__init__.py": "def add(a, b):\n    return a + b\n",
        "tests/conftest.py": (
            "def pytest_addoption(parser):\n    parser.addoption('--full', action='store_true')\n"
        ),
        "tests/test_sum.py": (
            "import glview\nimport pytest\n\n"
            "def test_adds():\n    assert glview.add(2, 3) == 5\n\n"
            "def test_adds_nothing():\n    assert glview.add(0, 0) == 0\n\n"
            "@pytest.fixture\ndef five():\n    assert glview.add(2, 3) == 5\n\n"
            "def test_by_fixture(five):\n    pass\n"
        ),
        ".gitignore": "ignored\n",
        "ignored": "",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    return tmp_path


def mutants_run(
    toy: Path, *, old: str = "a + b", new: str = "a - b", test: str = "test_adds"
) -> int:
    entry = ENTRY.format(name="toy", old=old, new=new, test=f"tests/test_sum.py::{test}")
    (toy / "tests/mutants.toml").write_text(entry)
    return main(["--root", str(toy)])


def test_a_fault_that_turns_its_test_red_is_caught(
    toy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert mutants_run(toy) == 0
    assert "caught toy\n1 faults, 0 bad" in capsys.readouterr().out
    assert "a + b" in (toy / "glview/__init__.py").read_text()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"test": "test_adds_nothing"}, "SURVIVED tests/test_sum.py::test_adds_nothing"),
        ({"test": "test_by_fixture"}, "test_by_fixture broke instead of failing"),
        ({"test": "test_nowhere"}, "test_nowhere broke without any fault"),
        ({"new": "a +"}, "test_adds broke instead of failing"),
        ({"old": "a * b"}, "'old' occurs 0 times in glview/__init__.py"),
        ({"old": "a", "new": "c"}, "'old' occurs 3 times in glview/__init__.py"),
    ],
)
def test_anything_else_is_bad(
    toy: Path, capsys: pytest.CaptureFixture[str], change: dict[str, str], said: str
) -> None:
    assert mutants_run(toy, **change) == 1
    assert said in capsys.readouterr().out


def test_a_test_that_fails_anyway_is_bad(toy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (toy / "glview/__init__.py").write_text("def add(a, b):\n    return 1 + a + b\n")
    assert mutants_run(toy) == 1
    assert "test_adds failed without any fault" in capsys.readouterr().out


def test_the_copy_holds_what_git_does_not_ignore(
    toy: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    copy = tmp_path_factory.mktemp("copy")
    copy_tree(toy, copy)
    assert (copy / "glview/__init__.py").exists()
    assert not (copy / "ignored").exists()


def test_a_run_tells_how_a_test_ended(toy: Path) -> None:
    assert run_test(toy, "tests/test_sum.py::test_adds")[0] is Outcome.PASSED
    put_in(Mutant("m", "p", "glview/__init__.py", "a + b", "a - b", ()), toy)
    assert run_test(toy, "tests/test_sum.py::test_adds")[0] is Outcome.FAILED
    assert run_test(toy, "tests/test_sum.py::test_by_fixture")[0] is Outcome.BROKEN


def test_several_tests_may_be_named(tmp_path: Path) -> None:
    path = tmp_path / "mutants.toml"
    path.write_text(ENTRY.format(name="m", old="a", new="b", test="x").replace('"x"', '["x", "y"]'))
    assert read_mutants(path)[0].tests == ("x", "y")


def test_an_entry_with_a_key_too_many_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "mutants.toml"
    path.write_text(ENTRY.format(name="m", old="a", new="b", test="x") + "more = 1\n")
    with pytest.raises(ValueError, match=r"mutants\.toml: m: needs exactly"):
        read_mutants(path)


def test_names_are_unique(tmp_path: Path) -> None:
    path = tmp_path / "mutants.toml"
    path.write_text(2 * ENTRY.format(name="m", old="a", new="b", test="x"))
    with pytest.raises(ValueError, match="two entries have one name"):
        read_mutants(path)
