"""The bar: on a terminal only."""

import io
import sys

import pytest

from glview.progress import bar


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def on_terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    return terminal


def test_a_terminal_gets_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = on_terminal(monkeypatch)
    with bar("working") as on_progress:
        assert on_progress is not None
        on_progress(0.25)
        on_progress(1.0)
    assert terminal.getvalue() == (
        f"\rworking  {'█' * 8}{'░' * 24}  25%\rworking  {'█' * 32} 100%\n"
    )


def test_the_line_ends_whatever_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = on_terminal(monkeypatch)

    def interrupted() -> None:
        with bar("working") as on_progress:
            assert on_progress is not None
            on_progress(0.0)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert terminal.getvalue() == f"\rworking  {'░' * 32}   0%\n"


def test_what_fails_before_it_begins_draws_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = on_terminal(monkeypatch)
    with pytest.raises(OSError, match="gone"), bar("working"):
        raise OSError("gone")
    assert terminal.getvalue() == ""


def test_a_file_gets_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with bar("working") as on_progress:
        assert on_progress is None
    assert capsys.readouterr() == ("", "")
