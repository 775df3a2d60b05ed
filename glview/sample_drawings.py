"""Drawings to find on the sample image: ships, whales, balloons, towns, fields.

Each is a function from random numbers to the inside of an SVG 512 wide and high.
"""

import math
from collections.abc import Callable
from random import Random

_ROOFS = ("#b5533c", "#c46a45", "#a8452f", "#8d5a4a", "#c98a5a", "#7d6a68", "#d8c7a8")
_CROPS = ("#d9c06a", "#b9b85a", "#8fa64e", "#c9a552", "#a7b96a", "#e0cf8e", "#9a8a54", "#b7a0c0")

Drawing = Callable[[Random], str]


def _placed(random: Random, inner: str, reach: float = 150, scale: float = 1.0) -> str:
    """A group near the cell's middle, turned at random."""
    x, y = (256 + random.uniform(-reach, reach) for _ in range(2))
    turn = random.uniform(0, 360)
    return (
        f'<g transform="translate({x:.1f} {y:.1f}) rotate({turn:.1f}) scale({scale:.3f})">'
        f"{inner}</g>"
    )


def _sailing(random: Random) -> str:
    """One to five boats under sail, each with its wake."""
    boats = []
    count = random.choice((1, 1, 1, 2, 3, 5))
    for index in range(count):
        hull = random.choice(("#5b3220", "#2b2f45", "#7c2d2a", "#e9e4d6"))
        sail = random.choice(("#fffdf4", "#f6ead0", "#f2d9c4", "#e7f0f4", "#d8573f"))
        wake = "".join(
            f'<path d="M-20 {s * 3} q-50 {s * 4} -{70 + 18 * n} {s * (14 + 9 * n)}" fill="none" '
            f'stroke="#e8fbff" stroke-opacity="{0.75 - 0.2 * n}" stroke-width="{2.4 - 0.6 * n}"/>'
            for n in range(3)
            for s in (-1, 1)
        )
        rig = "".join(
            f'<path d="M{x} -17 Q{x + 15} 0 {x} 17 Q{x + 6} 0 {x} -17Z" fill="{sail}" '
            'stroke="#5d564c" stroke-width=".7"/>'
            for x in (-15, -3, 9)[: random.choice((1, 2, 3))]
        )
        body = (
            f'{wake}<ellipse cx="-4" cy="7" rx="26" ry="9" fill="#021030" fill-opacity=".35"/>'
            f'<path d="M-25 -5 Q8 -12 31 0 Q8 12 -25 5Z" fill="{hull}" stroke="#1d1410"/>'
            '<path d="M-22 -3 Q8 -8 25 0 Q8 8 -22 3Z" fill="#c79a63"/>'
            '<path d="M-22 0H24M-12 -4V4M2 -5V5M13 -4V4" stroke="#7a5530" stroke-width=".6"/>'
            f'{rig}<path d="M31 0h9" stroke="#3a2417" stroke-width="1.2"/>'
        )
        away, toward = (0 if count == 1 else 128), index * 6.283 / count
        x, y = 256 + away * math.cos(toward), 256 + away * math.sin(toward)
        turn, scale = random.gauss(200, 40), random.uniform(0.55, 1.3)
        boats.append(
            f'<g transform="translate({x:.1f} {y:.1f}) rotate({turn:.1f}) scale({scale:.3f})">'
            f"{body}</g>"
        )
    return "".join(boats)


def _steamer(random: Random) -> str:
    smoke = "".join(
        f'<circle cx="{-14 * n}" cy="{3 * n + random.uniform(-5, 5):.1f}" r="{5 + 2.4 * n:.1f}" '
        f'fill="#f4efe6" fill-opacity="{0.7 - 0.07 * n:.2f}"/>'
        for n in range(10)
    )
    windows = "".join(
        f'<circle cx="{x}" cy="0" r="1.3" fill="#28405c"/>' for x in range(-34, 36, 5)
    )
    body = (
        '<path d="M-55 -6 q-70 -8 -130 -34M-55 6 q-70 8 -130 34" fill="none" stroke="#e6faff" '
        'stroke-width="3" stroke-opacity=".7"/>'
        '<path d="M-60 -12 H38 Q62 -8 72 0 Q62 8 38 12 H-60Z" fill="#20263c" stroke="#0c0f1c"/>'
        '<path d="M-55 -9 H36 Q55 -6 64 0 Q55 6 36 9 H-55Z" fill="#b98d5c"/>'
        '<rect x="-40" y="-6" width="80" height="12" rx="3" fill="#f7f3ea" stroke="#8a8172"/>'
        f'{windows}<circle r="6" cx="-8" fill="#c0392b"/><circle r="3.5" cx="-8" fill="#1b1b1f"/>'
        f'<g transform="translate(-12 0)">{smoke}</g>'
    )
    return _placed(random, body, 60, random.uniform(0.8, 1.3))


