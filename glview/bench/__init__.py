"""How fast this machine shows an image, and what holds it back: ``glview bench``.

Modules that measure: `opening`, `decoding`, `uploading`, `frames`, `residents`, `scale`, `jumps`,
`flights`, `starting`, `memory`. What becomes of it is pure: `rows`, `traces`, `verdict`,
`comparing`, `report`, `tables`, `charts`, `page`. `suite` runs them all, and `command` is the
command. `python -m benchmarks` in a checkout uses the same.
"""
