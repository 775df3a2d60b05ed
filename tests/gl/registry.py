"""What OpenGL 3.3 core consists of, read from Khronos' gl.xml (shipped by the package glad2)."""

import functools
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from importlib.metadata import distribution


@dataclass(frozen=True, slots=True)
class Api:
    """The functions and the constants of one version of OpenGL.

    ``enums`` maps names to values. Names may share a value, and masks are unions of values
    (``GL_COLOR_BUFFER_BIT | GL_DEPTH_BUFFER_BIT`` itself is none).
    """

    functions: frozenset[str]
    enums: dict[str, int]

    @property
    def values(self) -> frozenset[int]:
        return frozenset(self.enums.values())


@functools.cache
def core33() -> Api:
    """OpenGL 3.3 core: versions 1.0 to 3.3, less what the core profile removes; no extensions."""
    return read_core("3.3")


def read_core(version: str) -> Api:
    """The core profile of an OpenGL version ("3.3")."""
    registry = ET.parse(str(distribution("glad2").locate_file("glad/files/gl.xml"))).getroot()
    names: dict[str, set[str]] = {"command": set(), "enum": set(), "type": set()}
    last = _number(version)
    for feature in registry.iterfind("feature[@api='gl']"):
        if _number(feature.attrib["number"]) > last:
            continue
        for change in feature:
            if change.get("profile", "core") != "core":
                continue
            for entry in change:
                if change.tag == "require":
                    names[entry.tag].add(entry.attrib["name"])
                else:
                    names[entry.tag].discard(entry.attrib["name"])
    values = {
        enum.attrib["name"]: int(enum.attrib["value"], 0)
        for enum in registry.iterfind("enums/enum")
        if enum.get("api", "gl") == "gl"
    }
    return Api(frozenset(names["command"]), {name: values[name] for name in sorted(names["enum"])})


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
