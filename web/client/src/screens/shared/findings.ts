// What the check of a line found, in a sentence that says what to do now.
import type { LineFault } from "../../call/check";
import { t } from "../../i18n";

const LINE_FAULTS: Readonly<Record<LineFault, () => string>> = {
  slow: () => t("조금 느려요. 와이파이에 가까이 가면 나아져요."),
  unreachable: () => t("지점에 닿지 않아요. 인터넷 연결을 확인하고 다시 눌러 주세요."),
  "no-node": () => t("지금은 영상을 잇는 곳이 답하지 않아요. 잠시 뒤에 다시 확인해 주세요."),
  full: () => t("지금은 영상 상담 자리가 모두 찼어요. 자리가 나면 이어져요."),
  "no-udp": () => t("이 네트워크는 영상이 바로 가는 길(UDP)을 막고 있어요. 돌아가는 길로 이어지니 조금 느릴 수 있어요."),
  "some-relays": () => t("돌아가는 길의 일부가 막혀 있어요. 나머지 길로 이어지니 괜찮아요."),
  "no-relay": () => t("돌아가는 길이 막혀 있어요. 바로 가는 길이 열려 있으면 괜찮아요."),
  "no-route": () => t("이 네트워크에서는 영상이 지나갈 수 없어요. 다른 와이파이나 휴대폰 데이터로 바꿔 주세요."),
};

export function isLineFault(cause: string): cause is LineFault {
  return cause in LINE_FAULTS;
}

export function lineSentence(fault: LineFault): string {
  return LINE_FAULTS[fault]();
}
