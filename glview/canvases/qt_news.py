"""News of a widget: gathered while it draws, told from the event loop."""

from typing import Any

from PySide6.QtCore import QObject, Qt, Signal, SignalInstance


class News(QObject):
    """Signals that are to be sent, with what they carry, in their order; for the GUI thread.

    A child of the widget whose signals they are, so that nothing is told once that is gone.
    """

    _told = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._news: list[tuple[Any, ...]] = []
        self._told.connect(self._tell, Qt.ConnectionType.QueuedConnection)

    def add(self, signal: SignalInstance, *carried: Any) -> None:
        """Have a signal sent in the next turn of the event loop."""
        self._news.append((signal, *carried))
        self._told.emit()

    def replace(self, signal: SignalInstance, *carried: Any) -> None:
        """Of several between two turns of the event loop the last one counts."""
        self.drop(signal)
        self.add(signal, *carried)

    def drop(self, signal: SignalInstance) -> None:
        """Leave untold what waits of a signal."""
        self._news = [news for news in self._news if news[0] is not signal]

    def _tell(self) -> None:
        news, self._news = self._news, []
        for signal, *carried in news:
            signal.emit(*carried)
