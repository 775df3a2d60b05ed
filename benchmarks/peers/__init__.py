"""Viewers measured from the outside, on one image, in one run: `python -m benchmarks --peers`.

Each viewer runs in a window of 1600x1000 on a screen of its own; all that is known of it is what
stands there, and all that is done to it are strokes of keys, clicks and moves of a mouse. One file
in `viewers/` says how a viewer is started and which keys do what; `--adapter FILE.toml` adds
another.

`adapter` reads such a file. `stage`, `hand` and `processes` are the screen, the input and what the
system tells; `recording` does something and notes what changes; `session` is a viewer that runs.
`pixels` and `motion` say what pictures and recordings mean, `figures` what a table has of it; these
three are pure. `scenarios` does what a person would, `turns` lets the viewers take turns.
"""