def _whales(random: Random) -> str:
    body = (
        '<path d="M60 0 C45 -20 0 -20 -40 -4 L-62 -20 Q-56 0 -62 20 L-40 4 C0 20 45 20 60 0Z" '
        'fill="#0b2340" fill-opacity=".72"/><path d="M10 -14 Q0 -34 -14 -34 Q-8 -20 -6 -12Z'
        'M10 14 Q0 34 -14 34 Q-8 20 -6 12Z" fill="#0b2340" fill-opacity=".6"/>'
        '<path d="M48 -6 Q20 -12 -20 -3" stroke="#9fc6d4" stroke-width="1.4" fill="none"/>'
        '<g stroke="#f4fdff" stroke-width="1.6" fill="none"><path d="M38 0 q6 -12 -6 -18'
        'M38 0 q12 -8 20 -20M38 0 q2 12 -8 18M38 0 q12 6 18 18"/></g>'
    )
    pod = random.choice((1, 2, 3))
    return "".join(_placed(random, body, 120, random.uniform(0.4, 1.2)) for _ in range(pod))


def _serpent(random: Random) -> str:
    humps = "".join(
        f'<path d="M{x} 14 A{r} {r} 0 0 1 {x + 2 * r} 14" fill="none" stroke="#1d5a48" '
        f'stroke-width="{r * 0.62:.1f}"/><path d="M{x} 14 A{r} {r} 0 0 1 {x + 2 * r} 14" '
        f'fill="none" stroke="#7fc08a" stroke-width="{r * 0.5:.1f}" stroke-dasharray="2.4 2.4"/>'
        f'<path d="M{x - 12} 16 q{r + 12} 9 {2 * r + 24} 0" stroke="#eaffff" fill="none"/>'
        for x, r in ((-120, 14), (-78, 20), (-20, 24), (44, 19))
    )
    head = (
        '<path d="M96 14 C92 -30 104 -44 126 -42 Q146 -40 150 -28 Q134 -26 126 -22 Q112 -14 '
        '116 14Z" fill="#2a705a" stroke="#123a30"/><circle cx="128" cy="-35" r="3" fill="#ffe27a"/>'
        '<path d="M150 -28 q10 2 14 -3M150 -28 q10 2 13 5" stroke="#d8402f" fill="none"/>'
    )
    return f'<g transform="translate(250 {random.randint(180, 330)})">{humps}{head}</g>'


def _balloon(random: Random) -> str:
    first, second = random.sample(("#d8483a", "#f2c14e", "#fdf6e3", "#2f6690", "#7b4b94"), 2)
    gores = "".join(
        f'<path d="M0 0 L{62 * math.cos(a):.2f} {62 * math.sin(a):.2f} A62 62 0 0 1 '
        f'{62 * math.cos(a + math.pi / 12):.2f} {62 * math.sin(a + math.pi / 12):.2f}Z" '
        f'fill="{second if n % 2 else first}" stroke="#00000030" stroke-width=".5"/>'
        for n, a in ((n, n * math.pi / 12) for n in range(24))
    )
    shade = (
        '<defs><radialGradient id="g" cx=".35" cy=".33" r=".75"><stop offset="0" '
        'stop-color="#fff" stop-opacity=".45"/><stop offset=".5" stop-color="#fff" '
        'stop-opacity="0"/><stop offset="1" stop-color="#102" stop-opacity=".5"/>'
        "</radialGradient></defs>"
    )
    x, y = random.randint(120, 260), random.randint(120, 260)
    return (
        f'{shade}<circle cx="{x + 120}" cy="{y + 130}" r="52" fill="#0a1020" fill-opacity=".3"/>'
        f'<g transform="translate({x} {y})">{gores}<circle r="62" fill="url(#g)"/>'
        '<circle r="9" fill="#fff8e0" stroke="#775"/><circle r="4" fill="#543"/></g>'
    )


