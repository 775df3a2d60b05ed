"""Which faults of the system are worth another attempt."""

import errno

import pytest

from glview.errors import ImageError, TileError, unnamed


def of_number(number: int) -> TileError:
    return TileError.of_system("a.dzi: tile", OSError(number, "said so"))


@pytest.mark.parametrize(
    "number",
    [errno.EIO, errno.ESTALE, errno.ETIMEDOUT, errno.ENOENT, errno.EAGAIN, errno.ECONNRESET],
)
def test_what_the_system_could_not_do_now_it_may_do_later(number: int) -> None:
    assert of_number(number).may_heal


@pytest.mark.parametrize(
    "number", [errno.EACCES, errno.EPERM, errno.EISDIR, errno.EINVAL, errno.EFBIG, errno.ELOOP]
)
def test_what_the_system_will_not_do_stays_so(number: int) -> None:
    assert not of_number(number).may_heal


def test_faults_without_a_number_are_known_by_their_class() -> None:
    assert TileError.of_system("a", TimeoutError("timed out")).may_heal
    assert not TileError.of_system("a", PermissionError("not you")).may_heal


def test_the_message_says_where_and_what() -> None:
    assert str(of_number(errno.EIO)) == "a.dzi: tile: said so"
    assert str(TileError.of_system("a", TimeoutError("timed out"))) == "a: timed out"


def test_a_tile_does_not_heal_unless_that_is_said() -> None:
    assert not TileError("a.tif: torn").may_heal


def test_behind_a_files_name_a_message_is_told_without_it() -> None:
    assert unnamed("a: b.tif", "a: b.tif: level 0 tile 1,0: broken") == "level 0 tile 1,0: broken"
    assert unnamed("a.dzi", "a_files/9/0_0.png: missing tile") == "a_files/9/0_0.png: missing tile"


def test_a_file_without_a_name_is_told_as_such() -> None:
    assert str(ImageError("", "no such file")) == "'': no such file"
