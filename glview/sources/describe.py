"""What `glview info` says of an image file (pure formatting)."""

from glview.image import Series
from glview.magnification import full_magnification
from glview.pyramid import Level
from glview.sources.base import Channel, ColorModel
from glview.sources.stored import (
    DAMAGE,
    Layout,
    Planes,
    Shown,
    StoredImage,
    StoredLevel,
    StoredSamples,
)

_SHOWN_COLORS = {ColorModel.GREY: "grey", ColorModel.RGB: "RGB", ColorModel.CHANNELS: "channels"}
_COLOR_BANDS = {"grey": 1, "palette": 1, "RGB": 3, "YCbCr": 3, "CIELAB": 3, "CMYK": 4}


def as_dict(stored: StoredImage) -> dict[str, object]:
    """The image in types that `json.dumps` knows; docs/sources.md tells what the keys mean."""
    samples = stored.samples
    return {
        "name": stored.name,
        "format": stored.format,
        "width": stored.width,
        "height": stored.height,
        "color": samples.color,
        "sample_type": samples.sample_type,
        "bands": samples.bands,
        "alpha": samples.alpha,
        "shown": _shown_dict(stored.shown) if stored.shown else None,
        "note": stored.note or None,
        "profile": stored.profile or None,
        "orientation": stored.orientation,
        "nodata": stored.nodata,
        "pixel_size_um": list(stored.pixel_size_um) if stored.pixel_size_um else None,
        "objective_power": stored.objective_power,
        "magnification": full_magnification(stored.objective_power, stored.pixel_size_um),
        "associated": list(stored.associated),
        "levels": [_level_dict(level) for level in stored.levels],
        "planes": _planes_dict(stored.planes),
        "channels": [_channel_dict(channel) for channel in stored.channels],
        "series": [_series_dict(series) for series in stored.series],
        "other_pages": stored.other_pages,
        "slow": list(stored.slow),
        "metadata": dict(stored.metadata),
    }


def as_text(stored: StoredImage) -> str:
    """The image for people: some lines, the last one ended too."""
    amount = _amount(stored.width * stored.height)
    lines = [
        f"{stored.name}",
        f"  format       {stored.format}",
        f"  size         {stored.width} x {stored.height} pixels ({amount})",
        f"  samples      {_samples(stored.samples)}{_as_shown(stored)}",
    ]
    if stored.profile:
        lines.append(f"  profile      {_one_line(stored.profile)}")
    if stored.orientation != 1:
        lines.append(f"  orientation  {stored.orientation}{_turned(stored)}")
    if stored.nodata is not None:
        lines.append(f"  no data      {stored.nodata:g}")
    if stored.pixel_size_um is not None:
        across, down = stored.pixel_size_um
        lines.append(f"  pixel size   {across:g} x {down:g} µm")
    lines += _objective(stored)
    if stored.associated:
        lines.append(f"  associated   {', '.join(stored.associated)}")
    if stored.planes.count > 1:
        lines.append(f"  planes       {stored.planes}")
    if DAMAGE in stored.metadata:
        lines.append(f"  damage       {_one_line(stored.metadata[DAMAGE], longest=1000)}")
    lines += [f"  channel {i:<4} {_channel_text(c)}" for i, c in enumerate(stored.channels, 1)]
    lines += [f"  series {i:<5} {_series_text(s)}" for i, s in enumerate(stored.series, 1)]
    if stored.other_pages:
        count = stored.other_pages
        lines.append(f"  other pages  {count} (thumbnails, labels, masks and the like), not shown")
    lines.append("  levels       width x height, downsample, offset, tile size")
    lines += [f"    {index:<3} {_level_text(level)}" for index, level in enumerate(stored.levels)]
    if stored.note:
        lines.append(f"  note         {_one_line(stored.note, longest=1000)}")
    lines += [f"  slow         {reason}" for reason in stored.slow]
    told = dict(stored.metadata)
    told.pop(DAMAGE, None)
    if told:
        lines.append("  metadata")
        for key, value in sorted(told.items()):
            lines.append(f"    {_one_line(key)}: {_one_line(value)}")
    return "\n".join(lines) + "\n"


def _objective(stored: StoredImage) -> list[str]:
    magnification = full_magnification(stored.objective_power, stored.pixel_size_um)
    if stored.objective_power is not None:
        return [f"  objective    {stored.objective_power:g}x"]
    if magnification is None:
        return []
    rounded = f"{magnification:.0f}" if magnification >= 10 else f"{magnification:.2g}"
    return [f"  objective    about {rounded}x, by the size of a pixel"]


