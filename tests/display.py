"""The screen of its own that windows under test get: `benchmarks.display`'s."""

from benchmarks.display import VirtualDisplay, Window

__all__ = ["VirtualDisplay", "Window"]
