"""Devices in words a teller can act on: what is the matter, and what to do; keys of the catalogues."""

from branch.devices.health import Sense, State
from branch.devices.models import DeviceKind

KINDS: dict[str, str] = {
    DeviceKind.KIOSK: "키오스크",
    DeviceKind.DISPLAY: "대기 화면",
    DeviceKind.DESK: "창구 컴퓨터",
}
STATES: dict[str, str] = {
    State.OK: "잘 돌아가요",
    State.ATTENTION: "살펴봐 주세요",
    State.SILENT: "소식이 없어요",
    State.NEW: "아직 열리지 않았어요",
}
SENSES: dict[str, str] = {
    Sense.OK: "있어요",
    Sense.MISSING: "없어요",
    Sense.DENIED: "막혀 있어요",
    Sense.UNKNOWN: "몰라요",
}
PAPER: dict[str, str] = {
    "ok": "있어요",
    "low": "조금 남았어요",
    "out": "없어요",
    "unknown": "몰라요",
}
# What is the matter, and what to do now.
TROUBLES: dict[str, tuple[str, str]] = {
    "new": ("화면이 아직 열리지 않았어요.", "기기 화면을 켜 두면 곧 여기에 나타나요."),
    "silent": (
        "1분 넘게 소식이 없어요.",
        "화면이 켜져 있는지, 네트워크 선이 꽂혀 있는지 봐 주세요. 그래도 안 되면 기기를 껐다 켜 주세요.",
    ),
    "agent_off": (
        "장치 프로그램이 답하지 않아요.",
        "기기를 껐다 켜 주세요. 그동안 번호는 화면에만 나와요.",
    ),
    "paper_out": (
        "번호표 종이가 없어요.",
        "뚜껑을 열고 새 두루마리를 넣어 주세요. 기다리던 번호표는 저절로 나와요.",
    ),
    "paper_low": ("번호표 종이가 얼마 안 남았어요.", "새 두루마리를 가까이 두어 주세요."),
    "cover_open": ("프린터 뚜껑이 열려 있어요.", "뚜껑을 꼭 닫아 주세요."),
    "printer_off": (
        "프린터가 답하지 않아요.",
        "전원과 선을 봐 주세요. 다시 켜지면 기다리던 번호표는 저절로 나와요.",
    ),
    "disk_low": ("저장할 자리가 얼마 안 남았어요.", "관리자에게 알려 주세요."),
    "camera_missing": (
        "카메라가 보이지 않아요.",
        "카메라 선을 다시 꽂아 주세요. 거울과 영상 상담만 쉬어요.",
    ),
    "camera_denied": ("카메라를 쓸 수 없게 막혀 있어요.", "브라우저 설정에서 카메라를 허용해 주세요."),
    "microphone_missing": ("마이크가 보이지 않아요.", "마이크 선을 다시 꽂아 주세요. 영상 상담만 쉬어요."),
    "microphone_denied": ("마이크를 쓸 수 없게 막혀 있어요.", "브라우저 설정에서 마이크를 허용해 주세요."),
    "version_old": ("예전 버전의 화면이에요.", "화면을 새로 열어 주세요."),
}
# Why a slip waits, by the code that the device agent gave.
DELAYS: dict[str, str] = {
    "printer.paper_out": "종이를 기다려요",
    "printer.cover_open": "뚜껑이 열려 있어요",
    "printer.interrupted": "찍다가 멈췄어요. 다시 나오는 종이에는 재출력이라고 적혀요",
    "printer.denied": "프린터를 쓸 권한이 없어요. 관리자에게 알려 주세요",
    "printer.driver_missing": "프린터에 필요한 프로그램이 없어요. 관리자에게 알려 주세요",
    "agent.unreachable": "장치 프로그램을 기다려요",
}
DELAYED = "프린터를 기다려요"
PRACTICES: dict[str, str] = {
    "ok": "모두 괜찮아요",
    "paper_low": "종이가 얼마 안 남음",
    "paper_out": "종이 없음",
    "cover_open": "뚜껑 열림",
    "unplugged": "선이 빠짐",
    "torn": "찍다가 멈춤",
}
