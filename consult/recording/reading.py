"""Opens recorded files for whoever reads them, plain or sealed, as one seekable file of Matroska."""

import io
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import BinaryIO, cast

from consult.recording.keys import RecordingKey
from consult.recording.place import Place
from consult.recording.seal import SealedFile, is_sealed


def open_track(path: Place, key: RecordingKey | None = None, lengths: Sequence[int] = ()) -> BinaryIO:
    """Return the Matroska file inside, seekable, up to its last whole frame; `lengths` as SealedFile takes them.

    Raises OSError; KeyMissing or WrongKey for a sealed file; reading may raise SealBroken.
    """
    if not is_sealed(path):
        return path.open("rb")
    return cast(BinaryIO, io.BufferedReader(SealedReader(SealedFile(path, key, lengths))))


class SealedReader(io.RawIOBase):
    """What a sealed file holds, as a raw file; keeps the frame it read last."""

    def __init__(self, file: SealedFile) -> None:
        super().__init__()
        self._file = file
        self._ends = list(accumulate(length for _, length, _ in file.frames))
        self._size = self._ends[-1] if self._ends else 0
        self._position = 0
        self._frame = -1
        self._data = b""

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move as files do; before the beginning is no place."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}[whence]
        if base + offset < 0:
            raise ValueError(f"no place before the beginning: {base + offset}")
        self._position = base + offset
        return self._position

    def readinto(self, buffer: object) -> int:
        """Fill the buffer up to the end of one frame at most; 0 at the end. Raises SealBroken."""
        target = memoryview(buffer).cast("B")  # type: ignore[arg-type]  # whatever has the buffer protocol
        if self._position >= self._size:
            return 0
        number = bisect_right(self._ends, self._position)
        if number != self._frame:
            self._data, self._frame = self._file.read(number), number
        begin = self._position - (self._ends[number] - len(self._data))
        piece = self._data[begin : begin + len(target)]
        target[: len(piece)] = piece
        self._position += len(piece)
        return len(piece)

    def close(self) -> None:
        if not self.closed:
            self._file.close()
        super().close()
