"""``glview demo``: the sample image and a flight through it."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from glview.flight import Flight
from glview.headless import Studio, studio
from glview.image import ImageDescription
from glview.options import ViewerOptions
from glview.png import write_png
from glview.progress import bar
from glview.sample import FLIGHT, make_sample, sample_path
from glview.viewport import Viewport

PICTURE_SIZE = (1600, 1000)
PICTURE_STOP = 1
"""The stop of the flight that demo.png shows."""
THUMBNAIL_SIZE = (384, 240)
SHEET_COLUMNS = 6
SHEET_GAP = 6
SHEET_GREY = 24


def ready_sample() -> Path:
    """The sample's path; it is made first where it is missing, with a bar on a terminal."""
    path = sample_path()
    if path.is_file():
        return path
    with bar("glview: making the sample image") as on_progress:
        if on_progress is None:
            sys.stdout.write("glview: making the sample image, once; this takes a minute\n")
            sys.stdout.flush()
        return make_sample(path, on_progress=on_progress)


def stops(description: ImageDescription, view: Viewport) -> list[Viewport]:
    """The views of the flight, for a target of the view's size."""
    width, height = description.pyramid.width, description.pyramid.height
    found = []
    for key in FLIGHT:
        fit = replace(view, rotation=0.0, flip=False).fitted(width, height)
        found.append(
            replace(
                fit,
                centre_x=key.center[0] * width,
                centre_y=key.center[1] * height,
                scale=key.zoom * fit.scale if key.fit else key.zoom,
                rotation=key.rotation_deg % 360.0,
            )
        )
    return found


def tour(description: ImageDescription, view: Viewport, now: float) -> Flight:
    """The flight, from now on."""
    return Flight.through(stops(description, view), [key.seconds for key in FLIGHT], now)


def write_pictures(
    sample: Path, folder: Path, options: ViewerOptions = ViewerOptions()
) -> Iterator[Path]:
    """Fly without a display; write demo.png and demo-contact-sheet.png, and tell of each."""
    folder.mkdir(parents=True, exist_ok=True)
    picture, sheet = _fly(sample, options)
    for name, pixels in (("demo.png", picture), ("demo-contact-sheet.png", sheet)):
        write_png(folder / name, pixels)
        yield folder / name


def _fly(sample: Path, options: ViewerOptions) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    with studio(sample, options) as made:
        views = stops(made.description, Viewport(*PICTURE_SIZE))
        picture = _picture(made, views[PICTURE_STOP])
        # The last stop is the first again.
        small = [_picture(made, _thumbnail(view)) for view in views[:-1]]
        return picture, contact_sheet(small)


def _picture(made: Studio, view: Viewport) -> NDArray[np.uint8]:
    return made.picture(
        size=(view.width, view.height),
        center=(view.centre_x, view.centre_y),
        zoom=view.scale,
        rotation=view.rotation,
        flip=view.flip,
    )


def _thumbnail(view: Viewport) -> Viewport:
    """The same part of the image, smaller."""
    width, height = THUMBNAIL_SIZE
    return replace(view.resized(width, height), scale=view.scale * width / view.width)


def contact_sheet(pictures: Sequence[NDArray[np.uint8]]) -> NDArray[np.uint8]:
    """Pictures of one size in rows, on dark grey."""
    height, width, _ = pictures[0].shape
    rows = -(-len(pictures) // SHEET_COLUMNS)
    sheet = np.full(
        (
            rows * (height + SHEET_GAP) + SHEET_GAP,
            SHEET_COLUMNS * (width + SHEET_GAP) + SHEET_GAP,
            3,
        ),
        SHEET_GREY,
        np.uint8,
    )
    for index, picture in enumerate(pictures):
        row, column = divmod(index, SHEET_COLUMNS)
        y, x = SHEET_GAP + row * (height + SHEET_GAP), SHEET_GAP + column * (width + SHEET_GAP)
        sheet[y : y + height, x : x + width] = picture
    return sheet
