"""What can go wrong between a device and its branch.

MaruError
├── BadInput
│   └── BadPlace            400   device.bad_place       kind, place or number cannot be
├── PairingLocked           429   device.locked          five wrong codes in a row
├── DeviceUnpaired          403   device.unpaired        no key, where one is required
├── DeviceRevoked           403   device.revoked         its key was taken back
├── NotFound
│   ├── PairingUnknown      404   device.code_unknown    no screen shows this code
│   └── DeviceNotFound      404   device.not_found
├── Conflict
│   └── PlaceTaken          409   device.place_taken     another device of this kind has the number
└── Gone
    └── PairingExpired      410   device.code_expired    older than ten minutes, or used up
"""

from branch.errors import BadInput, Conflict, Gone, MaruError, NotFound


class BadPlace(BadInput):
    code = "device.bad_place"
    message = "기기의 종류와 자리, 1에서 99 사이의 번호를 적어 주세요."


class PairingLocked(MaruError):
    code = "device.locked"
    status = 429
    message = "코드를 다섯 번 잘못 넣으셨어요. 5분 뒤에 다시 해 주세요."


class DeviceUnpaired(MaruError):
    code = "device.unpaired"
    status = 403
    message = "이 기기는 아직 등록되지 않았어요. 직원에게 말씀해 주세요."


class DeviceRevoked(MaruError):
    code = "device.revoked"
    status = 403
    message = "이 기기는 쓰지 않기로 했어요. 옆 기기를 쓰시거나 직원에게 말씀해 주세요."


class PairingUnknown(NotFound):
    code = "device.code_unknown"
    message = "이 코드를 보여 주는 기기가 없어요. 화면의 일곱 글자를 다시 확인해 주세요."


class DeviceNotFound(NotFound):
    code = "device.not_found"
    message = "그런 기기가 없어요. 화면을 새로 보고 다시 해 주세요."


class PlaceTaken(Conflict):
    code = "device.place_taken"
    message = "그 번호를 쓰는 기기가 이미 있어요. 다른 번호를 적거나 먼저 그 기기의 등록을 풀어 주세요."


class PairingExpired(Gone):
    code = "device.code_expired"
    message = "10분이 지났거나 이미 쓴 코드예요. 기기 화면에 새로 나온 코드를 넣어 주세요."
