"""Errors of the recorder.

RecordingError
├── BadRecordingName     recording.bad_name            a room or participant that is no safe file name
├── CodecUnsupported     recording.codec_unsupported   a track that Matroska is not written for
├── RecordingFolder      recording.folder              the folder cannot be made
├── DiskFull             recording.disk_full           no space, quota or file size left
├── WriteFailed          recording.write_failed        any other refusal of the disk
└── RecorderBroken       recording.broken              a fault of ours; that track stops, the others go on
"""

import errno
from typing import ClassVar

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class RecordingError(Exception):
    """Something that stops a recording; `code` is stable and stands in logs and manifests."""

    code: ClassVar[str] = "recording.error"


class BadRecordingName(RecordingError):
    code = "recording.bad_name"


class CodecUnsupported(RecordingError):
    code = "recording.codec_unsupported"


class RecordingFolder(RecordingError):
    code = "recording.folder"


class WriteFailed(RecordingError):
    code = "recording.write_failed"


class DiskFull(WriteFailed):
    code = "recording.disk_full"


class RecorderBroken(RecordingError):
    code = "recording.broken"


def from_os_error(error: OSError) -> WriteFailed:
    """Name what the disk refused."""
    kind = DiskFull if error.errno in FULL else WriteFailed
    return kind(error.strerror or str(error))
