"""The example of docs/sources.md runs as it stands there."""

import re
import subprocess
import sys
from pathlib import Path

from tests.mutants import CHECKOUT

BLOCK = re.compile(r"^```python\n# (\w+\.py)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def test_the_example_of_an_isolated_function_paints(tmp_path: Path) -> None:
    blocks = BLOCK.findall((CHECKOUT / "docs/sources.md").read_text("utf-8"))
    assert [name for name, _ in blocks] == ["fractal.py", "show.py"]
    for name, text in blocks:
        (tmp_path / name).write_text(text)
    run = subprocess.run(
        [sys.executable, "show.py"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (run.returncode, run.stdout, run.stderr) == (0, "(250, 300, 3) 255\n", "")
