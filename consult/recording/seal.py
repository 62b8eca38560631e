"""Encryption of recorded files in frames, so that a file torn off anywhere can be read to its last whole frame.

A sealed file is a header (magic, name of the key, wrapped key of the file) and frames of AES-256-GCM after the
STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár 2015), as age uses it: the nonce is the number of the frame
in 11 bytes and its flag in one, and the header is authenticated with every frame. Frames can be as long as they
like: each carries its length. The first frame may be written a second time, at closing, under a flag of its own.
"""

import io
import os
from collections.abc import Sequence
from enum import IntEnum
from struct import Struct

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from consult.recording.errors import KeyMissing, SealBroken, WrongKey
from consult.recording.keys import KEY_BYTES, WRAPPED_BYTES, RecordingKey
from consult.recording.place import Place

CIPHER = "AES-256-GCM"
MAGIC = b"MARU-SEALED-1\n\0\0"
KEY_NAME_BYTES = 8
HEADER_BYTES = len(MAGIC) + KEY_NAME_BYTES + WRAPPED_BYTES
FRAME_HEAD = Struct("!IB")
"""Length of what is inside, flag."""
TAG_BYTES = 16
LARGEST_FRAME = 1 << 28


class Flag(IntEnum):
    """What a frame is."""

    BODY = 0
    LAST = 1
    """Nothing comes after it; it is empty."""
    HEAD = 2
    """The first frame as it was written again at closing."""


class Sealer:
    """Seals the frames of one file, with a random key that is used for nothing else."""

    def __init__(self, key: RecordingKey) -> None:
        file_key = os.urandom(KEY_BYTES)
        self.header = MAGIC + bytes.fromhex(key.name) + key.wrap(file_key)
        self._cipher = AESGCM(file_key)
        self._frames = 0
        self._head_again = False

    def seal(self, data: bytes, flag: Flag = Flag.BODY) -> bytes:
        """Return the next bytes of the file; the header comes with the first frame."""
        number, self._frames = self._frames, self._frames + 1
        return self._frame(number, flag, data)

    def seal_head_again(self, data: bytes) -> bytes:
        """Return header and first frame anew. Only once: a second time would use a nonce twice."""
        if self._head_again:
            raise SealBroken("the head of a sealed file can be written again only once")
        self._head_again = True
        return self._frame(0, Flag.HEAD, data)

    def _frame(self, number: int, flag: Flag, data: bytes) -> bytes:
        sealed = self._cipher.encrypt(_nonce(number, flag), data, self.header)
        head = FRAME_HEAD.pack(len(data), flag)
        return self.header + head + sealed if number == 0 else head + sealed


class SealedFile:
    """The whole frames of a sealed file; raises KeyMissing, WrongKey or SealBroken.

    `lengths` are those of the frames in bytes of the file, where the caller knows them from the chain: a file that lies
    far away need not be walked through then.
    """

    def __init__(self, path: Place, key: RecordingKey | None, lengths: Sequence[int] = ()) -> None:
        if key is None:
            raise KeyMissing(f"{path.name} is sealed: set MARU_MEDIA_RECORDING_KEY")
        self._file = path.open("rb")
        try:
            self._open(path.name, key, lengths)
        except Exception:
            self._file.close()
            raise

    def _open(self, name: str, key: RecordingKey, lengths: Sequence[int]) -> None:
        self._name, self._header = name, self._file.read(HEADER_BYTES)
        told = self._header[len(MAGIC) : len(MAGIC) + KEY_NAME_BYTES].hex()
        if told != key.name:
            raise WrongKey(f"{name} was sealed with key {told}, not {key.name}")
        self._cipher = AESGCM(key.unwrap(self._header[len(MAGIC) + KEY_NAME_BYTES :]))
        self.frames: list[tuple[int, int, Flag]] = []
        """Place of what is sealed, its length before sealing, and its flag."""
        size = self._file.seek(0, io.SEEK_END)
        if lengths:
            self._take_frames(lengths, size)
        else:
            self._list_frames(size)

    def _take_frames(self, lengths: Sequence[int], size: int) -> None:
        place = 0
        for length in lengths:
            head = FRAME_HEAD.size + (0 if self.frames else HEADER_BYTES)
            inside = length - head - TAG_BYTES
            if inside < 0 or place + length > size:
                break
            self.frames.append((place + head, inside, Flag.BODY if inside else Flag.LAST))
            place += length
        if self.frames:
            self.frames[0] = (*self.frames[0][:2], self._flag_of_first())

    def _flag_of_first(self) -> Flag:
        self._file.seek(HEADER_BYTES)
        _, flag = FRAME_HEAD.unpack(self._file.read(FRAME_HEAD.size))
        if flag > Flag.HEAD:
            raise SealBroken(f"{self._name}: byte {HEADER_BYTES} is no beginning of a frame")
        return Flag(flag)

    def _list_frames(self, size: int) -> None:
        place = HEADER_BYTES
        while place + FRAME_HEAD.size + TAG_BYTES <= size:
            self._file.seek(place)
            length, flag = FRAME_HEAD.unpack(self._file.read(FRAME_HEAD.size))
            if flag > Flag.HEAD or length > LARGEST_FRAME:
                raise SealBroken(f"{self._name}: byte {place} is no beginning of a frame")
            place += FRAME_HEAD.size
            if place + length + TAG_BYTES > size:
                return  # torn off in the middle of this frame
            self.frames.append((place, length, Flag(flag)))
            place += length + TAG_BYTES

    @property
    def whole(self) -> bool:
        """Whether the last frame is there, so that nothing was torn or cut off."""
        return bool(self.frames) and self.frames[-1][2] is Flag.LAST

    def read(self, number: int) -> bytes:
        """Return what this frame holds; raise SealBroken if a bit of it was changed."""
        place, length, flag = self.frames[number]
        self._file.seek(place)
        try:
            sealed = self._file.read(length + TAG_BYTES)
            return self._cipher.decrypt(_nonce(number, flag), sealed, self._header)
        except InvalidTag:
            raise SealBroken(f"{self._name}: frame {number} was changed") from None

    def close(self) -> None:
        self._file.close()


def is_sealed(path: Place) -> bool:
    """Whether the file begins as sealed files do. Raises OSError."""
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def _nonce(number: int, flag: Flag) -> bytes:
    return number.to_bytes(11) + flag.to_bytes(1)
