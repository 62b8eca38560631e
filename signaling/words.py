"""A ticket's reasons in a teller's words: why somebody goes first, stepped aside, or is next; keys of the catalogues."""

from branch.consults.models import Side
from branch.tickets.models import Outcome, ParkReason, Priority
from branch.tickets.order import Turn

SIDES: dict[str, str] = {Side.CUSTOMER: "손님", Side.ADVISOR: "상담사님"}
PRIORITIES: dict[str, str] = {
    Priority.BOOKED: "예약하신 분",
    Priority.HELP: "도움이 필요하신 분",
    Priority.SENIOR: "70세 이상이신 분",
    Priority.PREGNANT: "임신 중이신 분",
}
PARK_REASONS: dict[str, str] = {
    ParkReason.FORM: "서류를 쓰고 계세요",
    ParkReason.DOCUMENTS: "서류를 가지러 가셨어요",
    ParkReason.PHONE: "통화 중이세요",
    ParkReason.OTHER: "잠시 자리를 비우셨어요",
    ParkReason.OUT: "잠깐 나가셨어요",
}
OUTCOMES: dict[str, str] = {
    Outcome.DONE: "잘 마쳤어요",
    Outcome.NOT_POSSIBLE: "오늘은 할 수 없었어요",
    Outcome.OTHER_APPOINTMENT: "다시 오실 날을 잡았어요",
    Outcome.EXPERT: "전문가에게 이어 드렸어요",
}
TURNS: dict[str, str] = {
    Turn.RETURNED: "다시 오신 분",
    Turn.PRIORITY: "먼저 모시는 분",
    Turn.BALANCE: "두 분을 먼저 모셨으니 이번에는 기다린 순서",
    Turn.ORDER: "기다린 순서",
}
# What a desk has just done, as the offer to take it back says it.
ACTIONS: dict[str, str] = {
    "called": "%(number)s번을 불렀어요",
    "recalled": "%(number)s번을 한 번 더 불렀어요",
    "parked": "%(number)s번을 잠시 미뤄 두었어요",
    "finished": "%(number)s번 업무를 마쳤어요",
    "no_show": "%(number)s번 손님이 오지 않으셨어요",
    "transferred": "%(number)s번을 옮겨 드렸어요",
    "referred": "%(number)s번을 전문가에게 이어 드렸어요",
    "walked_in": "%(number)s번으로 바로 모셨어요",
    "priority": "%(number)s번을 먼저 모실 이유를 고쳤어요",
}
