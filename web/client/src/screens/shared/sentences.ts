// What a fault or an error means to the person on the page, and what to do now.
import type { DeviceFault } from "../../call/devices";
import type { Medium } from "../../call/peer";
import { CentreUnreachable, type RequestFailed } from "../../protocol/errors";
import { t } from "../../i18n";

type Sentence = () => string;

const DEVICE_FAULTS: Readonly<Record<Medium, Readonly<Record<DeviceFault, Sentence>>>> = {
  video: {
    blocked: () => t("카메라가 막혀 있어요. 주소창의 자물쇠를 눌러 허용해 주세요."),
    missing: () => t("카메라를 찾지 못했어요. 목소리만으로도 상담할 수 있어요."),
    busy: () => t("다른 프로그램이 카메라를 쓰고 있어요. 그 프로그램을 닫고 다시 눌러 주세요."),
    insecure: () => t("이 주소에서는 카메라를 켤 수 없어요. https로 시작하는 주소로 열어 주세요."),
  },
  audio: {
    blocked: () => t("마이크가 막혀 있어요. 주소창의 자물쇠를 눌러 허용해 주세요."),
    missing: () => t("마이크를 찾지 못했어요. 마이크를 연결하고 다시 눌러 주세요."),
    busy: () => t("다른 프로그램이 마이크를 쓰고 있어요. 그 프로그램을 닫고 다시 눌러 주세요."),
    insecure: () => t("이 주소에서는 마이크를 켤 수 없어요. https로 시작하는 주소로 열어 주세요."),
  },
};

const ERRORS: Readonly<Record<string, Sentence>> = {
  "media.unreachable": () => t("영상을 잇는 곳에 연결하지 못했어요."),
  "media.full": () => t("지금은 영상 상담 자리가 모두 찼어요."),
  "media.lost": () => t("영상 연결이 끊어졌어요."),
  "media.bad_offer": () => t("이 브라우저로는 영상을 이을 수 없어요. 다른 브라우저로 열어 주세요."),
  "centre.unreachable": () => t("인터넷 연결을 확인해 주세요."),
  "consult.taken": () => t("다른 분이 먼저 이 상담에 들어왔어요."),
  "consult.elsewhere": () => t("다른 창에서 이 상담에 참여하고 있어요."),
  "consult.over": () => t("이미 끝난 상담이에요."),
  "consult.not_found": () => t("상담을 찾지 못했어요."),
  "access.denied": () => t("이 상담에 들어갈 수 없어요. 처음부터 다시 열어 주세요."),
};

export function deviceSentence(medium: Medium, fault: DeviceFault): string {
  return DEVICE_FAULTS[medium][fault]();
}

/** At a kiosk nobody but the branch can put a device right. */
export function kioskDeviceSentence(medium: Medium): string {
  return medium === "video" ? t("카메라를 쓸 수 없어요. 목소리로 상담하시거나 직원을 불러 주세요.") : t("마이크를 쓸 수 없어요. 직원을 불러 주세요.");
}

/** Our own sentence where we have one, since it fits the screen; else the server's, which is in the reader's language. */
export function errorSentence(error: RequestFailed): string {
  return ERRORS[error.code]?.() ?? (error.message && !(error instanceof CentreUnreachable) ? error.message : t("잠시 뒤에 다시 시도해 주세요."));
}
