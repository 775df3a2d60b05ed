"""Proves that tests can fail: puts the faults of mutants.toml into copies of the tree.

``python -m tests.mutants [NAME...]`` runs all faults, or those whose names contain a NAME. A fault
is caught when each test it names fails with it (by assertion or exception in the test itself, not
by a collection or fixture error) and passes without it. Exit status 1 if any is not caught.
"""

import argparse
import enum
import os
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
PARALLEL = 2
TEST_TIMEOUT_S = 600.0


@dataclass(frozen=True, slots=True)
class Mutant:
    """One entry of mutants.toml; the fields are described there."""

    name: str
    promise: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]


class Outcome(enum.Enum):
    """How a test ended."""

    PASSED = "passed"
    FAILED = "failed"
    BROKEN = "broke"
    """It could not be collected or set up, or its process died: that proves nothing."""


def read_mutants(path: Path) -> tuple[Mutant, ...]:
    """The entries of a file; ValueError where one is not as it should be."""
    keys = {"name", "promise", "file", "old", "new", "test"}
    mutants = []
    for entry in tomllib.loads(path.read_text()).get("mutant", []):
        if entry.keys() != keys:
            raise ValueError(f"{path.name}: {entry.get('name')}: needs exactly {sorted(keys)}")
        tests = entry.pop("test")
        mutants.append(Mutant(**entry, tests=(tests,) if isinstance(tests, str) else tuple(tests)))
    names = [mutant.name for mutant in mutants]
    if len(names) != len(set(names)):
        raise ValueError(f"{path.name}: two entries have one name: {sorted(names)}")
    return tuple(mutants)


def copy_tree(root: Path, target: Path) -> None:
    """Copy what git tracks, or would, as it is in the work tree now."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root,
        stdout=subprocess.PIPE,
        check=True,
    )
    for name in listing.stdout.decode().split("\0"):
        if name and (root / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(root / name, target / name)


def put_in(mutant: Mutant, tree: Path) -> None:
    """Write the fault into a tree; ValueError unless its place is found exactly once."""
    path = tree / mutant.file
    text = path.read_text() if path.is_file() else ""
    if (count := text.count(mutant.old)) != 1:
        raise ValueError(f"{mutant.name}: 'old' occurs {count} times in {mutant.file}")
    path.write_text(text.replace(mutant.old, mutant.new))


def run_test(tree: Path, *tests: str) -> tuple[Outcome, str]:
    """How tests end in a tree whose own packages come first, and what they printed."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTEST_ADDOPTS"}
    environment |= {"PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1"}
    with tempfile.TemporaryDirectory() as scratch:
        report = Path(scratch, "report.xml")
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--full"]
        try:
            run = subprocess.run(
                [*command, f"--junitxml={report}", *tests],
                cwd=tree,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                timeout=TEST_TIMEOUT_S,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return Outcome.BROKEN, f"no end after {TEST_TIMEOUT_S:.0f} s"
        if run.returncode == 0:
            return Outcome.PASSED, run.stdout
        failed = report.exists() and ET.parse(report).getroot().find(".//failure") is not None
        return Outcome.FAILED if run.returncode == 1 and failed else Outcome.BROKEN, run.stdout


def complaints(root: Path, mutant: Mutant) -> list[str]:
    """What is wrong with one mutant: nothing when each of its tests fails."""
    with tempfile.TemporaryDirectory(prefix="glview-mutant-") as directory:
        tree = Path(directory)
        copy_tree(root, tree)
        try:
            put_in(mutant, tree)
        except ValueError as error:
            return [str(error)]
        wrong = []
        for test in mutant.tests:
            outcome, output = run_test(tree, test)
            if outcome is Outcome.PASSED:
                wrong.append(f"SURVIVED {test}")
            elif outcome is Outcome.BROKEN:
                wrong.append(f"{test} broke instead of failing:\n{_tail(output)}")
        return wrong


def baseline_complaints(root: Path, tests: Iterable[str]) -> list[str]:
    """The named tests that do not pass without any fault."""
    wrong = []
    with tempfile.TemporaryDirectory(prefix="glview-mutant-") as directory:
        tree = Path(directory)
        copy_tree(root, tree)
        named = sorted(set(tests))
        if run_test(tree, *named)[0] is Outcome.PASSED:
            return []
        for test in named:
            outcome, output = run_test(tree, test)
            if outcome is not Outcome.PASSED:
                wrong.append(f"{test} {outcome.value} without any fault:\n{_tail(output)}")
    return wrong


def run(root: Path, mutants: Sequence[Mutant]) -> int:
    """Try all, tell on standard output; the exit status."""
    bad = 0
    with ThreadPoolExecutor(PARALLEL) as pool:
        baseline = pool.submit(
            baseline_complaints, root, [test for mutant in mutants for test in mutant.tests]
        )
        start = time.monotonic()
        verdicts = pool.map(lambda mutant: complaints(root, mutant), mutants)
        for mutant, wrong in zip(mutants, verdicts, strict=True):
            bad += bool(wrong)
            print(f"{'BAD   ' if wrong else 'caught'} {mutant.name}", *wrong, sep="\n    ")
        for wrong_test in baseline.result():
            bad += 1
            print(f"BAD    {wrong_test}")
    print(f"{len(mutants)} faults, {bad} bad, {time.monotonic() - start:.0f} s")
    return int(bad > 0)


def _tail(output: str) -> str:
    return "\n".join(f"        {line}" for line in output.strip().splitlines()[-15:])


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; its exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="parts of names")
    parser.add_argument("--root", type=Path, default=CHECKOUT, help="the tree; it must use git")
    options = parser.parse_args(arguments)
    mutants = read_mutants(options.root / "tests/mutants.toml")
    if options.names:
        mutants = tuple(m for m in mutants if any(name in m.name for name in options.names))
    if not mutants:
        parser.error("no such mutant")
    return run(options.root, mutants)


if __name__ == "__main__":
    sys.exit(main())
