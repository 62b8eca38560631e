"""Why a call cannot be carried now: no media node answers, or none has a place left."""

from branch.errors import MaruError


class MediaAway(MaruError):
    """No media node answers."""

    code = "media.unreachable"
    status = 503
    message = "영상 연결을 지금 열 수 없어요. 상담은 그대로 있어요. 잠시 뒤 다시 연결해 주세요."


class MediaFull(MaruError):
    """Every media node that answers is full or being emptied; the browser asks again until there is room."""

    code = "media.full"
    status = 503
    message = "지금은 영상 상담 자리가 모두 찼어요. 이대로 기다리시면 자리가 나는 대로 이어 드려요."
