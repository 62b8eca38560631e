"""What can go wrong about a consult, and about who comes in as a guest.

MaruError
├── NotFound            404
│   ├── ConsultNotFound       consult.not_found
│   └── InvitationUnknown     guest.unknown
├── Conflict            409
│   ├── ConsultTaken          consult.taken
│   ├── ConsultFull           consult.full
│   ├── InvitationTaken       guest.taken
│   ├── AdvisorBusy           advisor.busy
│   └── RecordingRequired     consent.required
└── Gone                410
    ├── InvitationExpired     guest.expired
    ├── GuestRemoved          guest.removed
    └── ConsultOver           consult.over
"""

from branch.errors import Conflict, Gone, NotFound


class ConsultNotFound(NotFound):
    code = "consult.not_found"
    message = "상담을 찾을 수 없어요. 처음부터 다시 신청해 주세요."


class InvitationUnknown(NotFound):
    code = "guest.unknown"
    message = "이 초대 주소를 찾을 수 없어요. 초대하신 분께 새 주소를 받아 주세요."


class ConsultTaken(Conflict):
    code = "consult.taken"
    message = "다른 분이 먼저 이 상담에 들어왔어요."


class ConsultFull(Conflict):
    code = "consult.full"
    message = "여섯 분까지 함께할 수 있어요. 한 분이 나가신 뒤에 초대해 주세요."


class InvitationTaken(Conflict):
    code = "guest.taken"
    message = "이 초대로 이미 다른 기기에서 들어와 있어요. 초대하신 분께 새 주소를 받아 주세요."


class AdvisorBusy(Conflict):
    code = "advisor.busy"
    message = "지금 맡은 상담을 마친 뒤에 다음 손님을 받아 주세요."


class RecordingRequired(Conflict):
    code = "consent.required"
    message = "이 상담은 은행이 꼭 녹화해야 해요. 녹화를 원하지 않으시면 창구에서 번호표를 받아 만나 주세요."


class InvitationExpired(Gone):
    code = "guest.expired"
    message = "초대한 지 오래되어 주소가 닫혔어요. 초대하신 분께 새 주소를 받아 주세요."


class GuestRemoved(Gone):
    code = "guest.removed"
    message = "초대가 끝난 상담이에요. 더 하실 말씀이 있으면 초대하신 분께 알려 주세요."


class ConsultOver(Gone):
    code = "consult.over"
    message = "이 상담은 끝났어요."
