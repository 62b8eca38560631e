// What the manager's player calls people and gaps.
import type { Hole, Lane } from "../../recording/playlist";
import type { GuestRole } from "../../protocol/types";
import { t } from "../../i18n";
import { roleLabel } from "../shared/people";

const NAMES: Readonly<Record<string, () => string>> = { customer: () => t("손님"), advisor: () => t("상담사") };
const GUESTS: readonly string[] = ["companion", "interpreter", "expert", "supervisor"] satisfies GuestRole[];

export function personName(role: string): string {
  if (GUESTS.includes(role)) return roleLabel(role as GuestRole);
  return NAMES[role]?.() ?? t("함께한 분");
}

/** Whose gap it is. */
export function whose(gap: Hole, lanes: readonly Lane[]): string {
  if (gap.participant === null) return t("모두");
  const name = personName(lanes.find(({ participant }) => participant === gap.participant)?.role ?? "");
  return gap.screen ? t("{name}의 화면", { name }) : name;
}

const REASONS: Readonly<Record<string, () => string>> = {
  paused: () => t("녹화를 멈춘 동안이에요"),
  lost: () => t("연결이 약해 빠졌어요"),
  reconnect: () => t("연결을 다시 잇는 동안이에요"),
  nothing_sent: () => t("카메라나 마이크가 꺼져 있었어요"),
  no_keyframe: () => t("첫 화면을 기다리는 동안이에요"),
  restart: () => t("장치를 바꾸는 동안이에요"),
  overload: () => t("저장이 밀려 빠졌어요"),
  failed: () => t("저장하지 못했어요"),
  not_closed: () => t("녹화하던 곳이 멈춰 다른 곳에서 이어졌어요"),
  stopped: () => t("녹화하지 않은 동안이에요"),
};

export function reason(gap: Hole): string {
  return REASONS[gap.reason]?.() ?? t("녹화되지 않았어요");
}