def _birds(random: Random) -> str:
    flock = ""
    for _ in range(random.randint(12, 30)):
        x, y = random.gauss(256, 70), random.gauss(256, 70)
        span = random.uniform(4, 8)
        wings = f"q{-span / 2:.1f} {-span:.1f} {-span * 1.6:.1f} {-span * 0.3:.1f}"
        flock += (
            f'<path d="M{x + 14:.1f} {y + 24:.1f} {wings} m{span * 1.6:.1f} {span * 0.3:.1f} '
            f'q{span / 2:.1f} {-span:.1f} {span * 1.6:.1f} {-span * 0.3:.1f}" fill="none" '
            'stroke="#06142e" stroke-opacity=".3" stroke-width="1.8"/>'
            f'<path d="M{x:.1f} {y:.1f} {wings} m{span * 1.6:.1f} {span * 0.3:.1f} '
            f'q{span / 2:.1f} {-span:.1f} {span * 1.6:.1f} {-span * 0.3:.1f}" fill="none" '
            'stroke="#fffef8" stroke-width="1.8"/>'
        )
    return flock


def _rose(random: Random) -> str:
    """A compass rose of 32 points."""
    points = ""
    for order, every, reach, half, tint in (
        (3, 1, 112, 9, "#5a6b3a"),
        (2, 2, 130, 15, "#b8862d"),
        (1, 4, 165, 22, "#15406b"),
        (0, 8, 205, 26, "#8c1c13"),
    ):
        waist = half * 1.6
        for index in range(0, 32, every):
            if order < 3 or index % 2:
                points += (
                    f'<g transform="rotate({index * 11.25})" stroke="#2a1c12" stroke-width=".8">'
                    f'<path d="M0 0L{half} -{waist}L0 -{reach}Z" fill="{tint}"/>'
                    f'<path d="M0 0L-{half} -{waist}L0 -{reach}Z" fill="#fbf1d8"/></g>'
                )
    ring = "".join(
        f'<circle r="{r}" fill="none" stroke="#fbf1d8" stroke-width="{w}" {dash}/>'
        for r, w, dash in (
            (150, 2, ""),
            (156, 7, 'stroke-dasharray="2 3.445"'),
            (163, 2, ""),
            (96, 1, ""),
        )
    )
    turn = random.choice((0, 0, -4))
    return (
        f'<g transform="translate(256 256) rotate({turn})">{ring}{points}'
        '<circle r="14" fill="#fbf1d8" stroke="#2a1c12"/><circle r="8" fill="#b8862d"/></g>'
    )


def _house(random: Random, x: float, y: float, turn: float) -> str:
    w, d = random.uniform(9, 17), random.uniform(7, 10)
    roof = random.choice(_ROOFS)
    chimney = f'<rect x="{w * 0.2:.1f}" y="-2" width="2" height="2" fill="#f1e6d6"/>'
    return (
        f'<g transform="translate({x:.1f} {y:.1f}) rotate({turn:.1f})">'
        f'<rect x="{-w / 2 + 2.5:.1f}" y="{-d / 2 + 2.5:.1f}" width="{w:.1f}" height="{d:.1f}" '
        'fill="#18142c" fill-opacity=".4"/>'
        f'<rect x="{-w / 2:.1f}" y="{-d / 2:.1f}" width="{w:.1f}" height="{d:.1f}" fill="{roof}"/>'
        f'<rect x="{-w / 2:.1f}" y="{-d / 2:.1f}" width="{w:.1f}" height="{d / 2:.1f}" '
        f'fill="#fff" fill-opacity=".22"/><path d="M{-w / 2:.1f} 0H{w / 2:.1f}" '
        f'stroke="#3d1f18" stroke-width=".8"/>{chimney}</g>'
    )


