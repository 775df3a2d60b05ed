"""The panel of the debug view: its words, its size, its graph."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from glview.debug_panel import DRAW, GAP, debug_panel, figures
from glview.frame_times import FrameTime, FrameTimes
from glview.sheet import LOOK, Colour
from glview.stats import GpuBytes, HostBytes, MemoryUse, Stats, TileCounts
from glview.viewport import Viewport

MIB = 1 << 20
FRAMES = FrameTimes(1234, (FrameTime(0.0012), FrameTime(0.0034, 0.0167), FrameTime(0.005, 0.05)))
STATS = Stats(
    name="/a/b/picture.dzi",
    format="DeepZoom",
    view=Viewport(800, 600, 1500.5, 1000.0, 0.5625, 30.0, flip=True),
    base_level=2,
    fading_levels=(1,),
    reduced=True,
    settled=False,
    tiles=TileCounts(45, 704, 16, 12, 2, 7, 3, 1),
    memory=MemoryUse(
        GpuBytes(53 * MIB, 12 * MIB, 256 * MIB),
        HostBytes(MIB, 2 * MIB, 3 * MIB + MIB // 2, 4 * MIB, 128 * MIB),
    ),
    frames=FRAMES,
)
NOTHING = Stats(
    name="",
    format="",
    view=Viewport(800, 600),
    base_level=0,
    fading_levels=(),
    reduced=False,
    settled=False,
    tiles=TileCounts(),
    memory=MemoryUse(GpuBytes(0, 0, 256 * MIB), HostBytes(0, 0, 0, 0, 256 * MIB)),
    frames=FrameTimes(),
)


def test_the_figures_are_those_of_the_stats() -> None:
    assert figures(STATS) == (
        ("format", "DeepZoom"),
        ("centre", "1500.5, 1000.0"),
        ("scale", "0.5625, turned 30°, flipped"),
        ("levels", "2, 1 fading in, for want of room"),
        ("needed", "16 tiles, 12 there, 2 failed in all"),
        ("resident", "45 of 704"),
        ("on the way", "7 wait, 3 decoding, 1 staged"),
        ("GPU", "65 of 256 MiB"),
        ("", "atlas 53, composite 12"),
        ("host", "10.5 of 128 MiB"),
        ("", "staged 1, strips 2"),
        ("", "source 3.5, cache 4"),
        ("frames", "1234 drawn"),
        ("draw", "median 3.4 ms, p99 5.0 ms"),
        ("gap", "median 16.7 ms, p99 50.0 ms"),
    )


def test_without_an_image_there_are_as_many_rows() -> None:
    assert [label for label, _ in figures(NOTHING)] == [label for label, _ in figures(STATS)]
    assert debug_panel(NOTHING).shape == debug_panel(STATS).shape


def test_a_panel_is_as_large_whatever_the_figures_are() -> None:
    long = replace(STATS, name="n" * 200, format="f" * 200, view=replace(STATS.view, scale=1e-5))
    assert debug_panel(long).shape == debug_panel(STATS).shape


def test_another_figure_is_another_picture() -> None:
    before = debug_panel(STATS)
    assert np.array_equal(debug_panel(STATS), before)
    after = debug_panel(replace(STATS, tiles=replace(STATS.tiles, resident=46)))
    changed = np.flatnonzero((after != before).any(axis=(1, 2)))
    assert 0 < changed[-1] - changed[0] < 17


def test_the_title_is_the_files_name() -> None:
    elsewhere = replace(STATS, name="/other/folder/picture.dzi")
    assert np.array_equal(debug_panel(elsewhere), debug_panel(STATS))


@pytest.mark.parametrize("ratio", [1.0, 1.25, 2.0])
def test_a_panel_grows_with_the_pixel_ratio(ratio: float) -> None:
    once, more = debug_panel(STATS), debug_panel(STATS, pixel_ratio=ratio)
    assert np.array(more.shape[:2]) / np.array(once.shape[:2]) == pytest.approx(ratio, rel=0.1)
    assert (more[..., :3] <= more[..., 3:]).all()


def test_in_a_small_window_it_is_set_tighter() -> None:
    free = debug_panel(STATS)
    tight = debug_panel(STATS, max_size=(free.shape[1], free.shape[0] - 1))
    assert tight.shape[0] < free.shape[0]
    assert tight.shape[1] < free.shape[1]


def columns(times: tuple[FrameTime, ...], colour: Colour) -> NDArray[np.intp]:
    """Rows of a graph's colour, from its bottom, in each of the last columns drawn."""
    panel = debug_panel(replace(STATS, frames=FrameTimes(len(times), times)))
    graph = panel[-12 - 56 : -12, 12:-12]
    found = (graph[..., :3] == colour).all(axis=2)[::-1, :: graph.shape[1] // 120]
    return np.asarray(found.sum(axis=0))[-len(times) :]


def test_a_bar_is_as_high_as_its_frame_took_to_draw() -> None:
    # 56 pixels are 50 ms; the line at 16.7 ms hides one row.
    times = (FrameTime(0.0), FrameTime(0.00625), FrameTime(0.0125), FrameTime(0.025))
    assert columns(times, DRAW).tolist() == [0, 7, 14, 27]


def test_frames_beyond_the_graph_have_red_heads() -> None:
    times = (FrameTime(0.0125), FrameTime(0.06))
    assert columns(times, LOOK.error).tolist() == [0, 3]
    assert columns(times, DRAW).tolist() == [14, 52]


def test_a_gap_is_a_dash_and_a_pause_is_none() -> None:
    times = (FrameTime(0.0, None), FrameTime(0.0, 0.025))
    assert columns(times, GAP).tolist() == [0, 2]


def test_the_latest_frame_is_at_the_right_and_120_fill_the_graph() -> None:
    times = (FrameTime(0.0125), *(FrameTime(0.00625),) * 119)
    assert columns(times, DRAW).tolist() == [14] + [7] * 119
