"""How long and how large the cases are (pure)."""

from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """``repeats`` of each case, for its noise; what else there is belongs to single cases."""

    width: int = 1600
    height: int = 1000
    """The target's size in device pixels."""
    repeats: int = 5
    frames: int = 100
    """Of each motion over resident tiles, each time."""
    fine_frames: int = 40
    """The same on a screen with four times the pixels."""
    tiles: int = 300
    """That are read each time, at most."""
    level_tiles: int = 5
    """That are read of each level."""
    uploads: int = 128
    """Tiles uploaded each time, at most."""
    jumps: int = 8
    """Places, each time."""
    flights: int = 3
    """Times that each flight is flown."""
    starts: int = 5
    """Times that each program is started."""
    pan_s: float = 5.0
    zoom_s: float = 8.0
    places: int = 6
    """Of images of each size, each time."""
    notches: int = 20
    """Of the wheel, one every `flights.NOTCH_S`."""

    def as_dict(self) -> dict[str, object]:
        """For the report."""
        return asdict(self)


FULL = Settings()
QUICK = Settings(
    repeats=3,
    frames=24,
    fine_frames=8,
    tiles=120,
    level_tiles=3,
    uploads=64,
    jumps=4,
    starts=3,
    pan_s=1.5,
    zoom_s=3.0,
    places=1,
)
