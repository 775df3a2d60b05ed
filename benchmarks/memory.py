"""`python -m benchmarks.memory [--mib 64 256] [IMAGE ...]`: whether memory is a setting.

Flies over images far larger than memory, each time in a process of its own, and compares how much
the system says that it grew with the two budgets. A software renderer keeps its textures in the
process's memory, so that both budgets show there. Exit status 1 where it took more.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pyvips
from numpy.typing import NDArray

from glview.bench.process import resident_bytes
from glview.bench.screen import Screen
from glview.canvases.egl import EglContext
from glview.options import MIB, ViewerOptions
from glview.pyramid import IntRect
from glview.sources.base import TileSource
from glview.sources.opening import open_image
from glview.sources.synthetic import FunctionSource, halving_pyramid
from glview.viewport import Viewport

TERAPIXEL = "terapixel"
TERAPIXEL_SIDE = 1 << 20
WIDE_WIDTH, WIDE_HEIGHT = 262_144, 8192
WIDTH_PX, HEIGHT_PX = 800, 600
SCALES = (0.9, 0.27, 0.06, 0.53)
"""Fine and coarse, direct and through a composite."""
ALLOWED_MIB = 64
"""What a viewer takes beyond its budgets. Measured: 30 MiB for the renderer, its target and its
shaders' machine code, libraries and Python's objects (an image of one tile takes them, too); 0 to
25 for what decoders work with and the holes that this leaves in malloc's arenas."""


@dataclass(frozen=True, slots=True)
class Flown:
    """What one process took: as the system counts it, and as glview does."""

    before_bytes: int
    peak_bytes: int
    gpu_bytes: int
    """The most that the atlas and the composite took."""
    host_bytes: int
    seconds: float

    @property
    def growth_bytes(self) -> int:
        return self.peak_bytes - self.before_bytes


class _Counted(Screen):
    """Looks after each frame at what the process takes, and at what glview counts."""

    peak_bytes = gpu_bytes = host_bytes = 0

    def draw(self, upload_budget_s: float | None = None) -> bool:
        more = super().draw(upload_budget_s)
        # As a window does when it swaps: else frames queue up, and each holds memory.
        self.finish()
        self.peak_bytes = max(self.peak_bytes, resident_bytes() or 0)
        memory = self.viewer.stats().memory
        self.gpu_bytes = max(self.gpu_bytes, memory.gpu.total)
        self.host_bytes = max(self.host_bytes, memory.host.total)
        return more


def fly(image: str, mib: int, places: int) -> Flown:
    """Look at so many places of an image, in this process."""
    started = time.perf_counter()
    options = ViewerOptions(gpu_bytes=mib * MIB, host_bytes=mib * MIB, workers=2)
    context = EglContext()
    with context:
        before = resident_bytes() or 0
        source = _terapixel() if image == TERAPIXEL else open_image(
            image, budget_bytes=options.host_bytes
        )  # fmt: skip
        screen = _Counted(source, options, WIDTH_PX, HEIGHT_PX)
        for view in _views(*screen.pyramid_size, places):
            screen.settle(view)
        screen.close()
    context.close()
    took_s = time.perf_counter() - started
    return Flown(before, screen.peak_bytes, screen.gpu_bytes, screen.host_bytes, took_s)


def _terapixel() -> TileSource:
    noise = np.random.default_rng(0).integers(0, 256, (256, 256, 3), np.uint8)

    def paint(_level: int, rect: IntRect) -> NDArray[np.generic]:
        return noise[: rect.height, : rect.width]

    return FunctionSource(halving_pyramid(TERAPIXEL_SIDE, TERAPIXEL_SIDE), paint)


def _views(width: int, height: int, places: int) -> Iterator[Viewport]:
    """Places at random, and two more beside each, which plan anew."""
    random = np.random.default_rng(7)
    for number in range(places):
        scale = SCALES[number % len(SCALES)]
        x, y = (random.random(2) * (width, height)).tolist()
        for step in range(3):
            yield Viewport(WIDTH_PX, HEIGHT_PX, x + 150.0 * step / scale, y, scale)


def fly_apart(image: str, mib: int, places: int) -> Flown:
    """`fly` in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.memory", image, f"--mib={mib}", "--here"]
    done = subprocess.run(
        [*command, f"--places={places}"],
        cwd=Path(__file__).resolve().parents[1],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return Flown(**json.loads(done.stdout))


def make_wide(folder: Path) -> Path:
    """A tiled TIFF of 262,144 x 8,192 pixels with its pyramid: some 20 seconds and 400 MB."""
    path = folder / "wide.tif"
    block = pyvips.Image.gaussnoise(2048, 2048, mean=128, sigma=6).cast("uchar").copy_memory()
    grey = block.replicate(WIDE_WIDTH // 2048, WIDE_HEIGHT // 2048)
    grey.bandjoin([grey, grey]).copy(interpretation="srgb").tiffsave(
        str(path),
        tile=True,
        tile_width=256,
        tile_height=256,
        pyramid=True,
        bigtiff=True,
        compression="jpeg",
    )
    return path


def main(arguments: Sequence[str] | None = None) -> int:
    """Fly and print; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.memory", description=__doc__)
    parser.add_argument("images", metavar="IMAGE", nargs="*", help=f"a file, or {TERAPIXEL}")
    parser.add_argument("--mib", type=int, nargs="+", default=[64, 256], help="of each budget")
    parser.add_argument("--places", type=int, default=60, help="to look at (default: 60)")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.here:
        print(json.dumps(asdict(fly(options.images[0], options.mib[0], options.places))))
        return 0
    over = 0
    with tempfile.TemporaryDirectory(prefix="glview-memory-") as folder:
        images = options.images or [TERAPIXEL, str(make_wide(Path(folder)))]
        for image in images:
            for mib in options.mib:
                flown = fly_apart(image, mib, options.places)
                over += flown.growth_bytes > (2 * mib + ALLOWED_MIB) * MIB
                print(
                    f"{Path(image).name:12}  budgets {mib:4} + {mib:4} MiB"
                    f"  grew by {flown.growth_bytes / MIB:6.1f} MiB"
                    f"  (glview counts {flown.gpu_bytes / MIB:.1f} + {flown.host_bytes / MIB:.1f})"
                    f"  {flown.seconds:.0f} s",
                    flush=True,
                )
    return int(over > 0)


if __name__ == "__main__":
    sys.exit(main())
