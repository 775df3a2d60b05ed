"""What holds a picture back, in words, by comparing the stages (pure)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from glview.bench import names
from glview.bench.rows import Row

FRAME_MS: Final = 1000.0 / 60.0
"""What a frame may take on a usual screen."""
SHARP_MS: Final = 100.0
"""Nobody waits for a picture that is sharp within this."""
BLURRY_SHARE: Final = 0.02
NOTHING: Final = "nothing"
_SOFTWARE = ("llvmpipe", "softpipe", "swiftshader", "swrast")


@dataclass(frozen=True, slots=True)
class Stages:
    """What the stages take, of the motion whose frames take longest and of one cold screen.

    ``tiles`` are those of a screen that nothing of is there yet; rates are tiles a second.
    """

    motion: str
    frame_ms: float
    python_ms: float
    tiles: float
    load_rate: float
    upload_rate: float
    sharp_ms: float
    blurry: float = 0.0
    blank: float = 0.0
    worst_gap_ms: float = 0.0
    renderer: str = ""
    workers: int = 1

    @property
    def opengl_ms(self) -> float:
        """Of a frame."""
        return max(self.frame_ms - self.python_ms, 0.0)

    @property
    def decode_ms(self) -> float:
        """Of a cold screen."""
        return self.tiles / self.load_rate * 1e3

    @property
    def upload_ms(self) -> float:
        """Of a cold screen."""
        return self.tiles / self.upload_rate * 1e3

    @property
    def frames_ms(self) -> float:
        """What a cold screen takes besides: the frames drawn meanwhile, and waiting."""
        return max(self.sharp_ms - self.decode_ms - self.upload_ms, 0.0)


def stages_of(
    rows: Sequence[Row], *, tiles: float, renderer: str = "", workers: int = 1
) -> Stages | None:
    """The stages as they were measured; None where some of it was not."""
    by_name = {row.case: row for row in rows}
    walls = [row for row in rows if _is(row, names.FRAME, names.WALL)]
    load, upload = by_name.get(names.LOAD), by_name.get(names.UPLOAD)
    sharp = by_name.get(names.JUMP_SHARP)
    if not walls or load is None or upload is None or sharp is None:
        return None
    slowest = max(walls, key=lambda row: row.value)
    motion = slowest.case.removeprefix(names.FRAME).removesuffix(names.WALL)
    return Stages(
        motion,
        slowest.value,
        by_name[names.FRAME + motion + names.OUTSIDE].value,
        tiles,
        load.value,
        upload.value,
        sharp.value,
        blurry=_worst(rows, names.BLURRY),
        blank=_worst(rows, names.BLANK),
        worst_gap_ms=_worst(rows, names.GAP_P99),
        renderer=renderer,
        workers=workers,
    )


def holder(stages: Stages) -> str:
    """Which stage holds back most: decode, upload, drawing, Python or nothing.

    By how far moving misses a frame of 60 Hz, and a new place 0.1 s, whichever is missed by more.
    """
    moving, arriving = stages.frame_ms / FRAME_MS, stages.sharp_ms / SHARP_MS
    if max(moving, arriving) <= 1.0:
        return NOTHING
    return _moving(stages)[0] if moving >= arriving else _arriving(stages)[0]


def verdict(stages: Stages) -> tuple[str, ...]:
    """Sentences: moving, new places, flights, and the sum of it."""
    return tuple(_sentences(stages))


def _sentences(stages: Stages) -> Iterator[str]:
    slow, part_ms = _moving(stages)
    told = f"Moving over what is there: a frame of {stages.motion} takes {stages.frame_ms:.1f} ms"
    if stages.frame_ms <= FRAME_MS:
        yield f"{told}, in time for 60 a second."
    else:
        by = f"{slow} takes {part_ms:.1f} of them" if slow == "Python" else (
            f"{part_ms:.1f} of them are OpenGL's"
        )  # fmt: skip
        software = any(name in stages.renderer.lower() for name in _SOFTWARE)
        aside = ", in software: a graphics card would take that off the processor" if (
            software and slow == "drawing"
        ) else ""  # fmt: skip
        yield f"{told}, {1e3 / stages.frame_ms:.0f} a second; {by}{aside}."
    threads = "1 thread" if stages.workers == 1 else f"{stages.workers} threads"
    told = (
        f"New places: a screen of {stages.tiles:.0f} tiles is sharp after {stages.sharp_ms:.0f} ms:"
        f" {stages.decode_ms:.0f} for decoding on {threads}, {stages.upload_ms:.0f} for uploads,"
        f" {stages.frames_ms:.0f} for frames meanwhile and waiting"
    )
    if stages.sharp_ms <= SHARP_MS:
        yield f"{told}. Nobody waits."
    else:
        yield f"{told}. {_capital(_arriving(stages)[0])} takes most."
    if stages.blank:
        yield f"In flight {stages.blank:.1%} of the time showed nothing at all."
    often = "at worst" if stages.blurry > BLURRY_SHARE else "at most"
    yield (
        f"In flight {often} {stages.blurry:.1%} of the picture was not sharp yet, and one gap"
        f" between frames in a hundred was longer than {stages.worst_gap_ms:.0f} ms."
    )
    found = holder(stages)
    yield "Nothing holds it back." if found == NOTHING else f"What holds it back: {found}."


def _moving(stages: Stages) -> tuple[str, float]:
    """What takes most of a frame, and how many milliseconds."""
    parts = {"drawing": stages.opengl_ms, "Python": stages.python_ms}
    return max(parts.items(), key=lambda part: part[1])


def _arriving(stages: Stages) -> tuple[str, float]:
    """What takes most of a cold screen, and how many milliseconds.

    Frames drawn meanwhile count as the stage that a frame is made of.
    """
    parts = {"decode": stages.decode_ms, "upload": stages.upload_ms}
    parts[_moving(stages)[0]] = stages.frames_ms
    return max(parts.items(), key=lambda part: part[1])


def _worst(rows: Sequence[Row], end: str) -> float:
    return max((row.value for row in rows if _is(row, names.FLIGHT, end)), default=0.0)


def _is(row: Row, start: str, end: str) -> bool:
    return row.case.startswith(start) and row.case.endswith(end)


def _capital(word: str) -> str:
    return word[0].upper() + word[1:]
