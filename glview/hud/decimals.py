"""Floats in as many characters as there is room for (pure).

Plain notation goes before an exponent, and nothing is told in less than three significant digits
that needs more.
"""

import math

import numpy as np

_LEAST_DIGITS = 3
_MOST_DIGITS = 9
"""Of a float32."""
_PLAIN_FROM, _PLAIN_TO = 1e-4, 1e15
"""What is smaller or larger has an exponent: its zeros would tell nothing."""


def full(value: float, digits: int | None = None) -> str:
    """A number in all the digits that tell it from its neighbours.

    In float32, or of so many significant digits.
    """
    if not math.isfinite(value):
        return str(value)
    if value == math.trunc(value) and abs(value) < _PLAIN_TO:
        return str(int(value))
    return _short(str(np.float32(value)) if digits is None else f"{value:.{digits}g}")


def least(value: float, whole: str) -> str:
    """The shortest text with three significant digits, or fewer where ``whole``, all, has less."""
    return min([whole, *_plain(value, 0), _scientific(value, _LEAST_DIGITS)], key=len)


def fitting(value: float, whole: str, most: int) -> str:
    """A number in up to ``most`` characters; `least` where it does not fit.

    ``whole`` is all of it, as `full` has it.
    """
    if len(whole) <= most or not math.isfinite(value):
        return whole
    room = most - len(f"{value:.0f}") - 1
    for text in _plain(value, room):
        if len(text) <= most:
            return text
    for digits in range(_MOST_DIGITS, _LEAST_DIGITS - 1, -1):
        text = _scientific(value, digits)
        if len(text) <= most:
            return text
    return least(value, whole)


def _plain(value: float, decimals: int) -> list[str]:
    """With so many decimals, or as many more as three digits need; nothing if too large or small.

    Both, since rounding may bring another digit.
    """
    size = abs(value)
    if not _PLAIN_FROM <= size < _PLAIN_TO:
        return []
    needed = max(_LEAST_DIGITS - 1 - math.floor(math.log10(size)), 0)
    return [_trimmed(f"{value:.{count}f}") for count in sorted({max(decimals, needed), needed})][
        ::-1
    ]


def _scientific(value: float, digits: int) -> str:
    return _short(f"{value:.{digits - 1}e}")


def _short(text: str) -> str:
    """Without zeros that tell nothing."""
    mantissa, e, exponent = text.partition("e")
    return f"{_trimmed(mantissa)}e{int(exponent)}" if e else _trimmed(mantissa)


def _trimmed(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text
