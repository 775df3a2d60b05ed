"""Whether a WebP file has lost anything, from the heads of its chunks (pure)."""

from collections.abc import Callable

_LOSSY, _LOSSLESS, _FRAME = b"VP8 ", b"VP8L", b"ANMF"
_FILE_HEAD, _CHUNK_HEAD, _FRAME_HEAD = 12, 8, 16
_MOST_CHUNKS = 64
"""Before the picture come a profile and a few more."""


def is_lossy(read_at: Callable[[int, int], bytes]) -> bool:
    """Whether the first picture is a lossy one; False where it is not, or where nobody can say.

    ``read_at`` gives so many bytes at an offset, fewer at the end.
    """
    at = _FILE_HEAD
    for _ in range(_MOST_CHUNKS):
        head = read_at(at, _CHUNK_HEAD)
        if len(head) < _CHUNK_HEAD or head[:4] in (_LOSSY, _LOSSLESS):
            return head[:4] == _LOSSY
        size = int.from_bytes(head[4:], "little")
        # A frame holds chunks of its own; sizes are made even.
        at += _CHUNK_HEAD + (_FRAME_HEAD if head[:4] == _FRAME else size + size % 2)
    return False
