// Short words of the console: languages and channels.
import { t } from "../../i18n";
import type { Channel } from "../../protocol/types";

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
