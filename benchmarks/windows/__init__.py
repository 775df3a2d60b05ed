"""Frames in real windows: `cases` starts a program for each toolkit and reads what it tells."""
