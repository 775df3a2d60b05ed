"""Settings of a run that is over at once."""

from glview.bench.settings import Settings

TINY = Settings(
    width=200,
    height=150,
    repeats=3,
    frames=4,
    fine_frames=3,
    tiles=8,
    level_tiles=3,
    uploads=4,
    jumps=1,
    flights=1,
    starts=1,
    pan_s=0.1,
    zoom_s=0.1,
    places=1,
    notches=2,
)
