"""Memory of tiles that is used again, and never while somebody looks at it."""

import numpy as np
import pytest

from glview.buffers import Buffers

U8 = np.dtype(np.uint8)
SIZE = 4096
SHAPE = (1, 32, 32, 4)


def address(array: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> int:
    return int(array.ctypes.data)


def test_an_array_is_writable_and_of_its_shape() -> None:
    made = Buffers(SIZE).empty(SHAPE, U8)
    assert (made.shape, made.dtype) == (SHAPE, U8)
    made[:] = 1
    assert made.all()


def test_samples_of_any_type_fit() -> None:
    made = Buffers(SIZE).empty((1, 16, 32, 4), np.dtype(np.uint16))
    assert made.dtype == np.uint16
    assert made.nbytes == SIZE


def test_memory_that_is_free_is_used_again() -> None:
    buffers = Buffers(SIZE)
    first = buffers.empty(SHAPE, U8)
    before = address(first)
    del first
    assert address(buffers.empty(SHAPE, U8)) == before


def test_memory_is_not_used_again_while_a_view_of_it_lives() -> None:
    buffers = Buffers(SIZE)
    first = buffers.empty(SHAPE, U8)
    first += 7
    part = first[:, 4:8, 4:8]
    del first
    other = buffers.empty(SHAPE, U8)
    other += 9
    assert (part == 7).all()


def test_only_so_much_waits_to_be_used_again() -> None:
    buffers = Buffers(SIZE, spare_bytes=2 * SIZE)
    arrays = [buffers.empty(SHAPE, U8) for _ in range(5)]
    arrays.clear()
    assert len(buffers._spare) == 2


def test_what_is_kept_too_much_goes() -> None:
    buffers = Buffers(SIZE, spare_bytes=5 * SIZE)
    arrays = [buffers.empty(SHAPE, U8) for _ in range(5)]
    arrays.clear()
    buffers.keep(3 * SIZE)
    assert len(buffers._spare) == 3
    buffers.keep(0)
    assert len(buffers._spare) == 1


def test_an_array_of_another_size_is_a_plain_one() -> None:
    buffers = Buffers(SIZE)
    buffers.empty((1, 8, 32, 4), U8)
    assert len(buffers._spare) == 0


@pytest.mark.parametrize(("asked", "given"), [(1, SIZE), (SIZE, SIZE), (SIZE + 1, SIZE + 1)])
def test_room_is_as_large_as_an_array_or_as_what_is_asked_for(asked: int, given: int) -> None:
    room = Buffers(SIZE).room(asked)
    assert (room.shape, room.dtype) == ((given,), U8)


def test_an_array_in_room_keeps_it() -> None:
    buffers = Buffers(SIZE)
    array = buffers.room(SIZE)[8:].reshape(-1, 4)
    array[:] = 7
    buffers.room(SIZE)[:] = 9
    assert (array == 7).all()
