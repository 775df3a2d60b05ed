"""Records every OpenGL call that the product makes."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from OpenGL.constant import Constant

from glview.gl import api


@dataclass(slots=True)
class Recorder:
    """Function names, in order, and the names of all enums handed over."""

    calls: list[str] = field(default_factory=list)
    enums: set[str] = field(default_factory=set)

    def install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Wrap every function of `glview.gl.api`, the one place they are called through."""
        for name in dir(api):
            if name.startswith("gl") and callable(getattr(api, name)):
                monkeypatch.setattr(api, name, self._recorded(name, getattr(api, name)))

    def _recorded(self, name: str, function: Any) -> Callable[..., Any]:
        def call(*args: Any) -> Any:
            self.calls.append(name)
            self.enums.update(arg.name for arg in args if isinstance(arg, Constant))
            return function(*args)

        return call
