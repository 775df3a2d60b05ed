"""A process that reads tiles, as its parent sees it."""

import contextlib
import io
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from typing import Any, cast

from glview.sources.isolated_wire import Message

# `-m` would look for glview before the child has its parent's path.
_PROGRAM = (
    "import sys; sys.path[:] = sys.argv[1:]; del sys.argv[1:]; "
    "from glview.sources.isolated_child import main; main()"
)
_REAP_WITHIN_S = 1.0


class ProcessLostError(Exception):
    """A process died, or was no use from the start; the message is how, such as "was killed"."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where processes start: ``folder``, and the ``path`` that they import from."""

    folder: str
    path: tuple[str, ...]

    @classmethod
    def here(cls) -> "Place":
        """That of this process, now."""
        return cls(os.getcwd(), tuple(map(os.path.abspath, sys.path)))


class ReaderProcess:
    """A child process; used by one thread at a time, but for `signal`.

    `ProcessLostError` if it cannot be started.
    """

    def __init__(self, place: Place) -> None:
        # A group of its own: Ctrl-C in the terminal is for the parent alone, and what the source
        # starts in its turn can be ended with it. Linux gives each session an equal share of the
        # processors, so one of its own would take more from the frames.
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-c", _PROGRAM, *place.path],
                bufsize=0,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                cwd=place.folder,
                process_group=0,
            )
        except OSError as error:
            raise ProcessLostError(f"could not be started: {error.strerror}") from error
        self._requests = cast("io.FileIO", self._process.stdin)
        self._replies = cast("io.FileIO", self._process.stdout)

    def ask(self, request: Message) -> Any:
        """The child's answer; `ProcessLostError` if it dies before."""
        try:
            request.write(self._requests)
            return Message.read(self._replies).value()
        except (EOFError, OSError):
            if not self.ended(_REAP_WITHIN_S):
                self.kill()
            raise ProcessLostError(_end(self._process.returncode)) from None

    def dismiss(self) -> None:
        """Ask it to close its source and end."""
        self._requests.close()

    def signal(self, number: signal.Signals) -> None:
        """Signal the child, and what it started, on any thread."""
        if self._process.returncode is None:
            # It may be dead and not yet waited for, or beyond reach.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, number)

    def ended(self, within_s: float) -> bool:
        """Whether it ends by then; if so, nothing of it is left."""
        try:
            self._process.wait(within_s)
        except subprocess.TimeoutExpired:
            return False
        self._requests.close()
        self._replies.close()
        return True

    def kill(self) -> None:
        """End it now, and what it started."""
        self.signal(signal.SIGKILL)
        self.ended(_REAP_WITHIN_S)


def _end(status: int | None) -> str:
    if status is None:
        return "does not answer and cannot be killed"
    if status >= 0:
        return f"ended with status {status}"
    try:
        return f"was killed by {signal.Signals(-status).name}"
    except ValueError:
        return f"was killed by signal {-status}"
