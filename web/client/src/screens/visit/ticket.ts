// A ticket in the words of the phone: number, who is before, how long, where to go.
import { t } from "../../i18n";
import type { TicketView } from "../../protocol/types";
import { waitRange } from "../shared/format";

/** Texts by the name that an element asks for with `data-ticket`. */
export type TicketTexts = Readonly<Record<"number" | "service" | "ahead" | "wait" | "desk" | "line" | "as_of", string>>;

type Line = (ticket: TicketView) => string;

const LINES: Readonly<Record<TicketView["state"], Line>> = {
  waiting: (ticket) => [aheadLine(ticket), ticket.wait ? waitRange(ticket.wait) : "", ticket.priority ? t("먼저 모실게요") : ""].filter(Boolean).join(" · "),
  called: ({ desk, recalls }) => [recalls > 0 ? t("번호를 한 번 더 불렀어요.") : "", deskLine(desk)].filter(Boolean).join(" "),
  parked: () => t("잠시 미뤄 두었어요. 준비되면 창구 직원에게 말씀해 주세요."),
  finished: () => t("업무가 끝났어요."),
  cancelled: () => t("취소한 번호표예요."),
  no_show: ({ back_until }) => backLine(back_until),
  expired: () => t("지난 날의 번호표예요."),
};

export function ticketTexts(ticket: TicketView): TicketTexts {
  return {
    number: ticket.number,
    service: ticket.service,
    ahead: t("{count}명", { count: ticket.ahead }),
    wait: ticket.wait ? waitRange(ticket.wait) : "–",
    desk: ticket.desk ?? "",
    line: LINES[ticket.state](ticket),
    as_of: ticket.reachable ? "" : t("지점과 연결이 끊겨 {time}의 소식이에요.", { time: clockTime(ticket.as_of) }),
  };
}

function deskLine(desk: string | null): string {
  return desk ? t("지금 {desk} 앞으로 와 주세요.", { desk }) : t("지금 창구로 와 주세요.");
}

function backLine(until: string | null): string {
  if (until === null || Date.parse(until) < Date.now()) return t("순서가 지나갔어요. 창구 직원에게 말씀해 주세요.");
  return t("번호를 불렀지만 못 만났어요. {time}까지 창구에 말씀하시면 먼저 모실게요.", { time: clockTime(until) });
}

function aheadLine({ ahead }: TicketView): string {
  return ahead === 0 ? t("다음 차례예요") : t("내 앞 {count}명", { count: ahead });
}

function clockTime(at: string): string {
  return new Date(at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hour12: false });
}
