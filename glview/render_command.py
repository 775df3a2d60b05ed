"""``glview render``: pictures without a display."""

import argparse
import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from glview.arguments import (
    joined,
    to_center,
    to_color,
    to_number,
    to_pixel_ratio,
    to_png_path,
    to_size,
)
from glview.canvases.prompt import Goal, goal
from glview.errors import ImageError, unnamed
from glview.hud.items import HudItem
from glview.limits import MAX_PIXEL_RATIO, MAX_SIDE_PX, MAX_ZOOM, MIN_PIXEL_RATIO, MIN_ZOOM
from glview.magnification import full_magnification
from glview.usage import (
    Parser,
    add_budgets,
    add_checker,
    add_display,
    add_hud_item,
    add_plane,
    add_series,
    complain,
    display_profile,
    hud_of,
    naming,
    viewer_options,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from glview.headless import Studio
    from glview.image import ImageDescription

Color = tuple[float, float, float]


def run(arguments: list[str]) -> int:
    """Write the picture that is asked for; the exit status."""
    options = _parser().parse_args(joined(arguments))
    options.display_profile = display_profile(options.display_profile)
    from glview.headless import studio
    from glview.png import write_png

    if options.associated is not None:
        from glview.sources.associated import associated_image

        picture = _opaque(associated_image(options.image, options.associated), options.background)
        with naming(options.output):
            write_png(options.output, picture)
        return 0
    # Damage and unreadable tiles are told in a line each below.
    logging.getLogger("glview").setLevel(logging.ERROR)
    viewing = viewer_options(options)
    series = (options.series or 1) - 1
    with studio(_meant(options), viewing, plane=options.plane, series=series) as made:
        picture = made.picture(
            size=options.size,
            center=options.center,
            zoom=options.zoom and scale_of(options.zoom, made.description),
            rotation=options.rotation,
            flip=options.flip,
            background=options.background,
            hud=hud_of(options),
            pixel_ratio=options.pixel_ratio,
        )
        with naming(options.output):
            write_png(options.output, picture, viewing.display_profile)
        _complain_of(made, options)
    return 0


def _meant(options: argparse.Namespace) -> Any:
    """The image, or a source of all of a slide."""
    if not options.whole_slide:
        return options.image
    from glview.sources.slide import SlideSource

    return SlideSource(options.image, whole=True)


def to_zoom(text: str) -> Goal:
    """A zoom as it is typed in a window, or a number alone: 2, 200%, 5x or @20."""
    word = text.strip().replace(" %", "%")
    try:
        # Behind a place a number alone is a zoom, too.
        meant = goal(f"0 0 {word}")
    except ValueError:
        meant = Goal()
    zoom = meant.scale or meant.times or meant.magnification
    if zoom is None or not MIN_ZOOM <= zoom <= MAX_ZOOM:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no zoom such as 2, 50%, 5x or @20 ({MIN_ZOOM:f} to {MAX_ZOOM:g})"
        )
    return replace(meant, x=None, y=None)


def scale_of(zoom: Goal, description: "ImageDescription") -> float:
    """Pixels of the picture per pixel of this image; ImageError where it can have no such zoom."""
    full = full_magnification(description.objective_power, description.pixel_size_um)
    scale = zoom.scale_at(full)
    if scale is None:
        raise ImageError(
            description.name,
            f"--zoom @{zoom.magnification:g} is an objective's, and its magnification is unknown",
        )
    if not MIN_ZOOM <= scale <= MAX_ZOOM:
        raise ImageError(
            description.name,
            f"--zoom would be {scale:g} pixels a pixel: from {MIN_ZOOM:g} to {MAX_ZOOM:g}",
        )
    return scale


