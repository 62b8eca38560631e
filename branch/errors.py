"""Every error a person may meet, with a stable code and a sentence for them.

MaruError
├── BadInput            400   what was sent cannot be understood
│   ├── BadAnswer             quiz.bad_answer
│   ├── BadScore              survey.bad_score
│   ├── BadText               text.too_long
│   ├── BadPhone              contact.bad_phone
│   ├── BadSubscription       push.bad
│   ├── BadPin                pin.bad
│   ├── PinWrong              pin.wrong
│   ├── BadPeriod             statistics.bad_period
│   └── BadEvent              link.bad_event
├── PinLocked           429   pin.locked
├── BranchUnreachable   503   branch.unreachable
├── AccessDenied        403   access.denied
│   └── NoVisit               access.denied
├── NotFound            404   ...not_found
│   ├── CodeUnknown           code.unknown
│   ├── TicketNotFound        ticket.not_found
│   ├── AppointmentNotFound   appointment.not_found
│   ├── ConsultNotFound       consult.not_found
│   ├── InvitationUnknown     guest.unknown
│   └── LinkUnknown           sign_in.unknown
├── Conflict            409   somebody else was first, or the order of things is wrong
│   ├── ConsultTaken          consult.taken
│   ├── ConsultFull           consult.full
│   ├── AdvisorBusy           advisor.busy
│   ├── InvitationTaken       guest.taken
│   ├── WrongState            state.wrong
│   ├── RecordingRequired     consent.required
│   ├── ServiceClosed         service.closed
│   ├── DayClosed             appointment.day_closed
│   ├── SlotFull              appointment.full
│   ├── BookedAlready         appointment.already
│   ├── TooEarly              appointment.too_early
│   ├── TimeNotOffered        appointment.not_offered
│   ├── AlreadySurveyed       survey.already_given
│   ├── NobodyWaiting         queue.empty
│   ├── DeskClosed            desk.closed
│   ├── NothingToUndo         desk.nothing_to_undo
│   ├── SequenceGap           link.gap
│   └── NewerEvent            link.newer
└── Gone                410   it was there, and its time is over
    ├── CodeUsed              code.used
    ├── CodeExpired           code.expired
    ├── LinkUsed              sign_in.used
    ├── TooLate               ticket.too_late
    ├── TicketOfAnotherDay    ticket.other_day
    ├── DoorCodeExpired       door.expired
    ├── InvitationExpired     guest.expired
    ├── GuestRemoved          guest.removed
    ├── SlotPast              appointment.past
    ├── AppointmentOver       appointment.over
    ├── ConsultTimeOver       appointment.time_over
    └── ConsultOver           consult.over

The sentence is Korean and is the key of its translation in the catalogues; `values` fill its places.
"""

from typing import ClassVar


class MaruError(Exception):
    """The root: `code` is stable for programs, `message % values` is for people, `status` is the HTTP status."""

    code: ClassVar[str] = "maru.error"
    status: ClassVar[int] = 500
    message: ClassVar[str] = "문제가 생겼어요. 잠시 뒤에 다시 해 주세요."

    def __init__(self, **values: object) -> None:
        self.values = values
        super().__init__(self.code, values)

    def __str__(self) -> str:
        return f"{self.code}: {self.message % self.values}"


class BadInput(MaruError):
    code = "input.bad"
    status = 400
    message = "보내 주신 내용을 알아볼 수 없어요. 다시 해 주세요."


class BadAnswer(BadInput):
    code = "quiz.bad_answer"
    message = "화면에 있는 답 가운데 하나를 골라 주세요."


class BadScore(BadInput):
    code = "survey.bad_score"
    message = "0에서 10 사이의 숫자를 골라 주세요."


class BadText(BadInput):
    code = "text.too_long"
    message = "글은 %(limit)s자까지 적을 수 있어요. 조금 줄여 주세요."


class BadPhone(BadInput):
    code = "contact.bad_phone"
    message = "휴대폰 번호를 다시 확인해 주세요. 010으로 시작하는 번호를 적어 주세요."


class BadSubscription(BadInput):
    code = "push.bad"
    message = "이 브라우저로는 알림을 보낼 수 없어요. 이 화면을 열어 두시면 여기에서 알려 드려요."


class BadPin(BadInput):
    code = "pin.bad"
    message = "PIN은 숫자 4자리에서 12자리까지예요."


class BadEvent(BadInput):
    code = "link.bad_event"
    message = "지점에서 온 소식의 모양이 맞지 않아요."


class BadPeriod(BadInput):
    code = "statistics.bad_period"
    message = "날짜를 다시 골라 주세요. 시작하는 날이 먼저이고, 한 번에 1년까지 볼 수 있어요."


class AccessDenied(MaruError):
    code = "access.denied"
    status = 403
    message = "이 화면은 권한이 있는 분만 볼 수 있어요."


class NoVisit(AccessDenied):
    """A visitor's page without a visit: it was forgotten, or is of another day."""

    message = "이어 가던 방문이 없어요. 지점의 QR을 다시 찍거나 받으신 링크를 다시 열어 주세요."


class PinWrong(BadInput):
    code = "pin.wrong"
    message = "아이디나 PIN이 맞지 않아요. 다시 눌러 주세요."


class PinLocked(MaruError):
    code = "pin.locked"
    status = 429
    message = "PIN을 다섯 번 잘못 누르셨어요. 1분 뒤에 다시 해 주세요."


class BranchUnreachable(MaruError):
    code = "branch.unreachable"
    status = 503
    message = "지금 지점과 연결이 끊겼어요. 잠시 뒤에 다시 해 주세요."


