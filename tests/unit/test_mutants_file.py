"""mutants.toml keeps up with the code: each fault has its place and its tests exist."""

import ast
import subprocess
import sys

import pytest

from tests.mutants import CHECKOUT, Mutant, read_mutants

MUTANTS = read_mutants(CHECKOUT / "tests/mutants.toml")


def functions(source: str) -> set[str]:
    """The tests of a module, as in node ids: "test_a" and "TestB::test_c"."""
    found = set()
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.ClassDef):
            inner = (child for child in node.body if isinstance(child, ast.FunctionDef))
            found |= {f"{node.name}::{child.name}" for child in inner}
    return found


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: str(mutant.name))
def test_the_fault_has_exactly_one_place(mutant: Mutant) -> None:
    text = (CHECKOUT / mutant.file).read_text()
    assert text.count(mutant.old) == 1
    assert mutant.new != mutant.old


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: str(mutant.name))
def test_the_tests_that_catch_it_exist(mutant: Mutant) -> None:
    assert mutant.tests
    for test in mutant.tests:
        file, _, name = test.partition("::")
        assert name.partition("[")[0] in functions((CHECKOUT / file).read_text())


def test_cases_are_named_as_pytest_names_them() -> None:
    """An id that nobody has would make a fault look uncaught only when all of them are tried."""
    named = {test for mutant in MUTANTS for test in mutant.tests if "[" in test}
    files = sorted({test.partition("::")[0] for test in named})
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "--full", *files]
    run = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout[-2000:]
    assert named - set(run.stdout.splitlines()) == set()
