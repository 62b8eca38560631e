"""Errors of the recorder.

RecordingError
├── BadRecordingName     recording.bad_name            a room or participant that is no safe file name
├── CodecUnsupported     recording.codec_unsupported   a track that Matroska is not written for
├── RecordingFolder      recording.folder              the folder cannot be made
├── DiskFull             recording.disk_full           no space, quota or file size left
├── WriteFailed          recording.write_failed        any other refusal of the disk
├── RecorderBroken       recording.broken              a fault of ours; that track stops, the others go on
├── ChainBroken          recording.chain_broken        a line of a chain does not follow from the one before
├── KeyMissing           recording.key_missing         a sealed file and no key to read it with
├── WrongKey             recording.wrong_key           a key that the file was not sealed with
├── SealBroken           recording.seal_broken         a sealed frame was changed
├── NotExported          recording.not_exported        nothing, or nothing readable, to make one file of
└── NotRecorded          recording.not_found           no such recording, part or track
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


class ChainBroken(RecordingError):
    code = "recording.chain_broken"


class KeyMissing(RecordingError):
    code = "recording.key_missing"


class WrongKey(RecordingError):
    code = "recording.wrong_key"


class SealBroken(RecordingError):
    code = "recording.seal_broken"


class NotExported(RecordingError):
    code = "recording.not_exported"


class NotRecorded(RecordingError):
    code = "recording.not_found"


def from_os_error(error: OSError) -> WriteFailed:
    """Name what the disk refused."""
    kind = DiskFull if error.errno in FULL else WriteFailed
    return kind(error.strerror or str(error))
