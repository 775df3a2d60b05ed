"""What the watched rows of a picture say (pure).

``rows`` are (count, width) of 0x00RRGGBB, each as wide as what is watched.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.uint32]

PIECE_PX = 16
"""Of a row: the unit of blank and of like another picture."""
COARSE_PX = 32
"""Of a row: the unit of a first, blurry picture."""
SHARP_PX = 64
"""Of a row: the unit of sharpness."""
SAME_COLOUR = 2
"""Of 255: a background may be dithered."""
ALIKE = 6.0
"""Of 255, the mean difference of pieces that are alike: codecs and filters differ by 1 to 4."""
COARSE_ALIKE = 18.0
"""The same of the mean colours of pieces that a coarser level shows."""
TEXTURED = 6.0
"""The mean step over four pixels, of 255, from which on sharpness can be told."""
BLURRED = 0.5
"""Of the sharpness of a viewer's own picture at rest. On a photograph at 1:1 the median is 0.89;
half a pixel beside it 0.52; enlarged twice 0.35, four times 0.16."""
EQUAL = 0.4
"""The share of neighbours that are equal from which on pixels are enlarged ones: at 1:1 0.02, twice
enlarged 0.5."""


def blank(rows: Rows, colours: Sequence[int]) -> NDArray[np.bool_]:
    """Piece by piece, whether all of it is one of the colours that mean that there is nothing."""
    light = _light(rows)
    found = np.zeros(_pieces(rows, PIECE_PX).shape[:2], bool)
    for colour in colours:
        near = np.abs(light - _light(np.array(colour, np.uint32))).max(-1) <= SAME_COLOUR
        found |= _pieces(near, PIECE_PX).all(2)
    return found


def likeness(rows: Rows, other: Rows) -> float:
    """The share of the pieces that look like those of another picture, pixel by pixel."""
    apart = np.abs(_light(rows) - _light(other)).mean(-1)
    return float((_pieces(apart, PIECE_PX).mean(2) < ALIKE).mean())


def coarse_likeness(rows: Rows, final: Rows) -> float:
    """The share of the final picture's textured pieces that have their mean colour already.

    So a blurry preview counts, and a background does not.
    """
    now, then = _pieces(_light(rows), COARSE_PX), _pieces(_light(final), COARSE_PX)
    textured = then[..., 1].std(2) > 4.0
    shown = now[..., 1].max(2) != now[..., 1].min(2)
    right = np.abs(now.mean(2) - then.mean(2)).max(-1) < COARSE_ALIKE
    return _share(right & shown, textured)


def sharpness(rows: Rows) -> float | None:
    """The median of the finest steps over coarser ones; None where nothing is textured."""
    ratio, textured, _ = _steps(rows)
    return float(np.median(ratio[textured])) if textured.any() else None


def blurred(rows: Rows, usual: float) -> float:
    """The share of the textured pieces that look enlarged, beside a usual `sharpness`."""
    ratio, textured, equal = _steps(rows)
    return _share((ratio < BLURRED * usual) | (equal > EQUAL), textured)


def moved_left(first: Rows, rows: Rows, guess_px: int, reach_px: int = 150) -> int:
    """How far to the left what the first picture showed has moved, looked for from a guess on."""
    count = first.shape[0]
    middle = slice(count // 5, count - count // 5, 2)
    before, after = (((part[middle] >> 8) & 255).astype(np.int16) for part in (first, rows))
    width = before.shape[1]
    best_px, least = guess_px, np.inf
    for way_px in range(max(0, guess_px - 20), min(width - 200, guess_px + reach_px)):
        apart = np.abs(before[:, way_px::3] - after[:, : width - way_px : 3]).mean(1)
        if (middling := float(np.median(apart))) < least:
            best_px, least = way_px, middling
    return best_px


def _steps(
    rows: Rows,
) -> tuple[NDArray[np.float32], NDArray[np.bool_], NDArray[np.float32]]:
    """Piece by piece: fine steps over coarse ones, whether textured, the share of equals."""
    green = ((rows >> 8) & 255).astype(np.int16)
    coarse, fine, equal = (np.zeros(rows.shape, np.float32) for _ in range(3))
    coarse[:, :-4] = np.abs(green[:, 4:] - green[:, :-4])
    fine[:, 1:-1] = np.abs(2 * green[:, 1:-1] - green[:, :-2] - green[:, 2:])
    equal[:, :-1] = rows[:, 1:] == rows[:, :-1]
    means = [_pieces(part, SHARP_PX)[:, :, 4:-4].mean(2) for part in (coarse, fine, equal)]
    return means[1] / (means[0] + np.float32(1e-6)), means[0] > TEXTURED, means[2]


def _light(rows: Rows) -> NDArray[np.int16]:
    """Red, green and blue along a new last axis."""
    return np.stack([(rows >> shift) & 255 for shift in (16, 8, 0)], -1).astype(np.int16)


def _pieces(values: NDArray[Any], length: int) -> NDArray[Any]:
    width = values.shape[1] // length * length
    shape = (values.shape[0], width // length, length, *values.shape[2:])
    return values[:, :width].reshape(shape)


def _share(these: NDArray[np.bool_], of: NDArray[np.bool_]) -> float:
    return float((these & of).sum() / of.sum()) if of.any() else 0.0
