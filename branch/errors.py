"""What a person may meet as an error, with a stable code and a sentence for them; the folders of `branch` have more.

MaruError
├── BadInput            400   what was sent cannot be understood
│   ├── BadAnswer             quiz.bad_answer
│   ├── BadScore              survey.bad_score
│   ├── BadText               text.too_long
│   ├── BadPhone              contact.bad_phone
│   ├── BadSubscription       push.bad
│   └── BadPeriod             statistics.bad_period
├── AccessDenied        403   access.denied
│   └── NoVisit               access.denied
├── NotFound            404   ...not_found
│   └── CodeUnknown           code.unknown
├── Conflict            409   somebody else was first, or the order of things is wrong
│   ├── WrongState            state.wrong
│   └── AlreadySurveyed       survey.already_given
└── Gone                410   it was there, and its time is over
    ├── CodeUsed              code.used
    └── CodeExpired           code.expired

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


class NotFound(MaruError):
    code = "page.not_found"
    status = 404
    message = "찾으시는 것이 여기에 없어요."


class CodeUnknown(NotFound):
    code = "code.unknown"
    message = "이 코드를 찾을 수 없어요. 키오스크에서 새 QR을 받아 주세요."


class Conflict(MaruError):
    code = "state.conflict"
    status = 409
    message = "그 사이에 다른 일이 있었어요. 화면을 새로 보고 다시 해 주세요."


class WrongState(Conflict):
    code = "state.wrong"
    message = "지금은 할 수 없는 일이에요. 화면을 새로 보고 다시 해 주세요."


class AlreadySurveyed(Conflict):
    code = "survey.already_given"
    message = "이미 답해 주셨어요. 고맙습니다."


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
