"""What reading a recording needs of the place where it lies: what a Path and an object store both have."""

from collections.abc import Iterator
from typing import BinaryIO, Literal, Protocol


class Sized(Protocol):
    """What `stat` tells; `st_size` in bytes."""

    @property
    def st_size(self) -> int: ...


class Place(Protocol):
    """A file or a folder that is only read: every pathlib.Path is one. What is missing raises FileNotFoundError."""

    @property
    def name(self) -> str: ...

    def __truediv__(self, name: str, /) -> "Place": ...

    def iterdir(self) -> Iterator["Place"]: ...

    def is_dir(self) -> bool: ...

    def is_file(self) -> bool: ...

    def stat(self) -> Sized: ...

    def open(self, mode: Literal["rb"]) -> BinaryIO: ...

    def read_bytes(self) -> bytes: ...
