"""A program that uses all of glview's public API, as people write them; test_typing.py checks it.

It is read by a type checker and never run.
"""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QAction, QImage, QPainter
from PySide6.QtWidgets import QApplication, QMainWindow, QMenu, QToolBar

import glview
from glview import (
    ArrayOptions,
    CallableSource,
    ColorMap,
    ColorModel,
    Command,
    ContextError,
    Display,
    GLBigImageWidget,
    GlviewError,
    Hole,
    HudItem,
    ImageDescription,
    ImageError,
    IsolatedSource,
    Magnification,
    SlideSource,
    Studio,
    TileError,
    Transfer,
    UnsupportedImageError,
    ViewerOptions,
    Viewport,
    ViewState,
    Window,
)


class Main(QMainWindow):
    """A window with an image, a tool bar and marks."""

    def __init__(self, image: str | Path | NDArray[np.uint16], kept: Path) -> None:
        super().__init__()
        options = ViewerOptions(gpu_bytes=128 << 20, host_bytes=64 << 20, reduced_motion=None)
        self.widget = GLBigImageWidget(self, 800, 600, options=options, samples=4)
        self.setCentralWidget(self.widget)
        self.kept = kept
        self.marks: list[QPointF] = []
        self.connect_signals()
        self.fill_bar(self.addToolBar("view"))
        self.widget.add_overlay(self.paint_marks)
        self.widget.load_image(image, zoom=-1, series=0)

    def connect_signals(self) -> None:
        widget = self.widget
        widget.imageLoaded.connect(self.show_name)
        widget.loadFailed.connect(lambda fault: print(fault, file=sys.stderr))
        widget.viewChanged.connect(self.show_scale)
        widget.settled.connect(self.keep)
        widget.progress.connect(self.show_progress)
        widget.tileFailed.connect(lambda level, _column, _row, why: print(level, why))
        widget.cursorMoved.connect(self.show_sample)
        widget.displayChanged.connect(self.show_display)
        widget.planeChanged.connect(self.show_plane)
        widget.seriesChanged.connect(self.show_series)
        widget.channelSelected.connect(print)
        widget.clicked.connect(self.mark)
        widget.menuAboutToShow.connect(self.extend)

    def fill_bar(self, bar: QToolBar) -> None:
        action: QAction = self.widget.command_action(Command.FIT)
        bar.addAction(action)
        keys: tuple[str, ...] = self.widget.keys_of(Command.FLIP)
        self.widget.set_keys(Command.FLIP, *keys, "m")
        self.widget.set_keys(Command.DEBUG)
        self.widget.zoom_in_key = Qt.Key.Key_I
        self.widget.zoom_out_key = Qt.Key.Key_O
        self.widget.exit_key = None
        key: Qt.Key | None = self.widget.zoom_in_key
        bar.setToolTip(key.name if key is not None else "")

    def paint_marks(self, painter: QPainter, view: Viewport) -> None:
        for mark in self.marks:
            painter.drawEllipse(mark, 5.0 / view.scale, 5.0 / view.scale)

    def show_name(self, description: ImageDescription) -> None:
        pyramid = description.pyramid
        self.setWindowTitle(f"{description.name} {pyramid.width} x {pyramid.height}")

    def show_scale(self, view: Viewport) -> None:
        self.statusBar().showMessage(f"{view.scale:.2f}")

    def show_progress(self, wanted: int, ready: int) -> None:
        self.statusBar().showMessage(f"{ready} of {wanted}")

    def show_sample(self, place: QPointF | None, values: tuple[float, ...]) -> None:
        if place is not None:
            self.statusBar().showMessage(f"{place.x()} {place.y()} {values}")

    def mark(self, place: QPointF, button: Qt.MouseButton) -> None:
        if button == Qt.MouseButton.LeftButton:
            self.marks.append(place)
            self.widget.update()

    def extend(self, menu: QMenu, place: QPointF) -> None:
        menu.addAction("Mark", lambda: self.marks.append(place))

    def keep(self) -> None:
        state: ViewState | None = self.widget.view_state
        if state is not None:
            self.kept.write_text(state.to_json())

    def come_back(self) -> None:
        try:
            self.widget.restore_view(ViewState.from_json(self.kept.read_text()))
        except GlviewError as error:
            print(error)

    def look_around(self) -> None:
        widget = self.widget
        widget.go_to(700.5, 900.0, 2.0)
        widget.go_to(700, 900, animated=False)
        widget.zoom_to_rect(QRectF(0, 0, 100, 50), animated=True)
        widget.set_viewport(replace(widget.viewport, rotation=30.0), animated=True)
        widget.fit()
        widget.one_to_one()
        widget.rotate(-90)
        widget.flip()
        widget.run(Command.ZOOM_IN)
        axes: tuple[str, ...] = tuple(axis.name for axis in widget.axes)
        if axes:
            widget.plane = (0,) * len(axes)
        names: tuple[str, ...] = tuple(each.name for each in widget.all_series)
        if widget.series < len(names) - 1:
            widget.series += 1
        power: float | None = widget.magnification
        if power is not None and widget.full_magnification is not None:
            widget.magnification = 20.0
        widget.wheel_mode = "pan"
        mode: str = widget.wheel_mode
        there: QPointF = widget.widget_position(widget.image_position(QPointF(3, 4)))
        print(mode, there.x(), widget.image_width + widget.image_height)

    def furnish(self) -> None:
        widget = self.widget
        widget.welcome = "Drop a slide here"
        widget.hud = {HudItem.SCALE_BAR, HudItem.NAVIGATOR}
        widget.hud |= {HudItem.READOUT, HudItem.PLANE_SLIDERS}
        shown: frozenset[HudItem] = widget.hud
        rows = widget.help_rows
        widget.help_rows = lambda: (*rows(), ("m", "mirror"))
        widget.help_shown = not widget.help_shown
        widget.say(f"{len(shown)} things", title="Shown", error=False)
        gone: bool = widget.dismiss()
        print(gone)

    def show_range(self, low: float, high: float) -> None:
        display: Display | None = self.widget.display
        if display is not None:
            windows = tuple(Window(low, high) for _ in display.windows)
            self.widget.display = replace(display, windows=windows, gamma=1.2)

    def show_display(self, display: Display) -> None:
        map_shown: ColorMap | None = display.mapped
        self.statusBar().showMessage(f"{display.shown} {display.transfer.value} {map_shown}")

    def show_plane(self, plane: tuple[int, ...]) -> None:
        self.statusBar().showMessage(f"{self.widget.axes} {plane}")

    def show_series(self, series: int) -> None:
        self.statusBar().showMessage(self.widget.all_series[series].name)

    def see_more(self) -> None:
        widget = self.widget
        widget.auto_window()
        widget.auto_window(glview.WindowRule.ZSCALE)
        widget.window_origin = glview.WindowOrigin.SET
        display: Display | None = widget.display
        if display is not None:
            widget.display = replace(
                display,
                transfer=Transfer.ASINH,
                colormap=ColorMap.CIVIDIS,
                hidden=frozenset({0}),
                checker=(0.6, 0.6, 0.6),
            )
            widget.set_channel_shown(0, True)
            channel: int = widget.selected_channel
            widget.selected_channel = channel
        values: NDArray[np.floating] = widget.visible_values()
        first: Display | None = widget.first_display
        print(values.shape, first)
        widget.reset_display()

    def mend(self) -> None:
        holes: tuple[Hole, ...] = self.widget.errors()
        for hole in holes:
            print(hole.key.level, hole.key.column, hole.key.row, hole.error)
        self.widget.reload_failed()
        again: bool = self.widget.reload()
        print(again)

    def empty(self) -> None:
        self.widget.imageClosed.connect(lambda: print(self.widget.description))
        self.widget.close_image()

    def report(self) -> QImage:
        self.widget.set_budgets(gpu_bytes=1 << 28)
        stats = self.widget.stats()
        print(stats.memory, stats.tiles, stats.settled, stats.view.scale)
        if not self.widget.wait_settled(timeout_s=5.0):
            print(self.widget.description)
        self.widget.remove_overlay(self.paint_marks)
        return self.widget.grab_view()


