"""What can go wrong on the line between a branch and the centre.

MaruError
├── BadInput            400
│   └── BadEvent              link.bad_event
├── BranchUnreachable   503   branch.unreachable
└── Conflict            409
    ├── SequenceGap           link.gap
    └── NewerEvent            link.newer
"""

from branch.errors import BadInput, Conflict, MaruError


class BadEvent(BadInput):
    code = "link.bad_event"
    message = "지점에서 온 소식의 모양이 맞지 않아요."


class BranchUnreachable(MaruError):
    code = "branch.unreachable"
    status = 503
    message = "지금 지점과 연결이 끊겼어요. 잠시 뒤에 다시 해 주세요."


class SequenceGap(Conflict):
    code = "link.gap"
    message = "지점 소식이 순서를 건너뛰었어요."


class NewerEvent(Conflict):
    code = "link.newer"
    message = "지점이 본부보다 새 버전이에요. 본부를 올린 뒤에 이어서 받을게요."
