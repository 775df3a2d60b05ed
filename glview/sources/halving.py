"""2x2 means of texels: alpha-weighted, aware of missing values, in little memory (pure numpy)."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

_BAND_BYTES = 4 << 20
"""Rows are halved in bands of about this many source bytes; temporaries are some 10 times that
in the general path, 3 times in the plain one, whatever the size of the image."""


def halve(
    pixels: NDArray[np.generic], *, alpha: bool = False, nodata: float | None = None
) -> NDArray[Any]:
    """The next coarser level: 2x2 means, rounded half up.

    ``pixels`` is (height, width, bands) of uint8, uint16, int16 or float32; the answer is
    (ceil(height / 2), ceil(width / 2), bands) of the same dtype. At odd sizes the last row or
    column counts twice. With ``alpha`` the last band is a straight alpha, from 0 to the largest of
    its type or 1.0 (`glview.texels`): colours are weighted by it (the mean of premultiplied
    colours, made straight again). A pixel does not count if one of its colours is NaN or infinite,
    or all of them are ``nodata`` (the rule of `glview.texels`);
    where no pixel counts the answer is NaN (floats) or ``nodata`` in all colours, and only there:
    a mean of data that comes out as ``nodata`` is moved one step, in its first colour. ``nodata``
    is a value of the dtype (`held_nodata`).
    """
    height, width, bands = pixels.shape
    out = np.empty((-(-height // 2), -(-width // 2), bands), dtype=pixels.dtype)
    rows = max(1, _BAND_BYTES // max(1, 2 * width * bands * pixels.dtype.itemsize))
    for row in range(0, out.shape[0], rows):
        band = pixels[2 * row : 2 * (row + rows)]
        out[row : row + rows] = _halve_band(band, alpha, nodata)
    return out


def _halve_band(band: NDArray[np.generic], alpha: bool, nodata: float | None) -> NDArray[Any]:
    odd_rows, odd_columns = band.shape[0] % 2, band.shape[1] % 2
    if odd_rows or odd_columns:
        band = np.pad(band, ((0, odd_rows), (0, odd_columns), (0, 0)), mode="edge")
    quads = (band[0::2, 0::2], band[0::2, 1::2], band[1::2, 0::2], band[1::2, 1::2])
    if band.dtype.kind == "f" or nodata is not None:
        return _valid_mean(quads, alpha, nodata)
    if alpha:
        return _alpha_mean(quads)
    return _plain_mean(quads)


def _plain_mean(quads: tuple[NDArray[Any], ...]) -> NDArray[Any]:
    dtype = quads[0].dtype
    wide: Any = np.uint16 if dtype == np.uint8 else np.int32
    total = quads[0].astype(wide)
    for quad in quads[1:]:
        total += quad
    total += wide(2)
    total >>= 2
    return total.astype(dtype)


def _alpha_mean(quads: tuple[NDArray[Any], ...]) -> NDArray[Any]:
    dtype = quads[0].dtype
    opaque = np.iinfo(dtype).max
    if all((quad[:, :, -1] == opaque).all() for quad in quads):
        # What most of most pictures is; five times as fast.
        return _plain_mean(quads)
    # 4 * 255 * 255 fits 32 bits, 4 * 65535 * 65535 does not.
    wide: Any = np.uint32 if dtype == np.uint8 else np.int64
    weights = [np.maximum(quad[:, :, -1:], 0).astype(wide) for quad in quads]
    weight = weights[0] + weights[1] + weights[2] + weights[3]
    total = np.zeros((*weight.shape[:2], quads[0].shape[2] - 1), dtype=wide)
    plain = np.zeros_like(total)
    for quad, w in zip(quads, weights, strict=True):
        colour = quad[:, :, :-1].astype(wide)
        plain += colour
        colour *= w
        total += colour
    # Where all is transparent the colour cannot be seen, but bleeds if the alpha is dropped.
    mean = np.where(weight > 0, (total + weight // 2) // np.maximum(weight, 1), (plain + 2) // 4)
    return np.concatenate((mean, (weight + 2) // 4), axis=2).astype(dtype)


def _valid_mean(quads: tuple[NDArray[Any], ...], alpha: bool, nodata: float | None) -> NDArray[Any]:
    dtype = quads[0].dtype
    colours = slice(0, quads[0].shape[2] - alpha)
    total = np.zeros(quads[0][:, :, colours].shape)
    weight = np.zeros((*total.shape[:2], 1))
    opacity = np.zeros_like(weight)
    opaque = 1.0 if dtype.kind == "f" else float(np.iinfo(dtype).max)
    for quad in quads:
        samples = quad[:, :, colours]
        valid = np.isfinite(samples).all(axis=2, keepdims=True)
        if nodata is not None:
            valid &= (samples != nodata).any(axis=2, keepdims=True)
        shares = valid.astype(np.float64)
        if alpha:
            coverage = np.nan_to_num(quad[:, :, -1:], posinf=0.0, neginf=0.0).astype(np.float64)
            np.clip(coverage, 0.0, opaque, out=coverage)
            shares *= coverage
            opacity += coverage
        total += np.where(valid, samples, 0.0) * shares
        weight += shares
    missing = np.nan if dtype.kind == "f" or nodata is None else nodata
    mean = np.where(weight > 0.0, total / np.where(weight > 0.0, weight, 1.0), missing)
    rounded = _rounded(mean, dtype)
    if nodata is not None:
        _part_from_nodata(rounded, mean, weight[:, :, 0] > 0.0, nodata)
    if alpha:
        return np.concatenate((rounded, _rounded(opacity / 4.0, dtype)), axis=2)
    return rounded


def _rounded(mean: NDArray[np.float64], dtype: np.dtype[Any]) -> NDArray[Any]:
    return (mean if dtype.kind == "f" else np.floor(mean + 0.5)).astype(dtype)


def _part_from_nodata(
    rounded: NDArray[Any],
    mean: NDArray[np.float64],
    counts: NDArray[np.bool_],
    nodata: float,
) -> None:
    """Move means that count but look like no-data one step towards what they were rounded from."""
    alike = counts & (rounded == nodata).all(axis=2)
    if not alike.any():
        return
    first, exact = rounded[alike, 0], mean[alike, 0]
    if rounded.dtype.kind == "f":
        up = np.nextafter(first, first.dtype.type(np.inf))
        down = np.nextafter(first, first.dtype.type(-np.inf))
    else:
        # Wraps at an end of the type, where the mean lies on the other side.
        up, down = first + 1, first - 1
    rounded[alike, 0] = np.where(exact >= first, up, down)
