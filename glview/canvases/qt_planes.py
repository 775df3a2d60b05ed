"""Sliders through the other pictures of a file: its images, z, time, pages."""

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QSlider, QWidget

from glview.canvases.qt import GLBigImageWidget
from glview.canvases.qt_lifetime import weakly
from glview.image import Axis, ImageDescription
from glview.planes import plane_text
from glview.series import choices, chosen


class PlaneSliders(QWidget):
    """A slider for each axis of the image that a widget shows; empty where it has none.

    It follows the widget, and the widget follows it.
    """

    def __init__(self, shown: GLBigImageWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown = shown
        self._axes: tuple[Axis, ...] = ()
        self._sliders: list[QSlider] = []
        self._labels: list[QLabel] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(8, 2, 8, 2)
        shown.imageLoaded.connect(self._on_image)
        shown.planeChanged.connect(self._on_plane)
        shown.loadFailed.connect(self._on_failed)

    def _on_image(self, description: ImageDescription) -> None:
        axes = choices(self._shown.all_series, description.axes)
        if axes != self._axes:
            self._make(axes)
        self._on_plane(description.plane)

    def _on_failed(self, _: str) -> None:
        shown = self._shown.description
        if shown is not None:
            self._on_plane(shown.plane)

    def _make(self, axes: tuple[Axis, ...]) -> None:
        for widget in (*self._sliders, *self._labels):
            self._grid.removeWidget(widget)
            widget.deleteLater()
        self._axes, self._sliders, self._labels = axes, [], []
        for row, axis in enumerate(axes):
            label, slider = QLabel(self), QSlider(Qt.Orientation.Horizontal, self)
            slider.setRange(0, axis.size - 1)
            slider.setPageStep(max(1, axis.size // 10))
            # Keys are the picture's.
            slider.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            slider.setAccessibleName(axis.name)
            slider.valueChanged.connect(partial(weakly(self._go), row))
            self._grid.addWidget(label, row, 0)
            self._grid.addWidget(slider, row, 1)
            self._labels.append(label)
            self._sliders.append(slider)

    def _go(self, row: int, at: int) -> None:
        place = tuple(slider.value() for slider in self._sliders)
        self._tell(place)
        several = bool(self._shown.all_series)
        if several and row == 0:
            self._shown.series = at
        else:
            self._shown.plane = place[several:]

    def _on_plane(self, plane: tuple[int, ...]) -> None:
        # A hand that is ahead of what is shown is not pushed back.
        place = chosen(self._shown.all_series, self._shown.series, plane)
        if plane != self._shown.plane or len(place) != len(self._sliders):
            return
        for slider, at in zip(self._sliders, place, strict=True):
            slider.blockSignals(True)
            slider.setValue(at)
            slider.blockSignals(False)
        self._tell(place)

    def _tell(self, place: tuple[int, ...]) -> None:
        for label, axis, at in zip(self._labels, self._axes, place, strict=True):
            label.setText(plane_text((axis,), (at,)))
