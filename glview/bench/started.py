"""``python -m glview.bench.started IMAGE WIDTH HEIGHT HOST_BYTES GPU_BYTES``.

Prints the times of a program's first and sharp pictures, in seconds on the system's steady clock,
which processes share.
"""

import sys
import time
from pathlib import Path

from glview.bench.screen import Screen
from glview.bench.subject import Subject
from glview.canvases.egl import EglContext
from glview.options import ViewerOptions


def main(image: str, *numbers: str) -> None:
    """Show, print, end."""
    width_px, height_px, host_bytes, gpu_bytes = map(int, numbers)
    options = ViewerOptions(host_bytes=host_bytes, gpu_bytes=gpu_bytes)
    with EglContext():
        source = Subject.of_file(Path(image), options).open()
        screen = Screen(source, options, width_px, height_px)
        screen.begin()
        first_s = time.monotonic()
        screen.sharpen()
        sys.stdout.write(f"{first_s} {time.monotonic()}\n")
        screen.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
