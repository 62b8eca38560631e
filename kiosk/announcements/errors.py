"""What may go wrong with a voice; a call without one is still a chime and a caption.

MaruError
└── VoiceUnavailable    503   voice.unavailable   nobody here can speak this sentence now
"""

from branch.errors import MaruError


class VoiceUnavailable(MaruError):
    """There is no program that speaks, or it failed, or it took too long."""

    code = "voice.unavailable"
    status = 503
    message = "지금은 소리 내어 부르지 못해요. 화면의 번호를 봐 주세요."
