"""The program of counted.py, where opening a file called ``slow...`` waits until it is told.

``python -m tests.canvases.slow PIPE glfw|qt ARGUMENT...`` waits for somebody to open and close the
named pipe PIPE, which takes no processor time.
"""

import os
import runpy
import sys
from pathlib import Path
from typing import Any

from glview.sources import opening


def main() -> None:
    pipe = Path(sys.argv.pop(1))
    open_image = opening.open_image

    def wait_and_open(what: Any, **options: Any) -> Any:
        if Path(os.fsdecode(what)).name.startswith("slow"):
            pipe.read_bytes()
        return open_image(what, **options)

    opening.open_image = wait_and_open
    runpy.run_module("tests.canvases.counted", run_name="__main__")


main()
