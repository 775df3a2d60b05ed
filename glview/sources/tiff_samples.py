"""From samples as a TIFF stores them to those of an image that the atlas carries.

For pages that libvips does not read. What it reads comes the same way, so that a file looks the
same whatever decodes it: white-is-zero is inverted, but no sample beside it, and fewer than 8 bits
without a sign are scaled to 0..255.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glview.sources.base import ColorModel, SampleType
from glview.sources.model import PixelModel, guessed_model, opaque_value
from glview.sources.narrowing import AS_THEY_ARE, Narrowing
from glview.sources.tiff_beside import BesideRgb, beside_rgb
from glview.sources.tiff_codes import Compression, Extra, Photometric
from glview.sources.tiff_colors import ToRgb, is_mixed, rgb_type, to_rgb
from glview.sources.tiff_facts import extra_is_alpha
from glview.sources.tiff_names import color_name
from glview.sources.tiff_packed import is_packed
from glview.sources.tiff_structure import Directory, ReadAt, Tag

_GREYS = frozenset(
    {Photometric.WHITE_IS_ZERO, Photometric.BLACK_IS_ZERO, Photometric.MASK, Photometric.FILTERED}
)
_UNSIGNED, _SIGNED, _FLOAT, _UNDEFINED, _COMPLEX = 1, 2, 3, 4, 6
_JPEGS = frozenset({Compression.JPEG, Compression.LOSSY_JPEG, Compression.ALT_JPEG})
"""Compressions whose decoder makes RGB of YCbCr."""
_WORD = (5, 6, 5)
_FLOAT_BITS = frozenset({16, 24, 32, 64})


@dataclass(frozen=True, slots=True)
class StoredForm:
    """How the samples of a page are stored, as far as it matters for what is made of them."""

    model: PixelModel
    bits: int
    format: int
    inverted: bool = False
    associated: bool = False
    """Whether colours were multiplied with alpha."""
    ycbcr: bool = False
    palette: NDArray[np.uint8] | None = None
    """Colours (entries, 3)."""
    to_rgb: ToRgb | None = None
    beside: BesideRgb | None = None

    @property
    def largest(self) -> float:
        """The largest sample, a whole number, of floats 1."""
        if self.format in (_FLOAT, _COMPLEX):
            return 1.0
        return int(2 ** (self.bits - (self.format == _SIGNED))) - 1

    @property
    def is_packed(self) -> bool:
        """Whether the samples are no numbers of a computer."""
        return is_packed(self.bits) and self.format in (_UNSIGNED, _SIGNED, _UNDEFINED)

    @property
    def is_signed(self) -> bool:
        """Whether the samples are whole numbers with a sign; places in a palette have none."""
        return self.format == _SIGNED and self.palette is None

    @property
    def is_wide(self) -> bool:
        """Whether float32, which it arrives in, is narrower."""
        if self.format == _FLOAT:
            return self.bits > 32
        return self.bits > (64 if self.format == _COMPLEX else 24)

    @property
    def limits(self) -> tuple[float, float] | None:
        """The least and the largest of samples that do not use all of the type they arrive in."""
        own = self.palette is not None or self.to_rgb is not None
        if not self.is_packed or own:
            return None
        if self.is_signed:
            return (-float(self.largest) - 1.0, float(self.largest))
        return (0.0, float(self.largest)) if self.bits > 8 else None


def stored_form(
    order: str, directory: Directory, palette: NDArray[np.generic] | None, read_at: ReadAt
) -> StoredForm:
    """How a page's samples are stored, in a file of byte ``order``.

    ``palette`` is its colour map as it is, flat.

    ValueError names samples that nothing is made of.
    """
    bits = {int(value) for value in directory.numbers(Tag.BITS)} or {1}
    formats = {int(value) for value in directory.numbers(Tag.SAMPLE_FORMAT)} or {1}
    if is_word(directory) and order == "<":
        # tifffile scales them to bytes.
        return StoredForm(PixelModel(SampleType.U8, ColorModel.RGB, 3), 8, _UNSIGNED)
    if len(bits) > 1 or len(formats) > 1:
        raise ValueError("samples of different widths are not supported")
    width, form = bits.pop(), formats.pop()
    sample_type = _sample_type(width, form)
    photometric = directory.number(Tag.PHOTOMETRIC, Photometric.BLACK_IS_ZERO)
    alpha = extra_is_alpha(directory)
    samples = directory.samples
    if photometric == Photometric.PALETTE:
        return StoredForm(
            PixelModel(SampleType.U8, ColorModel.RGB, 3), width, form,
            palette=_colours(palette, width, samples),
        )  # fmt: skip
    if is_mixed(directory):
        model = PixelModel(rgb_type(directory), ColorModel.RGB, 3)
        return StoredForm(model, width, form, to_rgb=to_rgb(directory, read_at))
    aperio = directory.number(Tag.COMPRESSION, 1) == Compression.APERIO_YCBCR
    if photometric == Photometric.YCBCR and not aperio:
        if directory.number(Tag.COMPRESSION, 1) not in _JPEGS:
            raise ValueError("YCbCr samples of this compression are not supported")
    elif photometric not in _GREYS | {Photometric.RGB, Photometric.LINEAR_RAW, Photometric.YCBCR}:
        raise ValueError(f"{color_name(photometric)} samples of this kind are not supported")
    if samples < 1:
        raise ValueError("pixels of no samples")
    beside = beside_rgb(directory)
    if beside is not None:
        model = beside.model(sample_type)
    elif photometric in _GREYS or samples < 3:
        model = guessed_model(sample_type, samples)
        if samples > 2 or (samples == 2 and alpha is False):
            model = PixelModel(sample_type, ColorModel.CHANNELS, samples)
    else:
        model = guessed_model(sample_type, 3 if samples == 3 or alpha is False else 4)
    extras = directory.numbers(Tag.EXTRA_SAMPLES)
    associated = model.alpha and bool(extras) and int(extras[0]) == Extra.ASSOCIATED
    return StoredForm(
        model,
        width,
        form,
        inverted=photometric == Photometric.WHITE_IS_ZERO and form in (_UNSIGNED, _UNDEFINED),
        associated=associated if beside is None else beside.associated,
        ycbcr=aperio and photometric in (Photometric.RGB, Photometric.YCBCR) and samples >= 3,
        beside=beside,
    )


def is_word(directory: Directory) -> bool:
    """Whether a pixel is one word of 16 bits: red of 5, green of 6, blue of 5."""
    return (
        directory.numbers(Tag.BITS) == _WORD
        and directory.number(Tag.PHOTOMETRIC) == Photometric.RGB
        and directory.samples == len(_WORD)
        and directory.number(Tag.PLANAR, 1) == 1
    )


def delivered(
    pixels: NDArray[Any], form: StoredForm, narrowing: Narrowing | None = AS_THEY_ARE
) -> NDArray[np.generic]:
    """Pixels (height, width, samples) as the model of ``form`` has them.

    ``narrowing`` says how wide ones become float32; None: they stay what they are.

    ValueError where there are too few samples.
    """
    if form.palette is not None:
        places = np.minimum(pixels[..., 0], len(form.palette) - 1).astype(np.intp)
        return np.asarray(form.palette[places])
    if form.to_rgb is not None:
        return form.to_rgb(pixels)
    depth = form.model.depth
    if pixels.shape[2] < depth:
        raise ValueError(f"{pixels.shape[2]} samples of a pixel where {depth} belong")
    pixels = pixels[..., :depth] if form.beside is None else form.beside.ordered(pixels)
    if form.format == _COMPLEX:
        pixels = np.abs(pixels)
    if form.inverted:
        pixels = _black_is_zero(pixels, form)
    if form.ycbcr:
        pixels = _rgb(pixels)
    dtype = form.model.sample_type.dtype
    if form.bits < 8 and not form.is_signed:
        scaled = np.arange(int(form.largest) + 1) * 255 / form.largest
        # Some decoders give truth values for one bit, which would choose among the shades, and
        # those with a width of their own what no such bits can say.
        places = np.minimum(pixels.astype(np.uint8, copy=False), int(form.largest))
        return np.asarray(np.rint(scaled).astype(np.uint8)[places])
    if narrowing is None:
        return pixels
    if form.is_wide:
        out: NDArray[np.generic] = narrowing.of(pixels)
    else:
        with np.errstate(over="ignore"):
            # What a narrower float cannot hold is infinite, and so nothing.
            out = pixels.astype(dtype, copy=False)
    if form.model.alpha:
        out = _with_alpha(out, pixels[..., -1], form)
    return out


def _black_is_zero(pixels: NDArray[Any], form: StoredForm) -> NDArray[Any]:
    """Pixels of which black is the largest, inverted; those after the first are no grey."""
    out = pixels.copy()
    out[..., 0] = pixels.dtype.type(int(form.largest)) - pixels[..., 0]
    return out


def _sample_type(bits: int, form: int) -> SampleType:
    if form == _FLOAT and bits in _FLOAT_BITS:
        return SampleType.F32
    if form == _COMPLEX and bits in (64, 128):
        return SampleType.F32
    if form in (_UNSIGNED, _UNDEFINED) and 1 <= bits <= 64:
        if bits <= 8:
            return SampleType.U8
        return SampleType.U16 if bits <= 16 else SampleType.F32
    if form == _SIGNED and 1 <= bits <= 64:
        return SampleType.S16 if bits <= 16 else SampleType.F32
    kinds = {_SIGNED: "signed ", _FLOAT: "float ", 5: "complex integer ", _COMPLEX: "complex "}
    raise ValueError(f"{bits}-bit {kinds.get(form, '')}samples are not supported")


def _colours(palette: NDArray[np.generic] | None, bits: int, samples: int) -> NDArray[np.uint8]:
    if palette is None or bits > 16 or samples != 1 or len(palette) < 3 << bits:
        raise ValueError("a palette without its colours")
    table = np.asarray(palette[: 3 << bits], np.uint16).reshape(3, -1).T
    # Some writers put 8-bit colours there; libtiff looks for the same.
    return np.ascontiguousarray(table if table.max() < 256 else table >> 8, np.uint8)


def _with_alpha(
    out: NDArray[np.generic], alpha: NDArray[Any], form: StoredForm
) -> NDArray[np.generic]:
    """Alpha as the share of what is opaque in the delivered type, and colours without it."""
    opaque = opaque_value(form.model.sample_type)
    if not form.associated and opaque == form.largest:
        return out
    dtype = out.dtype
    share = alpha.astype(np.float64) / form.largest
    wide = out.astype(np.float64)
    if form.associated:
        seen, colors = share > 0, slice(-1 if form.beside is None else 3)
        wide[..., colors] = np.where(
            seen[..., None], wide[..., colors] / np.where(seen, share, 1)[..., None], 0
        )
    wide[..., -1] = share * opaque
    if dtype.kind != "f":
        limits = np.iinfo(np.dtype(form.model.sample_type.value))
        wide = np.clip(np.rint(wide), limits.min, limits.max)
    return wide.astype(dtype)


def _rgb(pixels: NDArray[Any]) -> NDArray[np.generic]:
    """8-bit YCbCr of full range, as JPEG has it, as RGB."""
    y = pixels[..., 0].astype(np.float32)
    cb, cr = (pixels[..., band].astype(np.float32) - 128 for band in (1, 2))
    out = pixels.copy()
    rgb = (y + 1.402 * cr, y - 0.344136 * cb - 0.714136 * cr, y + 1.772 * cb)
    for band, values in enumerate(rgb):
        out[..., band] = np.clip(np.rint(values), 0, 255)
    return out
