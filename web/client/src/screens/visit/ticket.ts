// A ticket in the words of the phone: number, who is before, how long, where to go.
import { t } from "../../i18n";
import type { TicketView } from "../../protocol/types";
import { waitRange } from "../shared/format";

/** Texts by the name that an element asks for with `data-ticket`. */
export type TicketTexts = Readonly<Record<"number" | "service" | "ahead" | "wait" | "desk" | "line" | "kept" | "as_of", string>>;

/** What the page offers: the state, told apart where a state has two meanings for its holder (web/ticket_words.py). */
export type Mood = "on_the_way" | "late" | "waiting" | "called" | "out" | "out_late" | "parked" | "missed" | "given_back" | "referred" | "over";

type Line = (ticket: TicketView, zone: string) => string;

export function moodOf(ticket: TicketView): Mood {
  const { state } = ticket;
  const kept = isOpen(ticket.back_until);
  if (state === "parked" && ticket.out) return kept ? "out" : "out_late";
  if (state === "on_the_way" && !kept) return "late";
  if (state === "no_show" && kept) return "missed";
  if (state === "cancelled" && isOpen(ticket.undo_until)) return "given_back";
  if (state === "finished" && ticket.expert) return "referred";
  return state === "on_the_way" || state === "waiting" || state === "called" || state === "parked" ? state : "over";
}

/** The moment at which the mood changes by itself; null where only news changes it. */
export function turnsAt(ticket: TicketView): number | null {
  const mood = moodOf(ticket);
  if (mood === "given_back") return Date.parse(ticket.undo_until ?? "");
  return mood === "on_the_way" || mood === "out" || mood === "missed" ? Date.parse(ticket.back_until ?? "") : null;
}

const MOODS: Readonly<Partial<Record<Mood, Line>>> = {
  waiting: (ticket) => [aheadLine(ticket), ticket.wait ? waitRange(ticket.wait) : "", ticket.priority ? t("먼저 모실게요") : ""].filter(Boolean).join(" · "),
  called: ({ desk, recalls }) => [recalls > 0 ? t("번호를 한 번 더 불렀어요.") : "", deskLine(desk)].filter(Boolean).join(" "),
  on_the_way: ({ ahead }) => t("오시는 중이에요 · 내 앞 {count}명", { count: ahead }),
  late: () => t("자리를 지켜 드린 시간이 지났어요."),
  out: ({ back_until }, zone) => t("나가 계셔도 {time}까지 자리를 지켜 드려요.", { time: clockTime(back_until, zone) }),
  out_late: () => t("자리를 지켜 드린 시간이 지났어요."),
  parked: () => t("잠시 미뤄 두었어요. 준비되면 알려 주세요."),
  missed: ({ back_until }, zone) => t("번호를 불렀지만 못 만났어요. {time}까지 오시면 먼저 모실게요.", { time: clockTime(back_until, zone) }),
  given_back: () => t("번호표를 돌려주셨어요."),
  referred: ({ expert }) => t("{topic} 전문가에게 이어 드렸어요.", { topic: expert?.name ?? "" }),
};

const OVER: Readonly<Partial<Record<TicketView["state"], Line>>> = {
  finished: () => t("업무가 끝났어요."),
  cancelled: () => t("돌려주신 번호표예요."),
  no_show: () => t("순서가 지나갔어요. 창구 직원에게 말씀해 주세요."),
  expired: () => t("지난 날의 번호표예요."),
};

/** The words of a ticket; times are those on the clock of its branch, whose time zone is `zone` (IANA). */
export function ticketTexts(ticket: TicketView, zone: string): TicketTexts {
  const line = MOODS[moodOf(ticket)] ?? OVER[ticket.state];
  return {
    number: ticket.number,
    service: ticket.service,
    ahead: t("{count}명", { count: ticket.ahead }),
    wait: ticket.wait ? waitRange(ticket.wait) : "–",
    desk: ticket.desk ?? "",
    line: line ? line(ticket, zone) : "",
    kept: moodOf(ticket) === "on_the_way" ? t("{time}까지 자리를 지켜 드려요.", { time: clockTime(ticket.back_until, zone) }) : "",
    as_of: ticket.reachable ? "" : t("지점과 연결이 끊겼어요. 번호표는 그대로예요. {time}의 소식이에요.", { time: clockTime(ticket.as_of, zone) }),
  };
}

function deskLine(desk: string | null): string {
  return desk ? t("지금 {desk} 앞으로 와 주세요.", { desk }) : t("지금 창구로 와 주세요.");
}

function aheadLine({ ahead }: TicketView): string {
  return ahead === 0 ? t("다음 차례예요") : t("내 앞 {count}명", { count: ahead });
}

function isOpen(until: string | null): boolean {
  return until !== null && Date.parse(until) > Date.now();
}

function clockTime(at: string | null, zone: string): string {
  if (at === null) return "";
  return new Date(at).toLocaleTimeString("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit" });
}
