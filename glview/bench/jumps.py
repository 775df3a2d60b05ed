"""A jump to a place whose tiles are not read yet: the first picture of it, and the sharp one."""

import time
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from glview.bench import names
from glview.bench.places import apart
from glview.bench.rows import Row, counted, percentile
from glview.bench.screen import Screen
from glview.bench.settings import Settings
from glview.bench.subject import Subject
from glview.options import ViewerOptions

_SEED = 7
LEAST_TOLD = 0.005
"""The share of a place's tiles from which on it is told that they were not cold."""


class Jumps:
    """``tiles`` is how many a screen there takes, once `cases` is through."""

    def __init__(self) -> None:
        self.tiles = 1.0

    def cases(self, subject: Subject, settings: Settings, options: ViewerOptions) -> Iterator[Row]:
        """Places at 1:1 all over the image, of which none has read tiles of another.

        The medians of each time; in a current context. What was there nevertheless is told: of an
        image that is hardly larger than the screen opening has read it.
        """
        first, sharp, tiles, there = [], [], [], []
        for turn in range(settings.repeats):
            # Opened anew: the viewer keeps what it has seen. The places differ from turn to turn.
            still = replace(options, fade_s=0.0)
            screen = Screen(subject.open(), still, settings.width, settings.height)
            screen.sharpen()
            random = np.random.default_rng((_SEED, turn))
            first_ms, sharp_ms = [], []
            places = apart(screen.view, screen.pyramid_size, screen.tile_px, settings.jumps, random)
            for x, y in places:
                start = time.perf_counter()
                screen.look(replace(screen.view, centre_x=x, centre_y=y, scale=1.0))
                screen.begin()
                first_ms.append((time.perf_counter() - start) * 1e3)
                # Workers have only just been asked: what is there was read for something else.
                needed, known = screen.viewer.progress
                there.append(known / needed)
                if not screen.is_sharp:
                    screen.sharpen()
                sharp_ms.append((time.perf_counter() - start) * 1e3)
                tiles.append(float(needed))
            screen.close()
            first.append(percentile(first_ms, 50))
            sharp.append(percentile(sharp_ms, 50))
        self.tiles = percentile(tiles, 50)
        yield Row(names.JUMP_FIRST, "ms", tuple(first))
        note = f"{counted(self.tiles, 'tile')} a screen, {counted(len(tiles), 'place')}"
        if (read := np.mean(there)) >= LEAST_TOLD:
            note += f", {read:.0%} read before"
        yield Row(names.JUMP_SHARP, "ms", tuple(sharp), note=note)
