"""Examples of README and of docs run as written; what reads and runs them does as it says."""

from pathlib import Path

import pytest

from tests.display import VirtualDisplay
from tests.end_to_end.readme import (
    TIMEOUT_S,
    Example,
    make_samples,
    matches,
    read_examples,
    run_example,
)
from tests.mutants import CHECKOUT

PAGES = ("README.md", "docs/bigimageviewer.md")
EXAMPLES = [
    (page, example) for page in PAGES for example in read_examples((CHECKOUT / page).read_text())
]

PAGE = """# Title

<!-- run -->
```console
$ echo one
one
$ echo two
```

1. A step:
   <!-- run full window -->
   ```python
   if True:
       print("hello")
   ```
<!-- not run: needs a microscope -->
```bash
microscope
```
```text
not code
```
"""

WINDOW = """
import sys
from Xlib import X
from Xlib.display import Display
display = Display()
window = display.screen().root.create_window(0, 0, 300, 200, 0, 24, event_mask=X.ExposureMask)
window.set_wm_protocols([display.get_atom("WM_DELETE_WINDOW")])
window.map()
while (event := display.next_event()).type != X.ClientMessage:
    for grey in range(100):
        gc = window.create_gc(foreground=grey * 0x010101)
        window.fill_rectangle(gc, 3 * grey, 0, 3, 200)
sys.exit({status})
"""


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("readme")
    make_samples(directory)
    return directory


@pytest.mark.timeout(2 * TIMEOUT_S)
@pytest.mark.parametrize(
    "example",
    [
        pytest.param(
            example,
            id=f"{page} line {example.line}",
            marks=[pytest.mark.full] if "full" in example.words else [],
        )
        for page, example in EXAMPLES
    ],
)
def test_the_example_runs(example: Example, samples: Path, display: VirtualDisplay) -> None:
    run_example(example, CHECKOUT if "checkout" in example.words else samples, display)


def test_the_samples_are_there(samples: Path) -> None:
    assert {"photo.jpg", "slide.tif", "image.dzi"} <= {path.name for path in samples.iterdir()}


def test_marked_blocks_are_read() -> None:
    assert list(read_examples(PAGE)) == [
        Example(5, "console", "$ echo one\none\n$ echo two\n"),
        Example(
            13,
            "python",
            'if True:\n    print("hello")\n',
            frozenset({"full", "window"}),
        ),
    ]


@pytest.mark.parametrize("above", ["", "Try this:", "<!-- run sideways -->", "<!-- not run: -->"])
def test_a_block_that_does_not_say_whether_it_runs_is_refused(above: str) -> None:
    with pytest.raises(ValueError, match="line 3: the bash block needs"):
        list(read_examples(f"{above}\n```bash\ntrue\n```\n"))


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("bash", "cd /\ntest $PWD = /"),
        ("bash", "test -f photo.jpg"),
        ("python", "import glview"),
        ("console", "$ echo one two\none ...\n$ true\n"),
    ],
)
def test_a_good_example_runs(
    samples: Path, display: VirtualDisplay, language: str, text: str
) -> None:
    run_example(Example(1, language, text), samples, display)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("bash", "false\ntrue"),
        ("bash", "echo oops >&2"),
        ("python", "import nothing_of_this_name"),
        ("console", "$ echo one\ntwo\n"),
    ],
)
def test_a_bad_example_is_noticed(
    samples: Path, display: VirtualDisplay, language: str, text: str
) -> None:
    with pytest.raises(AssertionError):
        run_example(Example(1, language, text), samples, display)


def test_a_window_is_seen_and_closed(samples: Path, display: VirtualDisplay) -> None:
    example = Example(1, "python", WINDOW.format(status=0), frozenset({"window"}))
    run_example(example, samples, display)
    assert display.windows() == []


def test_a_window_that_ends_badly_is_noticed(samples: Path, display: VirtualDisplay) -> None:
    example = Example(1, "python", WINDOW.format(status=3), frozenset({"window"}))
    with pytest.raises(AssertionError):
        run_example(example, samples, display)


def test_an_example_without_its_window_is_noticed(samples: Path, display: VirtualDisplay) -> None:
    with pytest.raises(AssertionError, match="ended without a window"):
        run_example(Example(1, "bash", "true", frozenset({"window"})), samples, display)


@pytest.mark.parametrize(
    ("expected", "output", "same"),
    [
        ("a\n", "a\n", True),
        ("a ... c", "a b\nb c\n", True),
        ("a\n...", "a\nb\n", True),
        ("a", "a b", False),
        ("a.c", "abc", False),
    ],
)
def test_dots_stand_for_anything(expected: str, output: str, *, same: bool) -> None:
    assert matches(expected, output) is same
