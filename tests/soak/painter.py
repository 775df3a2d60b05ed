"""Says what pictures should be, in a process of its own: its memory is not judged."""

import multiprocessing
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType
from typing import Self, cast

import numpy as np
from numpy.typing import NDArray

from glview.display import Display
from glview.viewport import Viewport
from tests.soak.gallery import exhibits, reference_of


class Painter:
    """Answers one question at a time; EOFError where its process has ended."""

    def __init__(self, folder: Path) -> None:
        context = multiprocessing.get_context("spawn")
        self._questions, theirs = context.Pipe()
        self._process = context.Process(target=_paint, args=(theirs, folder), daemon=True)
        self._process.start()
        theirs.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._questions.close()
        self._process.join()

    def picture(self, name: str, view: Viewport, display: Display) -> NDArray[np.int64]:
        """An exhibit as it should be shown: (height, width, 3), 0 to 255."""
        self._questions.send((name, view, display))
        return cast("NDArray[np.int64]", self._questions.recv())


def _paint(questions: Connection, folder: Path) -> None:
    references = {made.name: reference_of(made) for made in exhibits(folder) if made.is_compared}
    while True:
        try:
            name, view, display = questions.recv()
        except EOFError:
            return
        questions.send(np.rint(references[name].picture(view, display)).astype(int))
