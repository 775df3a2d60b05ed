"""What draws here."""

from glview.gl import api as gl


def opengl_facts() -> dict[str, object]:
    """Renderer and version, in a current context."""
    return {"renderer": gl.text(gl.GL_RENDERER), "opengl": gl.text(gl.GL_VERSION)}
