"""A driver that is out of memory, simulated: the real one is not asked for what it refuses."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from glview.gl import api

_TEXEL_BYTES = {
    int(internal): size_bytes
    for internal, size_bytes in (
        (api.GL_RG8, 2),
        (api.GL_RGBA8, 4),
        (api.GL_RGBA16F, 8),
        (api.GL_RGBA32F, 16),
    )
}
ATLAS, COMPOSITE = int(api.GL_RGBA8), int(api.GL_RGBA16F)
"""Formats of 8-bit images."""


@dataclass(slots=True)
class Driver:
    """Refuses array textures that are larger than it has memory for their format."""

    most_bytes: dict[int, int] = field(default_factory=dict)
    """By internal format; where there is none anything goes."""
    refused: list[int] = field(default_factory=list)
    """The sizes that were refused, in bytes."""
    names: set[int] = field(default_factory=set)
    """The textures and renderbuffers that exist."""
    _errors: list[int] = field(default_factory=list)

    def install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        allocate, get_error = api.glTexImage3D, api.glGetError

        def tex_image_3d(target: int, level: int, internal: int, *rest: Any) -> None:
            width, height, depth = rest[:3]
            size = width * height * depth * _TEXEL_BYTES[int(internal)]
            if size > self.most_bytes.get(int(internal), size):
                self.refused.append(size)
                self._errors.append(int(api.GL_OUT_OF_MEMORY))
            else:
                allocate(target, level, internal, *rest)

        def next_error() -> int:
            return self._errors.pop() if self._errors else int(get_error())

        monkeypatch.setattr(api, "glTexImage3D", tex_image_3d)
        monkeypatch.setattr(api, "glGetError", next_error)
        generate, delete = api.generate, api.delete
        counted = (api.glGenTextures, api.glDeleteTextures)

        def generated(function: Callable[..., Any]) -> int:
            name = generate(function)
            if function in counted:
                self.names.add(name)
            return name

        def deleted(function: Callable[..., Any], name: int) -> None:
            delete(function, name)
            if function in counted:
                self.names.discard(name)

        monkeypatch.setattr(api, "generate", generated)
        monkeypatch.setattr(api, "delete", deleted)
