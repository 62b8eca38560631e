"""Everything that can go wrong with media, as one tree: the node raises these, the client raises them again.

MediaError                 media.failed        500
├── BadToken               media.bad_token     401
├── WrongRoom              media.wrong_room    403
├── BadOffer               media.bad_offer     400
├── BadRequest             media.bad_request   400
├── TooLarge               media.too_large     413
├── NodeFull               media.full          503
├── RoomFull               media.room_full     503
├── Draining               media.draining      503
├── NotFound               media.not_found     404
├── BadRange               media.bad_range     416
├── ExportBusy             media.export_busy   503
├── RecordingFailed        media.recording     500   a recording that cannot be read; the message begins with why
├── StoreSilent            media.store         503   the store of recordings; the message begins with why
└── MediaUnreachable       media.unreachable   503, raised by the client only
    └── MediaLate          media.unreachable   503, the same where a node may only be busy
"""

from __future__ import annotations


class MediaError(Exception):
    """A media request that could not be carried out; `code` is stable, the message is for engineers."""

    code = "media.failed"
    status = 500


class BadToken(MediaError):
    """The token is missing, expired, forged or meant for someone else."""

    code = "media.bad_token"
    status = 401


class WrongRoom(MediaError):
    """The token is genuine but names another room or another participant."""

    code = "media.wrong_room"
    status = 403


class BadOffer(MediaError):
    """The body is not a session description this node can answer."""

    code = "media.bad_offer"
    status = 400


class BadRequest(MediaError):
    """The request is none that this node knows."""

    code = "media.bad_request"
    status = 400


class TooLarge(MediaError):
    """The body is larger than any honest session description."""

    code = "media.too_large"
    status = 413


class NodeFull(MediaError):
    """The node, or every node, has no place for another room."""

    code = "media.full"
    status = 503


class RoomFull(MediaError):
    """As many people are in the room as it may have."""

    code = "media.room_full"
    status = 503


class Draining(MediaError):
    """The node is being emptied and opens no more rooms."""

    code = "media.draining"
    status = 503


class NotFound(MediaError):
    """There is no such room or participant on this node."""

    code = "media.not_found"
    status = 404


class BadRange(MediaError):
    """Not one range of bytes, or none that the file has."""

    code = "media.bad_range"
    status = 416


class ExportBusy(MediaError):
    """As many files of recordings as may be are being made."""

    code = "media.export_busy"
    status = 503


class RecordingFailed(MediaError):
    """A recording that cannot be read: its key is missing, or the disk refuses."""

    code = "media.recording"
    status = 500


class StoreSilent(MediaError):
    """The store that recordings are kept in does not answer, or refuses."""

    code = "media.store"
    status = 503


class MediaUnreachable(MediaError):
    """No media node answered in time."""

    code = "media.unreachable"
    status = 503


class MediaLate(MediaUnreachable):
    """The node took the question and gave no answer in time: it may be dead, busy, or we are."""


BY_CODE: dict[str, type[MediaError]] = {
    error.code: error
    for error in (
        MediaError,
        BadToken,
        WrongRoom,
        BadOffer,
        BadRequest,
        TooLarge,
        NodeFull,
        RoomFull,
        Draining,
        NotFound,
        BadRange,
        ExportBusy,
        RecordingFailed,
        StoreSilent,
        MediaUnreachable,
    )
}
