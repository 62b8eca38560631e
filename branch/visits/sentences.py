"""The thread in words: one sentence for each kind of event, in the language of whoever helps the customer next."""

from branch.visits.models import EventKind

# Keys of the catalogues; the places are filled from `values_of` by whoever renders the thread.
SENTENCES: dict[str, str] = {
    EventKind.VISIT_OPENED: "방문을 시작했어요.",
    EventKind.LANGUAGE_CHOSEN: "화면 언어를 %(language)s(으)로 골랐어요.",
    EventKind.QUIZ_FINISHED: "금융 유형 검사에서 ‘%(type)s’ 유형이 나왔어요.",
    EventKind.TICKET_ISSUED: "%(service)s 번호표 %(number)s번을 받았어요.",
    EventKind.TICKET_CALLED: "번호표 %(number)s번이 %(desk)s에서 불렸어요.",
    EventKind.TICKET_FINISHED: "번호표 %(number)s번 업무가 끝났어요.",
    EventKind.TICKET_NO_SHOW: "번호표 %(number)s번을 불렀지만 오지 않았어요.",
    EventKind.TICKET_CANCELLED: "번호표 %(number)s번을 돌려주었어요.",
    EventKind.TICKET_RECALLED: "번호표 %(number)s번을 한 번 더 불렀어요.",
    EventKind.TICKET_PARKED: "번호표 %(number)s번을 잠시 미뤄 두었어요.",
    EventKind.TICKET_RETURNED: "번호표 %(number)s번이 다시 줄의 앞으로 왔어요.",
    EventKind.TICKET_TRANSFERRED: "번호표 %(number)s번을 %(place)s(으)로 옮겨 드렸어요.",
    EventKind.TICKET_REFERRED: "%(topic)s 전문가와 이어 가시도록 안내했어요.",
    EventKind.TICKET_PRIORITY: "먼저 모실 이유를 고쳤어요.",
    EventKind.TICKET_EXPIRED: "하루가 끝나 번호표 %(number)s번이 닫혔어요.",
    EventKind.TICKET_UNDONE: "번호표 %(number)s번의 마지막 처리를 되돌렸어요.",
    EventKind.NOTE_WRITTEN: "창구 직원이 메모를 남겼어요.",
    EventKind.CODE_CLAIMED: "방문을 휴대폰으로 이어 갔어요.",
    EventKind.PERSON_CALLED: "직원을 불렀어요.",
    EventKind.PERSON_CAME: "직원이 도와드리러 갔어요.",
    EventKind.CONSULT_REQUESTED: "%(topic)s 상담을 신청했어요.",
    EventKind.CONSENT_GIVEN: "상담 녹화에 동의했어요.",
    EventKind.CONSENT_REFUSED: "녹화 없이 상담하기로 했어요.",
    EventKind.CONSULT_WAITING: "기기 점검을 마치고 기다리고 있어요.",
    EventKind.CONSULT_ACCEPTED: "상담사가 상담을 받았어요.",
    EventKind.CONSULT_LIVE: "서로 보고 들으며 상담을 시작했어요.",
    EventKind.CONSULT_ENDED: "영상 상담이 끝났어요.",
    EventKind.CONSULT_CLOSED: "상담 내용을 정리했어요.",
    EventKind.CONSULT_CANCELLED: "상담 신청을 거두었어요.",
    EventKind.SURVEY_ANSWERED: "의견을 남겼어요.",
    EventKind.VISIT_CLOSED: "키오스크에서 일을 마쳤어요.",
}
