"""What can go wrong about a booked time.

MaruError
├── NotFound            404
│   └── AppointmentNotFound   appointment.not_found
├── Conflict            409
│   ├── DayClosed             appointment.day_closed
│   ├── SlotFull              appointment.full
│   ├── BookedAlready         appointment.already
│   ├── TooEarly              appointment.too_early
│   └── TimeNotOffered        appointment.not_offered
└── Gone                410
    ├── SlotPast              appointment.past
    ├── AppointmentOver       appointment.over
    └── ConsultTimeOver       appointment.time_over
"""

from branch.errors import Conflict, Gone, NotFound


class AppointmentNotFound(NotFound):
    code = "appointment.not_found"
    message = "예약을 찾을 수 없어요. 번호나 주소를 다시 확인해 주세요."


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


class SlotPast(Gone):
    code = "appointment.past"
    message = "이미 지난 시간이에요. 다른 시간을 골라 주세요."


class AppointmentOver(Gone):
    code = "appointment.over"
    message = "이미 오셨거나 지나간 예약이에요. 오늘 오셨다면 번호표를 받아 주세요."


class ConsultTimeOver(Gone):
    code = "appointment.time_over"
    message = "이 예약은 이미 끝났어요. 새 시간을 예약하시거나 지금 상담을 신청해 주세요."
