"""The registry of OpenGL 3.3 core, spot-checked against the specification."""

import pytest

from tests.gl.registry import core33, read_core


@pytest.mark.parametrize(
    "name",
    [
        "glDrawArrays",  # 1.1
        "glBufferSubData",  # 1.5
        "glUniformBlockBinding",  # 3.1
        "glDrawArraysInstanced",  # 3.1
        "glFenceSync",  # 3.2
        "glBindFragDataLocationIndexed",  # 3.3, dual-source blending
        "glVertexAttribDivisor",  # 3.3
    ],
)
def test_core_functions_are_in(name: str) -> None:
    assert name in core33().functions


@pytest.mark.parametrize(
    "name",
    [
        "glBegin",  # removed from core
        "glVertexP2ui",  # 3.3, compatibility only
        "glTexStorage3D",  # 4.2
        "glBufferStorage",  # 4.4
        "glDebugMessageCallback",  # 4.3
        "glTexImage3DEXT",  # an extension
    ],
)
def test_other_functions_are_out(name: str) -> None:
    assert name not in core33().functions


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GL_TRIANGLE_STRIP", 0x0005),
        ("GL_TEXTURE_2D_ARRAY", 0x8C1A),
        ("GL_SRC1_COLOR", 0x88F9),
        ("GL_UNIFORM_BUFFER", 0x8A11),
    ],
)
def test_core_constants_have_their_values(name: str, value: int) -> None:
    assert core33().enums[name] == value
    assert value in core33().values


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GL_QUADS", 0x0007),  # removed from core
        ("GL_DEBUG_OUTPUT", 0x92E0),  # 4.3
        ("GL_MAP_PERSISTENT_BIT", 0x0040),  # 4.4
        ("GL_SHADER_STORAGE_BUFFER", 0x90D2),  # 4.3
    ],
)
def test_other_constants_are_out(name: str, value: int) -> None:
    assert name not in core33().enums
    assert value not in core33().values


def test_a_newer_version_has_more() -> None:
    newer = read_core("4.2")
    assert "glTexStorage3D" in newer.functions
    assert core33().functions < newer.functions