def _complain_of(made: "Studio", options: argparse.Namespace) -> None:
    """A line for each thing that is not in the picture as it was asked for."""
    from glview.hud.legend import has_legend

    left_out = sorted(item.value for item in made.left_out)
    width, height = made.description.pyramid.width, made.description.pyramid.height
    damage = made.description.metadata.get("damage")
    if made.beside:
        size = f"{width}x{height}"
        complain(
            f"{options.image}: nothing of the image ({size} pixels) is in the picture;"
            " --center is in its pixels"
        )
    elif made.nothing:
        complain(f"{options.image}: {made.nothing[0].lower()}{made.nothing[1:]}")
    if HudItem.LEGEND in hud_of(options) and not has_legend(made.description):
        complain(f"{options.image}: no legend: it has no channels to be named")
    if options.colormap is not None and made.description.bands > 1:
        complain(f"{options.image}: --colormap is for one channel, and it has several: not used")
    if left_out:
        complain(f"{options.output}: no room for: {', '.join(left_out)}")
    if made.without_values and not made.beside:
        complain(f"{options.output}: no room for: values in the pixel grid")
    if damage:
        complain(f"{options.image}: damaged, shown as far as it can be read: {damage}")
    if made.holes:
        first = made.holes[0]
        count = f"{len(made.holes)} tiles" if len(made.holes) > 1 else "1 tile"
        fault = unnamed(made.description.name, first.error)
        if not fault.startswith("level "):
            level, column, row = first.key
            fault = f"level {level}, column {column}, row {row}: {fault}"
        complain(f"{options.image}: {count} could not be read: {fault}")


def _parser() -> Parser:
    parser = Parser(
        prog="glview render",
        description="Make a picture of an image, without a display, and write it as PNG. Without"
        " --center and --zoom it shows the whole image.",
    )
    parser.add_argument("image", metavar="IMAGE", help="the image's file")
    parser.add_argument(
        "-o", "--output", metavar="OUT.png", type=to_png_path, required=True, help="file to write"
    )
    parser.add_argument(
        "--size",
        metavar="WxH",
        type=to_size,
        default=(800, 600),
        help=f"pixels (default: 800x600; at most {MAX_SIDE_PX} a side)",
    )
    parser.add_argument(
        "--center",
        metavar="X,Y",
        type=to_center,
        help="full-resolution pixels at the middle of the picture",
    )
    parser.add_argument(
        "--zoom",
        metavar="Z",
        type=to_zoom,
        help="pixels of the picture per pixel of the image, such as 2 or 200%%; 5x is as through"
        " an objective of 5x where the image's magnification is known, else a factor; @5 is"
        " always an objective's",
    )
    parser.add_argument(
        "--rotation", metavar="DEG", type=to_number, default=0.0, help="degrees clockwise"
    )
    parser.add_argument("--flip", action="store_true", help="mirror left to right, before turning")
    behind = parser.add_mutually_exclusive_group()
    behind.add_argument(
        "--background", metavar="COLOR", type=to_color, help="#rgb, #rrggbb or a name such as white"
    )
    add_checker(behind)
    parser.add_argument(
        "--associated",
        metavar="NAME",
        help="write the picture beside the image that is called so (a slide's label, macro, …;"
        " `glview info` tells them) instead of a view, in its own size",
    )
    add_plane(parser)
    add_series(parser)
    parser.add_argument(
        "--whole-slide",
        action="store_true",
        help="all of a slide that OpenSlide reads, not only where it has something",
    )
    for item in HudItem:
        if item is not HudItem.READOUT:
            add_hud_item(parser, item)
    parser.add_argument(
        "--pixel-ratio",
        metavar="R",
        type=to_pixel_ratio,
        default=1.0,
        help="how large these are: 2 for a screen of two pixels where others have one"
        f" ({MIN_PIXEL_RATIO:g} to {MAX_PIXEL_RATIO:g})",
    )
    add_display(parser)
    add_budgets(parser)
    return parser


def _opaque(picture: "NDArray[np.uint8]", background: Color | None) -> "NDArray[np.uint8]":
    """RGB or straight RGBA as RGB, on white unless another background is asked for."""
    import numpy as np

    color = 255.0 * np.array(background or (1.0, 1.0, 1.0))
    alpha = picture[:, :, 3:] / 255.0 if picture.shape[2] == 4 else 1.0
    return np.asarray(picture[:, :, :3] * alpha + color * (1.0 - alpha) + 0.5).astype(np.uint8)
