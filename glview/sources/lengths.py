"""Units of length as files spell them (pure)."""

UNITS_UM = {
    "nm": 1e-3, "nanometer": 1e-3, "um": 1.0, "µm": 1.0, "μm": 1.0, "micron": 1.0, "microns": 1.0,
    "micrometer": 1.0, "mm": 1e3, "millimeter": 1e3, "cm": 1e4, "centimeter": 1e4, "m": 1e6,
    "meter": 1e6, "inch": 25_400.0, "inches": 25_400.0,
    "\ufffdm": 1.0,  # the micro sign in Latin-1
}  # fmt: skip
"""Micrometres, by the unit in small letters."""
