"""A jump to a place that nothing was read of yet: the first picture of it, and the sharp one."""

import time
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from glview.bench import names
from glview.bench.rows import Row, counted, percentile
from glview.bench.screen import Screen
from glview.bench.settings import Settings
from glview.bench.subject import Subject
from glview.options import ViewerOptions

_SEED = 7


class Jumps:
    """``tiles`` is how many a screen there takes, once `cases` is through."""

    def __init__(self) -> None:
        self.tiles = 1.0

    def cases(self, subject: Subject, settings: Settings, options: ViewerOptions) -> Iterator[Row]:
        """Places at 1:1 all over the image; the medians of each time. In a current context."""
        first, sharp, tiles = [], [], []
        for turn in range(settings.repeats):
            # Opened anew: the viewer keeps what it has seen. The places differ from turn to turn.
            still = replace(options, fade_s=0.0)
            screen = Screen(subject.open(), still, settings.width, settings.height)
            screen.sharpen()
            random = np.random.default_rng((_SEED, turn))
            first_ms, sharp_ms = [], []
            for _ in range(settings.jumps):
                x, y = (random.uniform(0.1, 0.9, 2) * screen.pyramid_size).tolist()
                start = time.perf_counter()
                screen.look(replace(screen.view, centre_x=x, centre_y=y, scale=1.0))
                screen.begin()
                first_ms.append((time.perf_counter() - start) * 1e3)
                if not screen.is_sharp:
                    screen.sharpen()
                sharp_ms.append((time.perf_counter() - start) * 1e3)
                tiles.append(float(screen.viewer.progress[0]))
            screen.close()
            first.append(percentile(first_ms, 50))
            sharp.append(percentile(sharp_ms, 50))
        self.tiles = percentile(tiles, 50)
        yield Row(names.JUMP_FIRST, "ms", tuple(first))
        yield Row(
            names.JUMP_SHARP, "ms", tuple(sharp), note=f"{counted(self.tiles, 'tile')} a screen"
        )
