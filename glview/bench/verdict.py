"""What holds a picture back, in words, by comparing the stages (pure)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from glview.bench import names
from glview.bench.rows import Row, counted

FRAME_MS: Final = 1000.0 / 60.0
"""What a frame may take on a usual screen."""
SHARP_MS: Final = 100.0
"""Nobody waits for a picture that is sharp within this."""
NOTHING: Final = "nothing"
_SOFTWARE = ("llvmpipe", "softpipe", "swiftshader", "swrast")


@dataclass(frozen=True, slots=True)
class Worst:
    """The worst figure of all flights, and whose it is."""

    value: float = 0.0
    flight: str = ""


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
    blurry: Worst = Worst()
    blank: Worst = Worst()
    gap_ms: Worst = Worst()
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
        gap_ms=_worst(rows, names.GAP_P99),
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
    yield _of_moving(stages)
    yield _of_places(stages)
    if stages.blank.value:
        worst = stages.blank
        yield f"In flight {worst.value:.1%} of the picture was blank ({worst.flight})."
    blurry, gap = stages.blurry, stages.gap_ms
    if blurry.flight:
        yield (
            f"In flight at worst {blurry.value:.1%} of the picture was not sharp yet"
            f" ({blurry.flight}), and one gap between frames in a hundred was longer than"
            f" {gap.value:.0f} ms ({gap.flight})."
        )
    found = holder(stages)
    yield "Nothing holds it back." if found == NOTHING else f"What holds it back: {found}."


def _of_moving(stages: Stages) -> str:
    told = f"Moving over what is there: a frame of {stages.motion} takes {stages.frame_ms:.1f} ms"
    if stages.frame_ms <= FRAME_MS:
        return f"{told}, in time for 60 a second."
    told += f", {1e3 / stages.frame_ms:.0f} a second; "
    slow, part_ms = _moving(stages)
    if slow == "Python":
        return f"{told}{part_ms:.1f} of them are Python's."
    told += f"{part_ms:.1f} of them are OpenGL's"
    if any(name in stages.renderer.lower() for name in _SOFTWARE):
        told += ", in software: a graphics card would take that off the processor"
    return f"{told}."


def _of_places(stages: Stages) -> str:
    told = (
        f"New places: a screen of {counted(stages.tiles, 'tile')} is sharp after"
        f" {stages.sharp_ms:.0f} ms: {stages.decode_ms:.0f} for decoding on"
        f" {counted(stages.workers, 'thread')}, {stages.upload_ms:.0f} for uploads,"
        f" {stages.frames_ms:.0f} for frames meanwhile and waiting."
    )
    if stages.sharp_ms <= SHARP_MS:
        return f"{told} Nobody waits."
    slow = _arriving(stages)[0]
    return f"{told} {slow[0].upper()}{slow[1:]} takes most."


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


def _worst(rows: Sequence[Row], end: str) -> Worst:
    found = [row for row in rows if _is(row, names.FLIGHT, end)]
    if not found:
        return Worst()
    row = max(found, key=lambda row: row.value)
    return Worst(row.value, row.case.removeprefix(names.FLIGHT).removesuffix(end))


def _is(row: Row, start: str, end: str) -> bool:
    return row.case.startswith(start) and row.case.endswith(end)
