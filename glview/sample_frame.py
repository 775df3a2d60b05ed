"""The map's border: a neat line, a scale of degrees, a guilloche band, roses in the corners."""

import math

import pyvips

_PAPER = "#f3e8cd"
_INK = "#2b2233"
_GOLD = "#b98a35"


def framed(picture: pyvips.Image) -> pyvips.Image:
    """Lay the border, 1/48 of the width wide, over the picture's edges."""
    breadth = max(8, picture.width // 48)
    strip = _rendered(_strip(), 2 * breadth, breadth)
    across = strip.replicate(math.ceil(picture.width / strip.width), 1)
    across = across.crop(0, 0, picture.width, breadth)
    down = strip.replicate(math.ceil(picture.height / strip.width), 1)
    down = down.crop(0, 0, picture.height, breadth).rot270()
    corner = _rendered(_corner(), breadth, breadth)
    right, bottom = picture.width - breadth, picture.height - breadth
    picture = picture.insert(down.copy_memory(), 0, 0)
    picture = picture.insert(down.fliphor().copy_memory(), right, 0)
    picture = picture.insert(across, 0, 0).insert(across.flipver(), 0, bottom)
    for x, y in ((0, 0), (right, 0), (0, bottom), (right, bottom)):
        picture = picture.insert(corner, x, y)
    return picture


def _rendered(drawing: str, width: int, height: int) -> pyvips.Image:
    """Draw in units of a border 512 wide, three bands, in memory."""
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {512 * width // height} 512">{drawing}</svg>'
    )
    image = pyvips.Image.svgload_buffer(svg.encode())
    return image.flatten(background=[243, 232, 205]).copy_memory()


def _strip() -> str:
    """One period, 1024 long, of the top border; its lower edge meets the map."""
    waves = ""
    for index in range(12):
        phase = index * math.pi / 6
        reach = 66 if index % 2 else 42
        points = " ".join(
            f"{x},{196 + reach * math.sin(x * math.pi / 128 + phase):.1f}"
            for x in range(-8, 1033, 8)
        )
        tint = _GOLD if index % 3 else "#7a2f2a"
        waves += (
            f'<polyline points="{points}" fill="none" stroke="{tint}" stroke-width="2.2" '
            f'stroke-opacity=".9"/>'
        )
    bars = "".join(
        f'<rect x="{x}" y="{y}" width="{step}" height="{tall}" fill="{_INK}"/>'
        for step, y, tall in ((256, 340, 44), (64, 392, 24), (16, 422, 12))
        for x in range(0, 1024, 2 * step)
    )
    ticks = "".join(
        f'<path d="M{x} 446V{446 + (26 if x % 64 == 0 else 16 if x % 16 == 0 else 8)}" '
        f'stroke="{_INK}" stroke-width="{2 if x % 16 == 0 else 1}"/>'
        for x in range(0, 1024, 4)
    )
    rules = "".join(
        f'<path d="M0 {y}H1024" stroke="{_INK}" stroke-width="{w}"/>'
        for y, w in ((40, 10), (62, 3), (112, 2), (280, 2), (318, 5), (388, 2), (419, 2), (446, 2))
    )
    beads = "".join(
        f'<circle cx="{x}" cy="{y}" r="7" fill="{_GOLD}" stroke="{_INK}" stroke-width="1.5"/>'
        for x in range(16, 1024, 32)
        for y in (87, 299)
    )
    edge = f'<rect y="492" width="1024" height="20" fill="{_INK}"/>'
    return (
        f'<rect width="1024" height="512" fill="{_PAPER}"/>{waves}{bars}{ticks}{rules}{beads}{edge}'
    )


def _corner() -> str:
    """A rosette of turned circles."""
    petals = "".join(
        f'<circle cx="{256 + 96 * math.cos(a):.1f}" cy="{256 + 96 * math.sin(a):.1f}" r="96" '
        f'fill="none" stroke="{_GOLD if n % 2 else "#7a2f2a"}" stroke-width="2.2"/>'
        for n, a in ((n, n * math.pi / 18) for n in range(36))
    )
    star = " ".join(
        f"{256 + r * math.sin(n * math.pi / 8):.1f},{256 - r * math.cos(n * math.pi / 8):.1f}"
        for n, r in ((n, (70, 22, 46, 22)[n % 4]) for n in range(16))
    )
    return (
        f'<rect width="512" height="512" fill="{_PAPER}"/>'
        f'<rect x="20" y="20" width="472" height="472" fill="none" stroke="{_INK}" '
        f'stroke-width="10"/><rect x="40" y="40" width="432" height="432" fill="none" '
        f'stroke="{_INK}" stroke-width="3"/>{petals}'
        f'<circle cx="256" cy="256" r="204" fill="none" stroke="{_INK}" stroke-width="4"/>'
        f'<polygon points="{star}" fill="{_INK}"/><circle cx="256" cy="256" r="9" fill="{_GOLD}"/>'
    )
