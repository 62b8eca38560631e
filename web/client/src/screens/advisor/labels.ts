// Short words of the console: languages and channels.
import { t } from "../../i18n";
import type { Channel, Delay } from "../../protocol/types";

const LANGUAGES: Readonly<Record<string, () => string>> = {
  ko: () => t("한국어"),
  en: () => t("영어"),
  zh: () => t("중국어"),
  ja: () => t("일본어"),
  vi: () => t("베트남어"),
  th: () => t("태국어"),
  fil: () => t("필리핀어"),
  ne: () => t("네팔어"),
};

export function languageLabel(code: string): string {
  return LANGUAGES[code]?.() ?? code;
}

export function channelLabel(channel: Channel): string {
  return channel === "kiosk" ? t("키오스크") : t("휴대폰");
}

const DELAYS: Readonly<Record<Delay, () => string>> = {
  full: () => t("영상 상담 자리가 모두 사용 중이에요. 자리가 나면 바로 받으실 수 있어요."),
  away: () => t("영상을 잇는 곳이 대답하지 않아요. 다시 이어지면 바로 받으실 수 있어요."),
};

/** Why nobody can be called in now. */
export function delayLabel(delay: Delay): string {
  return DELAYS[delay]();
}
