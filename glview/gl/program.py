"""Shader files to linked programs."""

import ctypes
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path

from glview.errors import ContextError
from glview.gl import api as gl


@cache
def shader_folder() -> Path:
    """Where the shader files are: inside an installed package, beside it in a checkout."""
    installed = Path(str(files("glview"))) / "shaders"
    return installed if installed.is_dir() else installed.parent.parent / "shaders"


def shader_source(name: str, defines: Sequence[str] = ()) -> str:
    """The text of a shader file with its ``#include "..."`` lines filled in (one level deep).

    ``defines`` become ``#define`` lines after ``#version``: variants are separate programs, because
    software renderers run both sides of every branch.
    """
    lines = []
    for line in (shader_folder() / name).read_text("utf-8").splitlines():
        if line.startswith("#version"):
            lines += [line, *(f"#define {define}" for define in defines)]
        elif line.startswith("#include "):
            lines.append((shader_folder() / line.split('"')[1]).read_text("utf-8"))
        else:
            lines.append(line)
    return "\n".join(lines) + "\n"


class Program:
    """A linked program and its uniform locations; made and used with its context current."""

    def __init__(self, vertex: str, fragment: str, defines: Sequence[str] = ()) -> None:
        self.name = link(
            vertex, shader_source(vertex, defines), fragment, shader_source(fragment, defines)
        )
        self._locations: dict[str, int] = {}
        block = gl.glGetUniformBlockIndex(self.name, b"View")
        if block != 0xFFFFFFFF:
            gl.glUniformBlockBinding(self.name, block, 0)

    def location(self, uniform: str) -> int:
        """Location of a uniform; KeyError if the linked program has none of that name."""
        if uniform not in self._locations:
            found = int(gl.glGetUniformLocation(self.name, uniform.encode()))
            if found < 0:
                raise KeyError(uniform)
            self._locations[uniform] = found
        return self._locations[uniform]

    def release(self) -> None:
        gl.glDeleteProgram(self.name)


def link(vertex_name: str, vertex: str, fragment_name: str, fragment: str) -> int:
    """Compile and link two sources; `ContextError` with the driver's log if that fails."""
    program = int(gl.glCreateProgram())
    stages = (
        (gl.GL_VERTEX_SHADER, vertex_name, vertex),
        (gl.GL_FRAGMENT_SHADER, fragment_name, fragment),
    )
    for stage, name, text in stages:
        shader = int(gl.glCreateShader(stage))
        encoded = text.encode()
        # The lengths are given: the sources need no terminating zero that way.
        strings = (ctypes.c_char_p * 1)(encoded)
        lengths = (ctypes.c_int * 1)(len(encoded))
        gl.glShaderSource(shader, 1, strings, lengths)
        gl.glCompileShader(shader)
        _check(shader, name, gl.GL_COMPILE_STATUS, gl.glGetShaderiv, gl.glGetShaderInfoLog)
        gl.glAttachShader(program, shader)
        gl.glDeleteShader(shader)
    gl.glLinkProgram(program)
    names = f"{vertex_name} + {fragment_name}"
    _check(program, names, gl.GL_LINK_STATUS, gl.glGetProgramiv, gl.glGetProgramInfoLog)
    gl.check(f"linking {names}")
    return program


def _check(name: int, label: str, query: int, get: object, get_log: object) -> None:
    value = ctypes.c_int(0)
    get(name, query, ctypes.byref(value))  # type: ignore[operator]  # a raw GL function
    if value.value:
        return
    get(name, gl.GL_INFO_LOG_LENGTH, ctypes.byref(value))  # type: ignore[operator]  # as above
    log = ctypes.create_string_buffer(max(value.value, 1))
    get_log(name, len(log), None, log)  # type: ignore[operator]  # as above
    raise ContextError(f"{label}: {log.value.decode(errors='replace').strip()}")
