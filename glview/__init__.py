"""glview: a GPU-accelerated OpenGL viewer for gigapixel images."""

__version__ = "0.1.0"
