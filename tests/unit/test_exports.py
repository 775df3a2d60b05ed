"""The names that `import glview` promises."""

import glview


def test_the_version_is_told() -> None:
    assert glview.__version__.count(".") == 2


def test_all_names_are_there_sorted_once() -> None:
    names: list[str] = list(getattr(glview, "__all__", []))
    assert names == sorted(set(names))
    for name in names:
        assert getattr(glview, name) is not None


def test_dir_lists_what_all_promises() -> None:
    assert set(getattr(glview, "__all__", ())) <= set(dir(glview))
