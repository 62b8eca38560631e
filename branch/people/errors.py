"""What can go wrong when somebody of the staff signs in.

MaruError
├── BadInput            400
│   ├── BadPin                pin.bad
│   └── PinWrong              pin.wrong
├── PinLocked           429   pin.locked
├── NotFound            404
│   └── LinkUnknown           sign_in.unknown
└── Gone                410
    └── LinkUsed              sign_in.used
"""

from branch.errors import BadInput, Gone, MaruError, NotFound


class BadPin(BadInput):
    code = "pin.bad"
    message = "PIN은 숫자 4자리에서 12자리까지예요."


class PinWrong(BadInput):
    code = "pin.wrong"
    message = "아이디나 PIN이 맞지 않아요. 다시 눌러 주세요."


class PinLocked(MaruError):
    code = "pin.locked"
    status = 429
    message = "PIN을 다섯 번 잘못 누르셨어요. 1분 뒤에 다시 해 주세요."


class LinkUnknown(NotFound):
    code = "sign_in.unknown"
    message = "로그인 주소가 맞지 않아요. 관리자에게 새 주소를 받아 주세요."


class LinkUsed(Gone):
    code = "sign_in.used"
    message = "이미 썼거나 시간이 지난 로그인 주소예요. 관리자에게 새 주소를 받아 주세요."
