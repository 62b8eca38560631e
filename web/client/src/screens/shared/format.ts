// Numbers as people read them: durations and wait ranges.
import { t } from "../../i18n";
import type { WaitRange } from "../../protocol/types";

/** Milliseconds as 4:07, or 1:04:07 after an hour; never negative, since two clocks may differ. */
export function duration(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (value: number) => String(value).padStart(2, "0");
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** A wait range in words; the same on both ends is one number, and one that begins now is no promise to the minute. */
export function waitRange([from, to]: WaitRange): string {
  if (to <= 1) return t("곧");
  if (from === 0) return t("대개 {to}분 안에", { to });
  return from === to ? t("약 {to}분", { to }) : t("{from}~{to}분", { from, to });
}
