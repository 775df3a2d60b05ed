"""A viewer of known behaviour, for what measures viewers from the outside.

It shows noise half a second after its start. Key z: other noise after 0.1 s, and the final one
after 0.3. While it is dragged it is drawn 25 times a second, where the pointer was 0.1 s ago. Its
left 160 pixels are green, for nothing. After a drag it keeps a processor busy for half a second, of
which nothing is seen. Otherwise it does nothing.
"""

import random
import select
import time

from Xlib import XK, X
from Xlib.display import Display

WIDTH, HEIGHT, NOISE_PX, BARE_PX = 1600, 1000, 3200, 160
START_S, FIRST_S, FINAL_S, BEHIND_S, FRAME_S = 0.5, 0.1, 0.3, 0.1, 0.04
THINKS_AFTER_S, THINKS_S = 0.1, 0.5
GREEN, BAND = 0x00FF00, 8
"""Rows are drawn in bands, each as the noise from another place on."""


class Viewer:
    """Its window, and what is to be drawn when."""

    def __init__(self) -> None:
        self.display = Display()
        screen = self.display.screen()
        self.window = screen.root.create_window(
            *(0, 0, WIDTH, HEIGHT, 0, screen.root_depth),
            background_pixel=0,
            event_mask=X.KeyPressMask
            | X.ButtonPressMask
            | X.ButtonReleaseMask
            | X.PointerMotionMask
            | X.ExposureMask,
        )
        self.window.set_wm_name("viewer of known behaviour")
        self.context = self.window.create_gc()
        self.green = self.window.create_gc(foreground=GREEN)
        self.noise = self.window.create_pixmap(NOISE_PX, HEIGHT, screen.root_depth)
        self.back = self.window.create_pixmap(WIDTH, HEIGHT, screen.root_depth)
        dice = random.Random(1)
        row = bytes(dice.randrange(10, 240) for _ in range(NOISE_PX * 4 * BAND))
        for y in range(0, HEIGHT, BAND):
            cut = dice.randrange(NOISE_PX) * 4
            rows = row[cut:] + row[:cut]
            self.noise.put_image(
                *(self.context, 0, y, NOISE_PX, BAND, X.ZPixmap, screen.root_depth, 0, rows)
            )
        self.at_px = 0
        self.due: list[tuple[float, int]] = []
        self.held: tuple[int, int] | None = None
        self.pointer: list[tuple[float, int]] = []
        self.frame_at = 0.0
        self.thinks_at: float | None = None

    def draw(self, at_px: int) -> None:
        """The noise from somewhere on, beside what is bare."""
        at_px %= NOISE_PX
        width = min(WIDTH - BARE_PX, NOISE_PX - at_px)
        self.back.copy_area(self.context, self.noise, at_px, 0, width, HEIGHT, BARE_PX, 0)
        if width < WIDTH - BARE_PX:
            rest, x = WIDTH - BARE_PX - width, BARE_PX + width
            self.back.copy_area(self.context, self.noise, 0, 0, rest, HEIGHT, x, 0)
        self.back.fill_rectangle(self.green, 0, 0, BARE_PX, HEIGHT)
        self.window.copy_area(self.context, self.back, 0, 0, WIDTH, HEIGHT, 0, 0)
        self.display.flush()

    def hear(self, now: float) -> None:
        """Take in what the server tells."""
        while self.display.pending_events():
            event = self.display.next_event()
            if event.type == X.Expose:
                self.draw(self.at_px)
            elif event.type == X.KeyPress:
                if self.display.keycode_to_keysym(event.detail, 0) == XK.XK_z:
                    self.at_px += 500
                    self.due += [(now + FIRST_S, self.at_px + 37), (now + FINAL_S, self.at_px)]
            elif event.type == X.ButtonPress and event.detail == 1:
                self.held, self.pointer = (event.root_x, self.at_px), []
                self.frame_at, self.thinks_at = now, None
            elif event.type == X.MotionNotify:
                self.pointer.append((now, event.root_x))
            elif event.type == X.ButtonRelease and self.held is not None:
                self.at_px = self.held[1] + self.held[0] - event.root_x
                self.held, self.thinks_at = None, now + THINKS_AFTER_S
                self.draw(self.at_px)

    def work(self, now: float) -> None:
        """Draw what is due."""
        while self.due and self.due[0][0] <= now:
            self.draw(self.due.pop(0)[1])
        if self.held is not None and now >= self.frame_at:
            self.frame_at += FRAME_S
            known = [x for at, x in self.pointer if at <= now - BEHIND_S]
            if known:
                self.draw(self.held[1] + self.held[0] - known[-1])
        if self.thinks_at is not None and now >= self.thinks_at:
            self.thinks_at = None
            until = time.process_time() + THINKS_S
            while time.process_time() < until:
                pass

    def run(self) -> None:
        time.sleep(START_S)
        self.window.map()
        self.display.flush()
        while True:
            now = time.monotonic()
            self.hear(now)
            self.work(now)
            until = [self.due[0][0]] if self.due else []
            until += [self.frame_at] if self.held is not None else []
            until += [self.thinks_at] if self.thinks_at is not None else []
            wait_s = max(min(until) - time.monotonic(), 0.0) if until else None
            if not self.display.pending_events():
                select.select([self.display.fileno()], [], [], wait_s)


if __name__ == "__main__":
    Viewer().run()
