"""Pictures that tests are made of."""

import numpy as np
from numpy.typing import NDArray


def detailed(width: int, height: int, bands: int = 3, seed: int = 1) -> NDArray[np.uint8]:
    """A photograph's statistics: detail at every scale, falling with frequency, and hard edges."""
    rng = np.random.default_rng(seed)
    fy = np.fft.fftfreq(height)[:, None]
    fx = np.fft.rfftfreq(width)[None, :]
    amplitude = np.maximum(np.hypot(fx, fy), 1.0 / max(width, height)) ** -1.2
    y, x = np.mgrid[:height, :width]
    out = np.empty((height, width, bands), np.uint8)
    for band in range(bands):
        spectrum = amplitude * np.exp(2j * np.pi * rng.random(amplitude.shape))
        field = np.fft.irfft2(spectrum, (height, width))
        field = 128 + 48 * field / field.std()
        discs = np.hypot(x - width * 0.4, y - height * 0.6) % 97 < 23
        out[..., band] = np.clip(field + 30 * discs, 0, 255)
    return out


def coded(width: int, height: int) -> NDArray[np.uint8]:
    """Pixels that tell their place: the low bits of column and row, and the high ones of both."""
    y, x = np.mgrid[:height, :width]
    return np.stack([x & 255, y & 255, (x >> 8) * 16 + (y >> 8)], axis=-1).astype(np.uint8)


def psnr(a: NDArray[np.generic], b: NDArray[np.generic]) -> float:
    """Peak signal-to-noise ratio of two pictures of 0 to 255, in dB."""
    error = np.mean((a.astype(np.float64) - b.astype(np.float64)) ** 2)
    return float(10 * np.log10(255.0**2 / max(float(error), 1e-12)))


def gradient_ramp(width: int, height: int) -> NDArray[np.uint16]:
    """All 65,536 values in order along rows, repeated; shape (height, width, 1)."""
    values = np.arange(width * height, dtype=np.int64) % 65_536
    return values.astype(np.uint16).reshape(height, width, 1)