def _town(random: Random) -> str:
    """Houses along winding streets about a square with a church."""
    streets, houses = "", ""
    count = random.randint(3, 6)
    start = random.uniform(0, 6.28)
    taken: list[tuple[float, float]] = [(256, 256)]
    for index in range(count):
        heading = start + index * 6.283 / count + random.uniform(-0.3, 0.3)
        x, y, bend = 256.0, 256.0, random.uniform(-0.012, 0.012)
        path = f"M{x:.0f} {y:.0f}"
        for step in range(random.randint(11, 17)):
            heading += bend * 13
            x, y = x + 13 * math.cos(heading), y + 13 * math.sin(heading)
            path += f"L{x:.1f} {y:.1f}"
            for side in (-1, 1):
                off = random.uniform(11, 14)
                hx, hy = x - side * off * math.sin(heading), y + side * off * math.cos(heading)
                clear = all((hx - a) ** 2 + (hy - b) ** 2 > 190 for a, b in taken[1:])
                if step > 1 and clear and random.random() < 1.05 - step / 22:
                    taken.append((hx, hy))
                    houses += _house(random, hx, hy, math.degrees(heading))
        streets += f'<path d="{path}"/>'
    church = (
        '<g transform="translate(256 256)"><circle r="22" fill="#e6d7b4"/>'
        '<path d="M-12 -5H4V-9H10V-5H15V5H10V9H4V5H-12Z" fill="#18142c" fill-opacity=".4" '
        'transform="translate(4 4)"/><path d="M-12 -5H4V-9H10V-5H15V5H10V9H4V5H-12Z" '
        'fill="#7c8794" stroke="#39424d" stroke-width=".8"/><path d="M-12 0H15M7 -9V9" '
        'stroke="#dfe6ea"/><rect x="-18" y="-4" width="8" height="8" fill="#54606c"/>'
        '<path d="M-14 -2v4M-16 0h4" stroke="#f4d35e"/></g>'
    )
    return (
        f'<g fill="none" stroke="#9b8259" stroke-width="6.5" stroke-linecap="round">{streets}</g>'
        f'<g fill="none" stroke="#e9dcb8" stroke-width="4.5" stroke-linecap="round">{streets}</g>'
        f"{houses}{church}"
    )


def _fields(random: Random) -> str:
    """A patchwork of ploughed strips with hedges and a farm."""
    patches = ""
    turn = random.uniform(0, 90)
    for row in range(4):
        left = -170.0
        while left < 140:
            width = random.uniform(48, 110)
            if random.random() < 0.86:
                top = -130 + row * 66
                crop, step = random.choice(_CROPS), random.choice((3, 4, 5, 6))
                lines = "".join(
                    f"M{left + 3:.1f} {top + y}h{width - 6:.1f}" for y in range(3, 60, step)
                )
                patches += (
                    f'<rect x="{left:.1f}" y="{top}" width="{width - 3:.1f}" height="62" rx="3" '
                    f'fill="{crop}" fill-opacity=".85" stroke="#3f5a2c" stroke-width="2.2" '
                    'stroke-dasharray="4 2.5" stroke-linecap="round"/>'
                    f'<path d="{lines}" stroke="#4e4420" stroke-opacity=".55" stroke-width="1"/>'
                )
            left += width
    farm = "".join(
        _house(random, random.uniform(-24, 24), random.uniform(-20, 20), random.choice((0, 90)))
        for _ in range(4)
    )
    return f'<g transform="translate(256 256) rotate({turn:.1f})">{patches}{farm}</g>'


AT_SEA: tuple[tuple[Drawing, int], ...] = (
    (_sailing, 14),
    (_steamer, 3),
    (_whales, 4),
    (_birds, 3),
)
RARE: tuple[tuple[Drawing, int], ...] = ((_rose, 2), (_serpent, 1), (_balloon, 1))
TOWNS: tuple[tuple[Drawing, int], ...] = ((_town, 18),)
ON_LAND: tuple[tuple[Drawing, int], ...] = ((_fields, 12),)
IN_AIR: tuple[tuple[Drawing, int], ...] = ((_birds, 1), (_balloon, 4))
