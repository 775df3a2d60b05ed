"""Turning Qt's event loop until something holds, for programs under test."""

from collections.abc import Callable

from PySide6.QtCore import QEventLoop, QTimer

from glview import GLBigImageWidget

LIMIT_MS = 30_000


def run_until(condition: Callable[[], bool]) -> None:
    """Turn the event loop until something holds; TimeoutError after 30 seconds."""
    loop = QEventLoop()
    clock, limit = QTimer(), QTimer()

    def ask() -> None:
        if condition():
            loop.quit()

    clock.timeout.connect(ask)
    limit.timeout.connect(lambda: loop.exit(1))
    clock.start(10)
    limit.start(LIMIT_MS)
    if loop.exec():
        raise TimeoutError


def settled(*widgets: GLBigImageWidget) -> int:
    """Turn it until each widget has painted and its picture is final; how many paints that took."""
    painted = dict.fromkeys(widgets, 0)

    def count(widget: GLBigImageWidget) -> Callable[[], None]:
        def paint() -> None:
            painted[widget] += 1

        return paint

    counters = {widget: count(widget) for widget in widgets}
    for widget, counter in counters.items():
        widget.frameSwapped.connect(counter)
        widget.update()
    run_until(lambda: all(painted.values()) and all(w.stats().settled for w in widgets))
    for widget, counter in counters.items():
        widget.frameSwapped.disconnect(counter)
    return max(painted.values())
