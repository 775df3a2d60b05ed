"""``python -m glview`` is the command ``glview``."""

from glview.cli import main

if __name__ == "__main__":
    main()
