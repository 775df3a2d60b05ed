"""Counts OpenGL calls and the time inside them."""

import time
from collections import Counter
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

from glview.gl import api


class GlWatch:
    """While used as a context manager, every call through `glview.gl.api` is counted and timed.

    What the wrapper itself costs, about a microsecond a call, counts as time outside.
    """

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self.inside_s = 0.0
        self._originals: dict[str, Any] = {}

    def __enter__(self) -> Self:
        for name in dir(api):
            function = getattr(api, name)
            if name.startswith("gl") and callable(function):
                self._originals[name] = function
                setattr(api, name, self._watched(name, function))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for name, function in self._originals.items():
            setattr(api, name, function)
        self._originals.clear()

    def reset(self) -> None:
        self.calls.clear()
        self.inside_s = 0.0

    def _watched(self, name: str, function: Any) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:
            start = time.perf_counter()
            try:
                return function(*arguments)
            finally:
                self.inside_s += time.perf_counter() - start
                self.calls[name] += 1

        return call
