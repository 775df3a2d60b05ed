"""``python -m glview`` is the command ``glview``, which begins here."""

from glview import interrupts


def main() -> None:
    """The program; Ctrl-C is heard before the rest of it is imported."""
    interrupts.end_at_once()
    from glview.cli import main as run

    run()


if __name__ == "__main__":
    main()
