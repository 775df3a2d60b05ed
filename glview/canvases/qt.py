"""`GLBigImageWidget`: the viewer as a QOpenGLWidget.

All of it runs on the GUI thread; only `Wake` is called from others. Positions that reach the
navigator are device pixels.
"""

import time
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEventLoop
from PySide6.QtGui import QAction, QImage

from glview.canvases.bindings import Command
from glview.canvases.qt_actions import tell_keys, tell_switches
from glview.canvases.qt_keys import KeyProperty
from glview.canvases.qt_overlays import Overlay
from glview.canvases.qt_view import ViewCanvas
from glview.canvases.qt_wheel import WheelMode
from glview.canvases.titles import name_of
from glview.canvases.window_settings import FIT
from glview.display import Display, WindowOrigin
from glview.display_steps import with_band
from glview.errors import GlviewError
from glview.failures import Hole
from glview.hud.items import HudItem
from glview.image import Axis, ImageDescription, Series
from glview.options import WindowRule
from glview.panels import Tone
from glview.stats import Stats


class GLBigImageWidget(ViewCanvas):
    """Shows an image of any size; drag, wheel, double click and keys move the view.

    ``GLBigImageWidget(parent=None, width=512, height=512, *, options=None, samples=0)``: the size
    in logical pixels that it comes up with and hints at, and `glview.ViewerOptions`. With four
    ``samples`` a pixel the edges of what overlays paint are smooth, for four times the memory of
    a framebuffer; the picture is sharp without. For the GUI thread.

    Signals, sent from the event loop, never from within painting:

    * ``imageLoaded(ImageDescription)``: an image is shown.
    * ``imageClosed()``: none is shown any more (`close_image`).
    * ``loadFailed(str)``: it cannot be shown, or nothing can be drawn at all; one line says why.
    * ``viewChanged(Viewport)``: the view is another; at once where a program sets it.
    * ``settled()``: the picture is final; what can be read of what is in sight is there.
    * ``progress(int, int)``: how many tiles the picture needs, and how many need no waiting for.
    * ``displayChanged(Display)``: data is shown otherwise, or another image is.
    * ``channelSelected(int)``: `selected_channel` was set to another.
    * ``planeChanged(tuple)``: another picture of the same file is shown.
    * ``seriesChanged(int)``: another image of the same file is shown, after its ``imageLoaded``.
    * ``tileFailed(int, int, int, str)``: level, column and row of one in sight, and why.
    * ``cursorMoved(QPointF | None, tuple)``: the place under the pointer in image pixels and the
      samples there, as the file has them; None and an empty tuple beside the image.
    * ``clicked(QPointF, Qt.MouseButton)``: a button was pressed and released at a place of the
      image; the second click of a double click is none.
    * ``menuAboutToShow(QMenu, QPointF)``: the context menu, to be extended, and its place.
    """

    # What a program uses

    def load_image(
        self,
        path_or_array: Any,
        zoom: float = FIT,
        *,
        keep_view: bool = False,
        plane: tuple[int, ...] | str | None = None,
        series: int = 0,
    ) -> None:
        """Open an image in the background and show it; what is shown stays until then.

        ``path_or_array`` is anything `glview.open_image` takes; a source is the widget's from now
        on, which closes it when it is done with it. ``zoom`` is a pyramid level as
        DeepZoom counts them, from the smallest: level 0 is one pixel, and each level is half as
        wide as the next; it is shown pixel for pixel, in the middle. Fractions lie between levels.
        -1 fits the image; with ``keep_view`` one of the size of the image shown takes its place as
        that is seen, to be compared with. ``plane`` is which of several pictures comes up, an index
        from 0 along each axis, or words such as ``"z=3,t=1"``, which count from 1 and for nothing
        where the image has none such.
        ``series`` is which of several images of an OME-TIFF, counted from 0.
        """
        if not (zoom >= 0 or zoom == FIT):
            raise ValueError(f"zoom is a level from 0, or -1 to fit: {zoom}")
        self._viewer.open(path_or_array, keep_view=keep_view, plane=plane, series=series)
        self._opening.begin(name_of(path_or_array), zoom)

    def close_image(self) -> None:
        """Show no image any more, and call off one that is being opened; `imageClosed` tells it.

        What it had of memory, files and workers is left at once, what it had of the GPU with the
        next picture: the background, and what `welcome` says.
        """
        self._opening.failed()
        self._viewer.close_image()
        self._painter.notices.closed()
        self.update()

    def reload(self) -> bool:
        """Open the file shown anew and keep the view, as happens when it changes (on Linux).

        Or read the array anew that was given to `load_image`, once it was changed: the picture
        before stays until then. One that is no uint8, uint16, int16 or float32 must still be held
        by the program, as it was copied. False where neither is shown. `imageLoaded` or
        `loadFailed` tell what came of it.
        """
        return self._viewer.reload()

    def errors(self) -> tuple[Hole, ...]:
        """Every tile of the image that was found unreadable so far, in sight or not, sorted."""
        return self._viewer.errors()

    def reload_failed(self) -> None:
        """Read every failed tile anew, now those in sight; `errors` begins anew, too."""
        self._viewer.reload_failed()

    @property
    def wheel_mode(self) -> str:
        """What the wheel does: ``auto`` (a mouse's zooms, touchpads pan), ``zoom`` or ``pan``.

        With Ctrl it zooms in every mode. May be set; ValueError for other words.
        """
        return self._hands.wheel_mode.value

    @wheel_mode.setter
    def wheel_mode(self, mode: str) -> None:
        self._hands.wheel_mode = WheelMode(mode)

    @property
    def description(self) -> ImageDescription | None:
        """The image shown, None before there is one."""
        return self._viewer.description

    @property
    def axes(self) -> tuple[Axis, ...]:
        """Along what the other pictures of the file lie, such as z and time; slowest first."""
        described = self.description
        return described.axes if described is not None else ()

    @property
    def plane(self) -> tuple[int, ...]:
        """Which picture is shown, or will be: an index from 0 along each axis. May be set.

        The one on the screen stays until the new one is sharp, with the view and the display kept.
        Of those that are set faster than they come some are left out, never the last. IndexError
        where there is none.
        """
        return self._viewer.plane

    @plane.setter
    def plane(self, plane: tuple[int, ...]) -> None:
        self._viewer.go_to_plane(tuple(plane))

    @property
    def all_series(self) -> tuple[Series, ...]:
        """The images of a file that holds several, such as an OME-TIFF: names, sizes; else none.

        Also none of a source, which does not lead to the others.
        """
        return self._viewer.all_series

    @property
    def series(self) -> int:
        """Which of them is shown, or will be, counted from 0. May be set.

        The one on the screen stays until the new one is sharp. One of the same size keeps the view,
        others are fitted; each comes at the plane and in the display that it was left in.
        IndexError where there is none.
        """
        return self._viewer.series

    @series.setter
    def series(self, series: int) -> None:
        self._viewer.go_to_series(series)

    @property
    def display(self) -> Display | None:
        """How data becomes light: a window a band (in the file's units), colours, gamma.

        None without an image. May be set (``dataclasses.replace`` makes another), which decodes
        nothing; GlviewError without an image.
        """
        return self._viewer.display

    @display.setter
    def display(self, display: Display) -> None:
        self._viewer.display = display

    @property
    def first_display(self) -> Display | None:
        """What `reset_display` would come back to; None without an image."""
        return self._viewer.first_display

    @property
    def window_origin(self) -> WindowOrigin:
        """Whose doing the windows are, as `Viewer.window_origin` has it; may be set after them."""
        return self._viewer.window_origin

    @window_origin.setter
    def window_origin(self, origin: WindowOrigin) -> None:
        self._viewer.window_origin = origin

    def auto_window(self, rule: WindowRule | None = None) -> None:
        """Take windows that suit what is in sight; nothing before an image is.

        By a rule; None: that of the options, percentiles unless they say another.
        """
        self._viewer.auto_window(rule)

    def reset_display(self) -> None:
        """Windows, colours, curve and channels as the image was first shown."""
        self._viewer.reset_display()

    def set_channel_shown(self, band: int, shown: bool) -> None:
        """Show or hide a band, counted from 0. IndexError for none of the image's.

        GlviewError without an image.
        """
        display = self.display
        if display is None:
            raise GlviewError("no image is open whose channels could be shown")
        self.display = with_band(display, band, shown=shown)

    @property
    def selected_channel(self) -> int:
        """The channel, from 0, that the key ``o`` shows alone and whose window `ContrastPanel` has.

        The one that is shown alone, else the one selected last, else the first shown; 0 without an
        image. May be set; IndexError for none of the image's.
        """
        return self._painter.contrast.selected

    @selected_channel.setter
    def selected_channel(self, channel: int) -> None:
        if channel != self.selected_channel or self.display is None:
            self._painter.contrast.selected = channel
            self._news.replace(self.channelSelected, channel)

    def visible_values(self) -> NDArray[np.floating]:
        """Some of the samples in sight, for a histogram: shape (bands, count), as the file's.

        A part of those of the level that the picture is made of, without what is no data. They are
        there at once: nothing is read. float32, or float64 where that holds no more than their
        distance from an offset (`ImageDescription.offset`).
        """
        return self._viewer.visible_values()

    def grab_view(self) -> QImage:
        """What the widget shows, in device pixels, with all that is painted on it."""
        return self.grabFramebuffer()

    def wait_settled(self, timeout_s: float = 30.0) -> bool:
        """Run the event loop until the picture is final, also where an image is being opened.

        False where there is none, where the time was over first, and at once where the widget is
        not visible: nothing is painted of it then. For scripts and tests: a program connects to
        `settled`.
        """
        loop, until = QEventLoop(), time.monotonic() + timeout_s
        while self._viewer.opening or not self._viewer.settled:
            loop.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 20)
            unseen = self.description is None or not self.isVisible()
            if (unseen and not self._viewer.opening) or time.monotonic() >= until:
                return False
        return True

    # Commands, keys and what stands on the picture

    zoom_in_key = KeyProperty(Command.ZOOM_IN)
    """The key that zooms in at the pointer, a `Qt.Key`; None: none does. ``Key_Plus`` at first."""
    zoom_out_key = KeyProperty(Command.ZOOM_OUT)
    """The key that zooms out at the pointer; ``Key_Minus`` at first."""
    exit_key = KeyProperty(Command.QUIT)
    """The key that ends the program with status 0; None at first."""

    def command_action(self, command: Command) -> QAction:
        """The action of a command, for menus and tool bars; KeyError for what is the program's."""
        return self._actions[command]

    def keys_of(self, command: Command) -> tuple[str, ...]:
        """The keys that ask for a command: characters, or names such as ``Left`` and ``Alt+F5``."""
        return self._controls.keys_of(command)

    def set_keys(self, command: Command, *keys: str) -> None:
        """Let these keys ask for a command, and no others; none at all disables it."""
        self._controls.bind(command, *keys)
        tell_keys(self._actions, self._controls.keys_of)

    @property
    def hud(self) -> frozenset[HudItem]:
        """What glview itself shows on the picture: any of `glview.HudItem`; nothing at first."""
        return self._painter.hud.shown

    @hud.setter
    def hud(self, items: Iterable[HudItem]) -> None:
        self._painter.hud.show(items)
        tell_switches(self._actions, self._painter.is_on)
        self.update()

    @property
    def help_shown(self) -> bool:
        """Whether the keys of the widget stand on the picture; may be set."""
        return self._painter.notices.help_shown

    @help_shown.setter
    def help_shown(self, shown: bool) -> None:
        self._painter.notices.help_shown = shown
        self.update()

    @property
    def help_rows(self) -> Callable[[], tuple[tuple[str, str], ...]]:
        """What tells the rows of that help: keys, and what they do; may be set.

        At first it tells the widget's own keys as they are bound now.
        """
        return self._painter.notices.rows

    @help_rows.setter
    def help_rows(self, rows: Callable[[], tuple[tuple[str, str], ...]]) -> None:
        self._painter.notices.rows = rows
        self.update()

    @property
    def welcome(self) -> str:
        """What stands in the middle where there is no image; may be set."""
        return self._painter.notices.welcome

    @welcome.setter
    def welcome(self, message: str) -> None:
        self._painter.notices.welcome = message
        self.update()

    def say(self, message: str, *, title: str = "", error: bool = False) -> None:
        """Show a message on the picture until it is dismissed, clicked away or an image comes."""
        tone = Tone.ERROR if error else Tone.PLAIN
        self._painter.notices.say(message, title=title, tone=tone)
        self.update()

    def dismiss(self) -> bool:
        """Take the help off the picture, else the message; False if there was neither."""
        self.update()
        return self._painter.notices.dismiss()

    def add_overlay(self, overlay: Overlay) -> None:
        """Call ``overlay(painter, viewport)`` after each picture, to paint on it.

        The QPainter works in image pixels: a cosmetic pen (``width`` 0) keeps its width at any
        scale. After ``painter.resetTransform()`` it works in the widget's logical pixels, where
        `widget_position` tells the place of an image pixel. What changes by itself calls `update`.
        An overlay that raises is logged and left out. Edges are smooth in a widget that was made
        with ``samples=4``; a QPainter that draws with OpenGL has no other way.
        """
        self._overlays.add(overlay)
        self.update()

    def remove_overlay(self, overlay: Overlay) -> None:
        """ValueError for one that was not added."""
        self._overlays.remove(overlay)
        self.update()

    def set_budgets(self, *, gpu_bytes: int | None = None, host_bytes: int | None = None) -> None:
        """Keep to other budgets (see `glview.ViewerOptions`) from now on; the picture stays.

        ValueError for anything but whole numbers above 0.
        """
        self._viewer.set_budgets(gpu_bytes=gpu_bytes, host_bytes=host_bytes)

    def stats(self) -> Stats:
        """What is shown and what it takes, now: the figures of the debug view (key ``d``)."""
        return self._viewer.stats()
