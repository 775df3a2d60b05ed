"""Both windows show colours as a screen with a profile wants them."""

from pathlib import Path

import numpy as np
import pytest
import pyvips

from tests.canvases.program import GLVIEW, running
from tests.display import VirtualDisplay
from tests.profiles import swapped


@pytest.mark.parametrize("toolkit", [[], ["--qt"]], ids=["glfw", "qt"])
def test_a_window_shows_what_the_screen_needs(
    display: VirtualDisplay, tmp_path: Path, toolkit: list[str]
) -> None:
    screen, image = tmp_path / "screen.icc", tmp_path / "a.png"
    screen.write_bytes(swapped(bytes(pyvips.Image.profile_load("p3"))))
    color = pyvips.Image.new_from_array(np.full((600, 800, 3), (200, 120, 60), np.uint8))
    color.copy(interpretation="srgb").pngsave(str(image))
    expected = color.copy(interpretation="srgb").icc_transform(
        str(screen), input_profile="srgb", intent="relative", black_point_compensation=True
    )(400, 300)
    display.move(5, 5)
    command = [*GLVIEW, *toolkit, "--display-profile", str(screen), str(image)]
    with running(display, command, {"XDG_CONFIG_HOME": str(tmp_path)}) as started:

        def there() -> bool:
            picture = display.screenshot(started.window)
            height, width, _ = picture.shape
            middle = picture[height // 2, width // 2, :3]
            return bool(np.abs(middle - np.array(expected)).max() <= 2)

        display.wait_for(lambda: there() or None)
