"""What can go wrong about a number and at a desk.

MaruError
├── NotFound            404
│   └── TicketNotFound        ticket.not_found
├── Conflict            409
│   ├── ServiceClosed         service.closed
│   ├── NobodyWaiting         queue.empty
│   ├── DeskClosed            desk.closed
│   └── NothingToUndo         desk.nothing_to_undo
└── Gone                410
    ├── TooLate               ticket.too_late
    ├── TicketOfAnotherDay    ticket.other_day
    └── DoorCodeExpired       door.expired
"""

from branch.errors import Conflict, Gone, NotFound


class TicketNotFound(NotFound):
    code = "ticket.not_found"
    message = "번호표를 찾을 수 없어요."


class ServiceClosed(Conflict):
    code = "service.closed"
    message = "이 업무는 지금 번호표를 받지 않아요. 다른 업무를 고르시거나 직원을 불러 주세요."


class NobodyWaiting(Conflict):
    code = "queue.empty"
    message = "지금 기다리시는 분이 없어요."


class DeskClosed(Conflict):
    code = "desk.closed"
    message = "창구가 쉬고 있어요. 먼저 창구를 열어 주세요."


class CustomerAtDesk(Conflict):
    code = "desk.customer_here"
    message = "손님이 창구에 계세요. 마치신 뒤에 쉬거나 닫을 수 있어요."


class NothingToUndo(Conflict):
    code = "desk.nothing_to_undo"
    message = "되돌릴 일이 없어요."


class TooLate(Gone):
    code = "ticket.too_late"
    message = "돌아올 수 있는 시간이 지났어요. 번호표를 새로 뽑아 주세요."


class TicketOfAnotherDay(Gone):
    code = "ticket.other_day"
    message = "지난 날의 번호표예요. 오늘 번호표를 새로 받아 주세요."


class DoorCodeExpired(Gone):
    code = "door.expired"
    message = "지점 화면의 QR이 바뀌었어요. 화면의 QR을 다시 찍어 주세요."