class NotFound(MaruError):
    code = "page.not_found"
    status = 404
    message = "찾으시는 것이 여기에 없어요."


class CodeUnknown(NotFound):
    code = "code.unknown"
    message = "이 코드를 찾을 수 없어요. 키오스크에서 새 QR을 받아 주세요."


class TicketNotFound(NotFound):
    code = "ticket.not_found"
    message = "번호표를 찾을 수 없어요."


class AppointmentNotFound(NotFound):
    code = "appointment.not_found"
    message = "예약을 찾을 수 없어요. 번호나 주소를 다시 확인해 주세요."


class ConsultNotFound(NotFound):
    code = "consult.not_found"
    message = "상담을 찾을 수 없어요. 처음부터 다시 신청해 주세요."


class InvitationUnknown(NotFound):
    code = "guest.unknown"
    message = "이 초대 주소를 찾을 수 없어요. 초대하신 분께 새 주소를 받아 주세요."


class LinkUnknown(NotFound):
    code = "sign_in.unknown"
    message = "로그인 주소가 맞지 않아요. 관리자에게 새 주소를 받아 주세요."


class Conflict(MaruError):
    code = "state.conflict"
    status = 409
    message = "그 사이에 다른 일이 있었어요. 화면을 새로 보고 다시 해 주세요."


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


class WrongState(Conflict):
    code = "state.wrong"
    message = "지금은 할 수 없는 일이에요. 화면을 새로 보고 다시 해 주세요."


class RecordingRequired(Conflict):
    code = "consent.required"
    message = "이 상담은 은행이 꼭 녹화해야 해요. 녹화를 원하지 않으시면 창구에서 번호표를 받아 만나 주세요."


class ServiceClosed(Conflict):
    code = "service.closed"
    message = "이 업무는 지금 번호표를 받지 않아요. 다른 업무를 고르시거나 직원을 불러 주세요."


class DayClosed(Conflict):
    code = "appointment.day_closed"
    message = "쉬는 날이라 예약을 받지 않아요. 다른 날을 골라 주세요."


class SlotFull(Conflict):
    code = "appointment.full"
    message = "방금 다른 분이 마지막 자리를 예약하셨어요. 다른 시간을 골라 주세요."


class BookedAlready(Conflict):
    code = "appointment.already"
    message = "이미 예약하신 시간이 있어요. 그 예약에서 시간을 바꾸실 수 있어요."


class TooEarly(Conflict):
    code = "appointment.too_early"
    message = "예약 시간 %(minutes)s분 전부터 들어오실 수 있어요. 그때 이 주소를 다시 열어 주세요."


class TimeNotOffered(Conflict):
    code = "appointment.not_offered"
    message = "이 시간은 예약할 수 없어요. 화면에 있는 시간을 골라 주세요."


class AlreadySurveyed(Conflict):
    code = "survey.already_given"
    message = "이미 답해 주셨어요. 고맙습니다."


class NobodyWaiting(Conflict):
    code = "queue.empty"
    message = "지금 기다리시는 분이 없어요."


class DeskClosed(Conflict):
    code = "desk.closed"
    message = "창구가 쉬고 있어요. 먼저 창구를 열어 주세요."


class NothingToUndo(Conflict):
    code = "desk.nothing_to_undo"
    message = "되돌릴 일이 없어요."


class SequenceGap(Conflict):
    code = "link.gap"
    message = "지점 소식이 순서를 건너뛰었어요."


class NewerEvent(Conflict):
    code = "link.newer"
    message = "지점이 본부보다 새 버전이에요. 본부를 올린 뒤에 이어서 받을게요."


class Gone(MaruError):
    code = "page.gone"
    status = 410
    message = "시간이 지나 더는 쓸 수 없어요."


class CodeUsed(Gone):
    code = "code.used"
    message = "이미 쓴 QR이에요. 키오스크에서 새 QR을 받아 주세요."


class CodeExpired(Gone):
    code = "code.expired"
    message = "10분이 지나 QR이 닫혔어요. 키오스크에서 새 QR을 받아 주세요."


class LinkUsed(Gone):
    code = "sign_in.used"
    message = "이미 썼거나 시간이 지난 로그인 주소예요. 관리자에게 새 주소를 받아 주세요."


class TooLate(Gone):
    code = "ticket.too_late"
    message = "돌아올 수 있는 시간이 지났어요. 번호표를 새로 뽑아 주세요."


class TicketOfAnotherDay(Gone):
    code = "ticket.other_day"
    message = "지난 날의 번호표예요. 오늘 번호표를 새로 받아 주세요."


class DoorCodeExpired(Gone):
    code = "door.expired"
    message = "지점 화면의 QR이 바뀌었어요. 화면의 QR을 다시 찍어 주세요."


class InvitationExpired(Gone):
    code = "guest.expired"
    message = "초대한 지 오래되어 주소가 닫혔어요. 초대하신 분께 새 주소를 받아 주세요."


class GuestRemoved(Gone):
    code = "guest.removed"
    message = "초대가 끝난 상담이에요. 더 하실 말씀이 있으면 초대하신 분께 알려 주세요."


class SlotPast(Gone):
    code = "appointment.past"
    message = "이미 지난 시간이에요. 다른 시간을 골라 주세요."


class AppointmentOver(Gone):
    code = "appointment.over"
    message = "이미 오셨거나 지나간 예약이에요. 오늘 오셨다면 번호표를 받아 주세요."


class ConsultTimeOver(Gone):
    code = "appointment.time_over"
    message = "이 예약은 이미 끝났어요. 새 시간을 예약하시거나 지금 상담을 신청해 주세요."


class ConsultOver(Gone):
    code = "consult.over"
    message = "이 상담은 끝났어요."