def _samples(samples: StoredSamples) -> str:
    if samples.color == "channels":
        words = [f"{samples.bands} channels"]
    else:
        words = [samples.color]
        more = samples.bands - _COLOR_BANDS.get(samples.color, samples.bands)
        if more > 0:
            words.append(f"{more} more band{'s' * (more > 1)}")
    if samples.alpha:
        words.append("alpha")
    return f"{' and '.join(words)}, {samples.sample_type}"


def _as_shown(stored: StoredImage) -> str:
    """What of the samples is shown as something else, if anything is."""
    if stored.shown is None:
        return ""
    model, samples = stored.shown.model, stored.samples
    beside = any(channel.beside_rgb for channel in stored.channels)
    color = "RGB" if beside else _SHOWN_COLORS[model.color_model]
    changed = []
    if (color, model.bands, model.alpha) != (samples.color, samples.bands, samples.alpha):
        many = f"{model.bands} " if model.color_model is ColorModel.CHANNELS else ""
        changed.append(many + color + " and alpha" * model.alpha)
    if model.sample_type.value != samples.sample_type:
        changed.append(model.sample_type.value)
    return f"; shown as {', '.join(changed)}" if changed else ""


def _turned(stored: StoredImage) -> str:
    shown = stored.shown
    if shown is None or (shown.width, shown.height) == (stored.width, stored.height):
        return ""
    return f" (EXIF's): shown as {shown.width} x {shown.height} pixels"


def _shown_dict(shown: Shown) -> dict[str, object]:
    return {
        "width": shown.width,
        "height": shown.height,
        "color_model": shown.model.color_model.value,
        "sample_type": shown.model.sample_type.value,
        "bands": shown.model.bands,
        "alpha": shown.model.alpha,
    }


def _planes_dict(planes: Planes) -> dict[str, object]:
    return {
        "count": planes.count,
        "together": planes.together,
        "complete": not planes.more,
        "kind": planes.noun,
        "axes": {name.replace(" ", "_"): count for name, count in planes.axes},
    }


def _channel_dict(channel: Channel) -> dict[str, object]:
    return {
        "name": channel.name,
        "color": list(channel.color) if channel.color else None,
        "window": list(channel.window) if channel.window else None,
        "off_at_first": channel.off_at_first,
    }


def _series_dict(series: Series) -> dict[str, object]:
    return {
        "name": series.name,
        "width": series.width,
        "height": series.height,
        "channels": series.channels,
        "z_planes": series.z_planes,
        "time_points": series.time_points,
    }


def _series_text(series: Series) -> str:
    words = [_one_line(series.name) or "without a name", f"{series.width} x {series.height}"]
    counts = (series.channels, series.z_planes, series.time_points)
    names = ("channels", "z planes", "time points")
    words += [f"{count} {name}" for count, name in zip(counts, names, strict=True) if count > 1]
    return ", ".join(words)


def _channel_text(channel: Channel) -> str:
    words = [_one_line(channel.name) or "without a name"]
    if channel.color is not None:
        words.append("#" + "".join(f"{round(255 * part):02x}" for part in channel.color))
    if channel.window is not None:
        words.append(f"{channel.window[0]:g} to {channel.window[1]:g}")
    if channel.off_at_first:
        words.append("off at first")
    return ", ".join(words)


def _level_dict(stored: StoredLevel) -> dict[str, object]:
    level = stored.level
    return {
        "width": level.width,
        "height": level.height,
        "downsample": [level.downsample_x, level.downsample_y],
        "offset": [level.offset_x, level.offset_y],
        "layout": stored.layout.value,
        "tile_width": level.tile_width,
        "tile_height": level.tile_height,
        "overlap": level.overlap,
    }


def _level_text(stored: StoredLevel) -> str:
    level = stored.level
    step = f"{level.downsample_x:g}"
    if level.downsample_y != level.downsample_x:
        step += f" x {level.downsample_y:g}"
    return (
        f"{level.width} x {level.height}, {step}, {level.offset_x:g} {level.offset_y:g}, "
        f"{_tiles_text(stored.layout, level)}"
    )


def _tiles_text(layout: Layout, level: Level) -> str:
    if layout is Layout.WHOLE:
        return "no tiles"
    if layout is Layout.STRIPS:
        return f"strips of {level.tile_height} row{'s' * (level.tile_height > 1)}"
    overlap = f" (overlap {level.overlap})" if level.overlap else ""
    return f"{level.tile_width} x {level.tile_height}{overlap}"


def _amount(pixels: int) -> str:
    for unit, size in (("terapixels", 1e12), ("gigapixels", 1e9)):
        if pixels >= size:
            return f"{pixels / size:.3g} {unit}"
    return f"{pixels / 1e6:.3g} megapixels" if pixels >= 1e5 else f"{pixels:,} in all"


def _one_line(text: str, longest: int = 200) -> str:
    flat = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return flat if len(flat) <= longest else f"{flat[: longest - 1]}… (--json has all of it)"
