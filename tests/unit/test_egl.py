"""Which display a headless context is made on, told by an EGL library that is made up."""

import ctypes
from dataclasses import dataclass
from typing import Any

import pytest

from glview.canvases.egl import EglContext
from glview.errors import ContextError

DEVICE, SURFACELESS = 0x313F, 0x31DD
SOFTWARE = b"EGL_MESA_device_software EGL_EXT_device_drm_render_node"
CARD = b"EGL_EXT_device_drm EGL_EXT_device_drm_render_node"


@dataclass(frozen=True, slots=True)
class Screen:
    """A display there could be; without ``native`` the surfaceless one, else that of a device."""

    name: str
    native: int | None = None
    describes: bytes | None = CARD
    opens: bool = True
    has_contexts: bool = True
    without_surface: bool = True
    with_surface: bool = True


class Function:
    """A function of a library: what is said of its result is taken as it comes."""

    restype: Any = None

    def __init__(self, action: Any) -> None:
        self._action = action

    def __call__(self, *arguments: Any) -> Any:
        return self._action(*arguments)


class FakeEgl:
    """Displays are their number among the screens and 1, contexts 100 more, surfaces 200 more."""

    def __init__(self, *screens: Screen, extensions: bool = True, strings: bool = True) -> None:
        self.screens = screens
        self.opened: list[str] = []
        self.alive: set[int] = set()
        self.current: str | None = None
        wrappers: dict[bytes, Any] = {}
        if extensions:
            wrappers[b"eglGetPlatformDisplayEXT"] = ctypes.CFUNCTYPE(
                ctypes.c_void_p, ctypes.c_uint, ctypes.c_void_p, ctypes.c_void_p
            )(self._display)
            wrappers[b"eglQueryDevicesEXT"] = ctypes.CFUNCTYPE(
                ctypes.c_uint,
                ctypes.c_int,
                ctypes.POINTER(ctypes.c_void_p),
                ctypes.POINTER(ctypes.c_int),
            )(self._devices)
        if extensions and strings:
            wrappers[b"eglQueryDeviceStringEXT"] = ctypes.CFUNCTYPE(
                ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int
            )(self._describe)
        self._wrappers = wrappers
        self._texts: list[Any] = []
        self.eglGetProcAddress = Function(self._address)
        self.eglInitialize = Function(self._initialize)
        self.eglBindAPI = Function(lambda _api: 1)
        self.eglChooseConfig = Function(lambda *_: 1)
        self.eglCreateContext = Function(self._create)
        self.eglCreatePbufferSurface = Function(self._surface)
        self.eglMakeCurrent = Function(self._make_current)
        self.eglDestroyContext = Function(lambda _, made: self.alive.discard(made.value))
        self.eglDestroySurface = Function(lambda _, made: self.alive.discard(made.value))

    def _screen(self, display: Any) -> Screen:
        return self.screens[int(display.value) - 1]

    def _address(self, name: bytes) -> int | None:
        found = self._wrappers.get(name)
        return ctypes.cast(found, ctypes.c_void_p).value if found else None

    def _display(self, platform: int, native: int | None, _: Any) -> int | None:
        for number, screen in enumerate(self.screens, 1):
            its_platform = SURFACELESS if screen.native is None else DEVICE
            if (platform, native) == (its_platform, screen.native):
                return number
        return None

    def _devices(self, most: int, devices: Any, count: Any) -> int:
        natives = [screen.native for screen in self.screens if screen.native is not None]
        for index, native in enumerate(natives[:most]):
            devices[index] = native
        count[0] = len(natives)
        return 1

    def _describe(self, device: int, name: int) -> int | None:
        assert name == 0x3055
        text = next(screen.describes for screen in self.screens if screen.native == device)
        if text is None:
            return None
        self._texts.append(ctypes.create_string_buffer(text))
        return ctypes.addressof(self._texts[-1])

    def _initialize(self, display: Any, *_: Any) -> int:
        screen = self._screen(display)
        self.opened.append(screen.name)
        return screen.opens

    def _create(self, display: Any, *_: Any) -> int | None:
        if not self._screen(display).has_contexts:
            return None
        self.alive.add(display.value + 100)
        return int(display.value + 100)

    def _surface(self, display: Any, *_: Any) -> int:
        self.alive.add(display.value + 200)
        return int(display.value + 200)

    def _make_current(self, display: Any, surface: Any, _: Any, context: Any) -> int:
        screen = self._screen(display)
        if context is not None and not (
            screen.without_surface if surface is None else screen.with_surface
        ):
            return 0
        self.current = None if context is None else screen.name
        return 1


