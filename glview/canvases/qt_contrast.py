"""`ContrastPanel`: windows, channels, colours, curve and map of a `GLBigImageWidget` by hand."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QColor, QHideEvent, QIcon, QPixmap, QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QColorDialog,
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from glview.canvases.bindings import Command
from glview.canvases.qt import GLBigImageWidget
from glview.canvases.qt_channels import ChannelList
from glview.canvases.qt_histogram import Histogram
from glview.canvases.qt_lifetime import weakly
from glview.canvases.qt_number import NumberField
from glview.canvases.qt_passing import KeyPassing
from glview.colormaps import ColorMap
from glview.display import RGB, Display, Transfer, Window
from glview.display_steps import CURVES, band_names, digits_of, with_all, with_only
from glview.image import ImageDescription, SampleType
from glview.options import WindowRule

_LOOK_EVERY_MS = 200
"""A histogram follows a view that moves at this pace; it takes 5 ms a channel."""
_LEAST_LIST_PX = 44
"""Two channels."""
_OWN_COLOR = "own colour"


def curve_name(transfer: Transfer, gamma: float) -> str:
    """What a curve is called in the panel."""
    if transfer is Transfer.LINEAR and gamma != 1.0:
        return f"gamma {gamma:.3g}"
    return transfer.value


class ContrastPanel(QWidget):
    """Shows and changes how a widget's image is shown: ``ContrastPanel(widget, parent=None)``.

    The histogram is of the samples in sight, as far as they are there. It and the window with the
    two handles are those of the channel chosen in the list, or of red, green and blue together;
    other channels that are shown are faint behind it. Put it into a QDockWidget, a dialog or beside
    the widget. For the GUI thread.
    """

    def __init__(self, widget: GLBigImageWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._widget = widget
        self._telling = False
        self.histogram = Histogram(self)
        """The samples in sight, with the handles of the window."""
        self.logarithmic = QCheckBox("Logarithmic counts", self)
        """Whether columns are as high as the logarithm of their count, which they are at first."""
        self.whole = QCheckBox("All values", self)
        """Whether the histogram goes over all values, also those far from the window."""
        self.low, self.high = NumberField("Low", self), NumberField("High", self)
        """The ends of the window as numbers."""
        self.channels = ChannelList(self)
        """A row a channel, which can be checked; the current one has the handles.

        Clicked twice it is shown alone, and then again all are."""
        self.curves, self.maps = QComboBox(self), QComboBox(self)
        """The curves, and the colour maps, of which the first is none."""
        self.color = QPushButton("Colour …", self)
        self.checker = QCheckBox("Checkerboard behind", self)
        """What the key of the checkerboard does."""
        self.auto = QPushButton("&Auto", self)
        # Alt+F, Alt+V and Alt+H are menus of glview's window.
        self.faint = QPushButton("Fa&int", self)
        self.reset = QPushButton("&Reset", self)
        self._passing = KeyPassing(widget, self)
        self._passing.watch(
            *(self.logarithmic, self.whole, self.channels, self.curves, self.maps, self.checker),
            *(self.auto, self.faint, self.reset, self.color),
        )
        self._fill()
        self._lay_out()
        self._look = QTimer(self)
        self._look.setSingleShot(True)
        self._look.setInterval(_LOOK_EVERY_MS)
        self._look.timeout.connect(weakly(self._look_now))
        self._connect()
        self._tell()

    def _fill(self) -> None:
        for transfer, gamma in CURVES:
            self.curves.addItem(curve_name(transfer, gamma), (transfer, gamma))
        self.maps.addItem(_OWN_COLOR, None)
        for colormap in ColorMap:
            self.maps.addItem(colormap.value, colormap)
        self.logarithmic.setChecked(True)
        self.logarithmic.setToolTip("What is rare is seen beside what there is much of")
        self.whole.setToolTip("Else those near the window; so does a double click on them")
        self.checker.setToolTip("Where the image is transparent, has no data, or ends")
        self.channels.setToolTip("Clicked twice: only this channel; again: all of them")
        self.auto.setToolTip("A window for what is in sight")
        self.faint.setToolTip("A window for what is faint beside its background in sight (zscale)")
        self.reset.setToolTip("As the image was first shown")

    def _lay_out(self) -> None:
        ends = QHBoxLayout()
        ends.addWidget(self.low)
        ends.addWidget(self.high)
        buttons = QHBoxLayout()
        for button in (self.auto, self.faint, self.reset, self.color):
            buttons.addWidget(button)
        boxes = QHBoxLayout()
        boxes.addWidget(self.logarithmic)
        boxes.addWidget(self.whole)
        boxes.addStretch()
        form = QFormLayout()
        form.addRow("Window", ends)
        form.addRow("Curve", self.curves)
        form.addRow("Map", self.maps)
        form.addRow(self.checker)
        column = QVBoxLayout(self)
        column.addWidget(self.histogram, 2)
        column.addLayout(boxes)
        column.addLayout(form)
        # It scrolls: in a small window the histogram has the room.
        self.channels.setMinimumHeight(_LEAST_LIST_PX)
        column.addWidget(self.channels, 1)
        column.addLayout(buttons)

    def _connect(self) -> None:
        widget = self._widget
        widget.displayChanged.connect(weakly(self._on_display))
        widget.imageLoaded.connect(weakly(self._on_loaded))
        widget.imageClosed.connect(weakly(self._tell))
        widget.channelSelected.connect(weakly(self._on_selected))
        widget.planeChanged.connect(weakly(self._on_plane))
        widget.settled.connect(weakly(self._look_soon))
        widget.viewChanged.connect(weakly(self._on_view))
        self.histogram.windowDragged.connect(weakly(self._drag))
        self.low.valueChanged.connect(weakly(self._type_low))
        self.high.valueChanged.connect(weakly(self._type_high))
        for field in (self.low, self.high):
            # Else the keys of the picture would be typed into it.
            field.lineEdit().returnPressed.connect(weakly(self._give_keys_back))
        self.curves.activated.connect(weakly(self._choose_curve))
        self.maps.activated.connect(weakly(self._choose_map))
        self.channels.itemChanged.connect(weakly(self._switch))
        self.channels.doubleClickedBeside.connect(weakly(self._show_alone))
        self.channels.currentRowChanged.connect(weakly(self._on_current))
        self.logarithmic.toggled.connect(weakly(self._count))
        self.whole.toggled.connect(weakly(self._range))
        self.histogram.doubleClicked.connect(self.whole.toggle)
        self.checker.clicked.connect(weakly(self._check))
        self.auto.clicked.connect(weakly(self._auto))
        self.faint.clicked.connect(weakly(self._find_faint))
        self.reset.clicked.connect(weakly(self._reset))
        self.color.clicked.connect(weakly(self._ask_color))

    # What is shown

    @property
    def _description(self) -> ImageDescription | None:
        return self._widget.description

    @property
    def _joint(self) -> tuple[int, ...]:
        """The bands that have one window: red, green and blue, else the current one."""
        described = self._description
        rgb = () if described is None else tuple(described.rgb_bands)
        return rgb if self.current in rgb else (self.current,)

    @property
    def current(self) -> int:
        """The band that has the handles."""
        return self._widget.selected_channel

    @contextmanager
    def _quiet(self) -> Iterator[None]:
        """What is told here is no hand's doing."""
        before, self._telling = self._telling, True
        try:
            yield
        finally:
            self._telling = before

    def _on_loaded(self, _: ImageDescription) -> None:
        with self._quiet():
            self.channels.clear()
        self._tell()
        self._look_soon()

    def _on_display(self, _: Display) -> None:
        self._tell()

    def _on_plane(self, _: tuple[int, ...]) -> None:
        self._tell()

    def _on_view(self, _: object) -> None:
        self._look_soon()

    def _on_current(self, band: int) -> None:
        if not self._telling and band >= 0:
            self._widget.selected_channel = band
            self._tell()

    def _on_selected(self, _: int) -> None:
        self._tell()

    def _tell(self) -> None:
        """Show how the image is shown."""
        display, described = self._widget.display, self._description
        self.setEnabled(display is not None)
        if display is None or described is None:
            with self._quiet():
                self._empty()
            return
        with self._quiet():
            self._tell_channels(display, described)
            window = self._window_of(display)
            whole = described.sample_type is not SampleType.F32
            digits = None if whole else digits_of(window)
            step = 1.0 if whole else 10.0 ** math.floor(math.log10(_width(window))) / 100.0
            self.low.show_value(window.low, digits, step)
            self.high.show_value(window.high, digits, step)
            self._tell_curve(display)
            self.maps.setCurrentIndex((None, *ColorMap).index(display.colormap))
            self.maps.setEnabled(len(display.shown) == 1)
            self.color.setEnabled(len(self._joint) == 1)
            self.checker.setChecked(display.checker is not None)
            chosen = self._joint
            if len(chosen) > 1:
                chosen = tuple(band for band in chosen if band not in display.hidden)
            self.histogram.set_window(window, chosen, display.colors, display.shown)

    def _empty(self) -> None:
        """Tell nothing of an image that is closed."""
        self.channels.clear()
        self.low.clear()
        self.high.clear()
        self.curves.setCurrentIndex(-1)
        self.maps.setCurrentIndex(-1)
        self.histogram.clear()

    def _window_of(self, display: Display) -> Window:
        """The window that has the handles."""
        return display.windows[min(self.current, len(display.windows) - 1)]

    def _tell_curve(self, display: Display) -> None:
        now = (display.transfer, display.gamma)
        known = [self.curves.itemData(row) for row in range(self.curves.count())]
        if now not in known:
            self.curves.addItem(curve_name(*now), now)
            known.append(now)
        self.curves.setCurrentIndex(known.index(now))

    def _tell_channels(self, display: Display, described: ImageDescription) -> None:
        names = band_names(described)
        if self.channels.count() != len(display.windows):
            self.channels.clear()
            for name in names:
                item = QListWidgetItem(name)
                item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
                self.channels.addItem(item)
        for band, (name, color) in enumerate(zip(names, display.colors, strict=True)):
            item = self.channels.item(band)
            if item.text() != name:
                item.setText(name)  # of a plane that is another channel
            on = Qt.CheckState.Unchecked if band in display.hidden else Qt.CheckState.Checked
            # Also where it is said to be so: an item of which nobody has said it has no box.
            item.setCheckState(on)
            item.setIcon(_square(color))
        self.channels.setCurrentRow(self.current)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._look_now()

    def hideEvent(self, event: QHideEvent) -> None:
        self._look.stop()
        super().hideEvent(event)

    def _look_soon(self) -> None:
        if self.isVisible() and not self._look.isActive():
            self._look.start()

    def _look_now(self) -> None:
        """Take what is in sight."""
        self.histogram.set_values(self._widget.visible_values())

    # What hands do

    def _drag(self, low: float, high: float) -> None:
        self._set_window(low, high)

    def _type_low(self, low: float) -> None:
        display = self._widget.display
        if display is not None and not self._telling:
            self._set_window(low, self._window_of(display).high)

    def _type_high(self, high: float) -> None:
        display = self._widget.display
        if display is not None and not self._telling:
            self._set_window(self._window_of(display).low, high)

    def _give_keys_back(self) -> None:
        self._widget.setFocus()

    def _set_window(self, low: float, high: float) -> None:
        display = self._widget.display
        if display is None or not low < high:
            self._tell()
            return
        window, bands = Window(low, high), self._joint
        windows = tuple(
            window if band in bands else kept for band, kept in enumerate(display.windows)
        )
        self._widget.display = replace(display, windows=windows)
        self._tell()

    def _choose_curve(self, row: int) -> None:
        display, chosen = self._widget.display, self.curves.itemData(row)
        if display is not None:
            self._widget.display = replace(display, transfer=chosen[0], gamma=chosen[1])

    def _choose_map(self, row: int) -> None:
        display = self._widget.display
        if display is not None:
            self._widget.display = replace(display, colormap=self.maps.itemData(row))

    def _switch(self, item: QListWidgetItem) -> None:
        if not self._telling:
            on = item.checkState() == Qt.CheckState.Checked
            self._widget.set_channel_shown(self.channels.row(item), on)

    def _show_alone(self, band: int) -> None:
        display = self._widget.display
        if display is not None:
            alone = display.shown == (band,)
            self._widget.display = with_all(display) if alone else with_only(display, band)

    def _count(self, logarithmic: bool) -> None:
        self.histogram.logarithmic = logarithmic

    def _range(self, whole: bool) -> None:
        self.histogram.whole = whole

    def _check(self) -> None:
        self._widget.command_action(Command.CHECKER).trigger()
        self._tell()

    def _auto(self) -> None:
        self._widget.auto_window()

    def _find_faint(self) -> None:
        self._widget.auto_window(WindowRule.ZSCALE)

    def _reset(self) -> None:
        self._widget.reset_display()

    def _ask_color(self) -> None:
        display = self._widget.display
        if display is None:
            return
        dialog = QColorDialog(QColor.fromRgbF(*display.colors[self.current]), self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        band = self.current
        dialog.colorSelected.connect(lambda color: self.set_color(band, color))
        dialog.open()

    def set_color(self, band: int, color: QColor) -> None:
        """Show a band in another colour."""
        display = self._widget.display
        if display is None or not 0 <= band < len(display.colors):
            return
        chosen: RGB = (color.redF(), color.greenF(), color.blueF())
        colors = (*display.colors[:band], chosen, *display.colors[band + 1 :])
        self._widget.display = replace(display, colors=colors)


def _width(window: Window) -> float:
    """How wide a window is, as far as numbers go."""
    return min(max(window.high - window.low, 1e-300), 1e300)


def _square(color: RGB) -> QIcon:
    pixmap = QPixmap(12, 12)
    pixmap.fill(QColor.fromRgbF(*color))
    return QIcon(pixmap)
