"""`python -m benchmarks.profiles pan|zoom`: where Python's time of resident frames goes."""

import argparse
import cProfile
import pstats
import sys
from collections.abc import Sequence
from dataclasses import replace

from benchmarks.resident import MANY, Resident
from glview.canvases.egl import EglContext

FRAMES = {"pan": 500, "zoom": 300}
OCTAVES = 4.0
"""A zoom goes this far in and back."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Profile and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.profiles", description=__doc__)
    parser.add_argument("motion", choices=tuple(FRAMES))
    parser.add_argument("--frames", type=int, help="to profile (default: 500, of a zoom 300)")
    parser.add_argument("--lines", type=int, default=30)
    parser.add_argument("--by", choices=("tottime", "cumtime"), default="tottime")
    options = parser.parse_args(arguments)
    context = EglContext()
    with context:
        shown = Resident(MANY)
        profile = cProfile.Profile()
        frames = options.frames or FRAMES[options.motion]
        for number in range(frames):
            view = shown.pan(1.25, number)
            if options.motion == "zoom":
                way = 1.0 - abs(2.0 * number / frames - 1.0)
                view = replace(shown.view(1.0), scale=0.2 * 2.0 ** (OCTAVES * way))
            profile.enable()
            shown.draw(view)
            profile.disable()
            shown.screen.finish()
        shown.close()
    context.close()
    stats = pstats.Stats(profile, stream=sys.stdout).strip_dirs()
    stats.sort_stats(options.by).print_stats(options.lines)
    return 0


if __name__ == "__main__":
    sys.exit(main())