def taken(egl: FakeEgl) -> str:
    """The display whose context is made."""
    with EglContext(library=egl):
        assert egl.current is not None
        return egl.current


CARD_1, CARD_2 = Screen("card 1", 11), Screen("card 2", 12)
MESA = Screen("surfaceless")
LLVMPIPE = Screen("llvmpipe", 13, SOFTWARE)


@pytest.mark.parametrize(
    ("screens", "expected"),
    [
        pytest.param([MESA, LLVMPIPE], "surfaceless", id="no card"),
        pytest.param([MESA, LLVMPIPE, CARD_1, CARD_2], "card 1", id="cards behind the software"),
        pytest.param([MESA, CARD_2], "card 2", id="a card that Mesa cannot use"),
        pytest.param([LLVMPIPE], "llvmpipe", id="nothing else"),
        pytest.param(
            [MESA, Screen("card 1", 11, None)], "card 1", id="a device that says nothing of itself"
        ),
    ],
)
def test_hardware_comes_first_and_software_last(screens: list[Screen], expected: str) -> None:
    assert taken(FakeEgl(*screens)) == expected


def test_where_devices_cannot_be_told_apart_they_come_first() -> None:
    assert taken(FakeEgl(MESA, CARD_1, strings=False)) == "card 1"


@pytest.mark.parametrize(
    "card",
    [
        Screen("card 1", 11, opens=False),
        Screen("card 1", 11, has_contexts=False),
        Screen("card 1", 11, without_surface=False, with_surface=False),
    ],
)
def test_a_card_that_has_no_such_context_is_passed_over(card: Screen) -> None:
    egl = FakeEgl(card, MESA, LLVMPIPE)
    assert taken(egl) == "surfaceless"
    assert egl.opened == ["card 1", "surfaceless"]
    # Nothing is left of the attempt.
    assert egl.alive == {102}


def test_where_mesas_own_choice_has_no_such_context_software_devices_are_tried() -> None:
    egl = FakeEgl(Screen("surfaceless", has_contexts=False), LLVMPIPE)
    assert taken(egl) == "llvmpipe"


def test_a_context_that_needs_a_surface_gets_a_small_one_until_it_is_closed() -> None:
    egl = FakeEgl(Screen("card 1", 11, without_surface=False))
    context = EglContext(library=egl)
    with context:
        assert egl.current == "card 1"
    assert egl.alive == {101, 201}
    context.close()
    assert egl.alive == set()


def test_a_context_is_current_only_where_it_is_used() -> None:
    egl = FakeEgl(MESA)
    context = EglContext(library=egl)
    seen = [egl.current]
    with context:
        seen.append(egl.current)
    assert [*seen, egl.current] == [None, "surfaceless", None]


@pytest.mark.parametrize(
    ("egl", "fault"),
    [
        (FakeEgl(Screen("surfaceless", opens=False)), "no EGL display can be opened"),
        (FakeEgl(MESA, extensions=False), "this EGL has no platform displays"),
        (
            FakeEgl(
                Screen("card 1", 11, has_contexts=False), Screen("surfaceless", has_contexts=False)
            ),
            "no OpenGL 3.3 core context can be made",
        ),
    ],
)
def test_where_there_is_none_it_is_said_what_to_do(egl: FakeEgl, fault: str) -> None:
    with pytest.raises(ContextError, match=rf"{fault}\. glview needs OpenGL 3\.3\. Install"):
        EglContext(library=egl)