class Painted(GLBigImageWidget):
    """Paints on the picture by itself."""

    def paintGL(self) -> None:  # noqa: N802  # Qt's name
        super().paintGL()
        painter = QPainter(self)
        painter.drawText(10, 20, "north")
        painter.end()
        self.context_shared()


def paint_tile(level: int, x: int, y: int, width: int, height: int) -> NDArray[np.uint8]:
    if level > 5:
        raise TileError(f"nothing at {x} {y}", may_heal=True)
    return np.zeros((height, width, 3), np.uint8)


def pictures(image: Path) -> list[NDArray[np.uint8]]:
    made = [glview.render(image, size=(300, 200), zoom=0.5, hud={HudItem.NAVIGATOR}, pixel_ratio=2)]
    studio: Studio
    with glview.studio(image, ViewerOptions()) as studio:
        made.append(studio.picture(size=(100, 100), center=(5.0, 6.0)))
        print(studio.without_values)
        print(studio.holes, studio.beside, studio.nothing, studio.left_out, studio.description.name)
    stack = np.zeros((3, 40, 30), np.uint8)
    made.append(glview.render(glview.open_image(stack, options=ArrayOptions(axes="zyx"))))
    options = ArrayOptions(axes="zyx", color_model=ColorModel.GREY, alpha=False, nodata=7.0)
    planes = glview.open_image(stack, options=options, plane="z=2")
    made.append(glview.render(planes, plane=(0,)))
    made.append(glview.render(planes, plane="z=2", series=0))
    with glview.studio(planes, plane="z=3", series=0) as pictures:
        made.append(pictures.picture())
    source = glview.open_image(image, series=0)
    made.append(glview.render(source, background=(1.0, 1.0, 1.0)))
    source.close()
    told: tuple[str, ...] = source.description.associated
    if "label" in told:
        made.append(glview.associated_image(image, "label"))
    made.append(glview.render(SlideSource(image, whole=True)))
    full = ViewerOptions(
        auto_window=False,
        checker=True,
        display=lambda shown: replace(shown, gamma=2.0),
        magnification=Magnification.NEAREST,
    )
    made.append(glview.render(CallableSource(paint_tile, 4000, 3000), options=full))
    plain = ViewerOptions(
        background=None, display_profile=None, window_rule=glview.WindowRule.PERCENTILES
    )
    made.append(glview.render(image, options=plain))
    made.append(glview.render(IsolatedSource(CallableSource, paint_tile, 4000, 3000, processes=2)))
    return made


def main(path: str) -> int:
    print(glview.__version__)
    try:
        made: Path = glview.make_pyramid(path, "made.dzi", quality=90, plane=None, series=0)
        print(len(pictures(made)))
    except UnsupportedImageError as error:
        print("not read:", error)
    except (ImageError, ContextError) as error:
        print(error)
    app = QApplication([])
    window = Main(made, Path("view.json"))
    window.come_back()
    window.look_around()
    window.furnish()
    window.show_range(0, 4095)
    window.see_more()
    window.mend()
    window.report()
    window.show()
    return app.exec()
