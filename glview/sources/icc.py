"""Embedded ICC profiles as tables, made by the littleCMS in libvips."""

import logging
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyvips
from numpy.typing import NDArray

from glview.image import ColorTable
from glview.sources.vips_pixels import VipsError, fault_of

_log = logging.getLogger(__name__)

NODES = 33
"""An axis. Of random colours in Display P3, Adobe RGB and ProPhoto a mean of 0.01 to 0.02 dE2000
off littleCMS itself, 1.0 at most, in 8 ms (17 nodes: 0.08 to 0.18, 3.6)."""
SAME = 1.5 / 255.0
"""A table that changes no sample by more is that of sRGB, whose profiles differ in their digits."""
_FULL = 65_535
_PROFILE = "icc-profile-data"
_COLOR_SPACE = slice(16, 20)
"""Where a profile says of what its data is (ICC.1:2022, table 17)."""


def profile_of(image: pyvips.Image) -> bytes | None:
    """The profile that a `pyvips.Image` says its RGB is in."""
    if _PROFILE not in image.get_fields() or image.bands < 3:
        return None
    return bytes(image.get(_PROFILE))


@dataclass(frozen=True, slots=True)
class Colors:
    """What is known of how an image's RGB looks."""

    table: ColorTable | None = None
    """To sRGB; None where it is that already, or nobody says what it is."""
    are_known: bool = False
    """Whether a profile says it, sRGB's included."""


def color_table(profile: bytes | None, name: str) -> ColorTable | None:
    """The table of `colors_of`."""
    return colors_of(profile, name).table


def colors_of(profile: bytes | None, name: str) -> Colors:
    """What a profile makes of RGB; nothing without one, and of those of other data.

    Relative colorimetric with black point compensation, as browsers have it. Broken ones count as
    none; ``name``, the image's, is for the log. Takes some 10 ms; on any thread.
    """
    if profile is None or profile[_COLOR_SPACE] != b"RGB ":
        return Colors()
    image = _as_image(_grid())
    image.set_type(pyvips.GValue.blob_type, _PROFILE, profile)
    try:
        shown = image.icc_transform(
            "srgb",
            embedded=True,
            depth=16,
            intent="relative",
            black_point_compensation=True,
        )
        found = _pixels(shown)
    except VipsError as error:
        _log.warning("%s: its colour profile is not used: %s", name, fault_of(error))
        return Colors()
    return Colors(None if _is_same(found) else ColorTable(_shares(found), profile), are_known=True)


def screen_table(own: ColorTable | None, screen: bytes) -> ColorTable | None:
    """What a screen with a profile needs for the RGB of an image, whose way to sRGB is ``own``.

    None for a screen that shows the image's RGB as it is. Straight from the image's profile, so
    that nothing is lost of a gamut wider than sRGB's; intent and thread as of `color_table`. A
    profile that cannot be used is told in the log, and the screen taken for one of sRGB.
    """
    source = own.profile if own is not None else None
    if own is None or source is not None:
        colors = _grid()
    else:
        colors = (own.values * _FULL).round().astype(np.uint16)
    image = _as_image(colors)
    how: dict[str, Any] = {"intent": "relative", "black_point_compensation": True}
    try:
        if source is not None:
            image.set_type(pyvips.GValue.blob_type, _PROFILE, source)
            seen = image.icc_import(embedded=True, pcs="lab", **how)
        else:
            seen = image.icc_import(input_profile="srgb", pcs="lab", **how)
        seen = seen.copy()
        seen.set_type(pyvips.GValue.blob_type, _PROFILE, screen)
        found = _pixels(seen.icc_export(depth=16, **how))
    except VipsError as error:
        _log.warning("the display profile is not used: %s", fault_of(error))
        return own
    return None if _is_same(found) else ColorTable(_shares(found), source)


def _grid() -> NDArray[np.uint16]:
    """The colours of all nodes, (nodes, nodes, nodes, 3)."""
    nodes = np.linspace(0, _FULL, NODES).round().astype(np.uint16)
    return np.stack(np.meshgrid(nodes, nodes, nodes, indexing="ij"), axis=-1)


def _as_image(colors: NDArray[np.uint16]) -> Any:
    nodes = colors.shape[0]
    image = pyvips.Image.new_from_memory(colors.tobytes(), nodes * nodes, nodes, 3, "ushort")
    return image.copy(interpretation="rgb16")


def _pixels(image: Any) -> NDArray[np.uint16]:
    nodes = int(image.height)
    return np.frombuffer(image.write_to_memory(), np.uint16).reshape(nodes, nodes, nodes, 3)


def _is_same(found: NDArray[np.uint16]) -> bool:
    if found.shape[0] != NODES:
        return False
    return bool(np.abs(found.astype(np.int32) - _grid()).max() <= SAME * _FULL)


def _shares(found: NDArray[np.uint16]) -> NDArray[np.float32]:
    return (found / _FULL).astype(np.float32)
