"""What `glview info` says of an image (pure formatting)."""

from glview.pyramid import Level
from glview.sources.base import ColorModel, ImageDescription

_COLOURS = {ColorModel.GREY: "grey", ColorModel.RGB: "RGB", ColorModel.CHANNELS: "channels"}


def as_dict(description: ImageDescription) -> dict[str, object]:
    """The description in types that `json.dumps` knows; sizes in pixels, steps in pixels."""
    pyramid = description.pyramid
    return {
        "name": description.name,
        "format": description.format,
        "width": pyramid.width,
        "height": pyramid.height,
        "sample_type": description.sample_type.value,
        "color_model": description.color_model.value,
        "bands": description.bands,
        "alpha": description.alpha,
        "nodata": description.nodata,
        "pixel_size_um": list(description.pixel_size_um) if description.pixel_size_um else None,
        "levels": [_level_dict(level) for level in pyramid.levels],
        "metadata": dict(description.metadata),
    }


def as_text(description: ImageDescription) -> str:
    """The description for people: some lines, the last one ended too."""
    pyramid = description.pyramid
    megapixels = pyramid.width * pyramid.height / 1e6
    lines = [
        f"{description.name}",
        f"  format       {description.format}",
        f"  size         {pyramid.width} x {pyramid.height} pixels ({_amount(megapixels)})",
        f"  samples      {_samples(description)}",
    ]
    if description.nodata is not None:
        lines.append(f"  no data      {description.nodata:g}")
    if description.pixel_size_um is not None:
        across, down = description.pixel_size_um
        lines.append(f"  pixel size   {across:g} x {down:g} µm")
    lines.append("  levels       width x height, downsample, offset, tile size")
    lines += [f"    {index:<3} {_level_text(level)}" for index, level in enumerate(pyramid.levels)]
    if description.metadata:
        lines.append("  metadata")
        for key, value in sorted(description.metadata.items()):
            lines.append(f"    {_one_line(key)}: {_one_line(value)}")
    return "\n".join(lines) + "\n"


def _samples(description: ImageDescription) -> str:
    colour = _COLOURS[description.color_model]
    if description.color_model is ColorModel.CHANNELS:
        colour = f"{description.bands} {colour}"
    return f"{colour}{' and alpha' * description.alpha}, {description.sample_type.value}"


def _level_dict(level: Level) -> dict[str, object]:
    return {
        "width": level.width,
        "height": level.height,
        "downsample": [level.downsample_x, level.downsample_y],
        "offset": [level.offset_x, level.offset_y],
        "tile_width": level.tile_width,
        "tile_height": level.tile_height,
        "overlap": level.overlap,
    }


def _level_text(level: Level) -> str:
    step = f"{level.downsample_x:g}"
    if level.downsample_y != level.downsample_x:
        step += f" x {level.downsample_y:g}"
    text = (
        f"{level.width} x {level.height}, {step}, {level.offset_x:g} {level.offset_y:g}, "
        f"{level.tile_width} x {level.tile_height}"
    )
    return text + (f" (overlap {level.overlap})" if level.overlap else "")


def _amount(megapixels: float) -> str:
    for unit, size in (("terapixels", 1e6), ("gigapixels", 1e3)):
        if megapixels >= size:
            return f"{megapixels / size:.3g} {unit}"
    return f"{megapixels:.3g} megapixels"


def _one_line(text: str) -> str:
    flat = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return flat if len(flat) <= 200 else flat[:199] + "…"
