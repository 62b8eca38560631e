// Third column: the visit so far, so that nothing is asked twice.
import { CALL_STATES, type AdvisorConsult, type ThreadEntry } from "../../protocol/types";
import { t } from "../../i18n";
import { waitRange } from "../shared/format";
import { Icon } from "../shared/Icon";
import { Guests } from "./Guests";
import type { AdvisorRoom } from "./room";

export function ThreadColumn({ room }: { readonly room: AdvisorRoom }) {
  const { mine } = room;
  return (
    <section class="console-thread panel" aria-label={t("방문 흐름")}>
      <header class="panel-head">
        <h2>{t("방문 흐름")}</h2>
      </header>
      {mine && CALL_STATES.includes(mine.state) && <Guests key={mine.id} room={room} consult={mine} />}
      {mine ? <Visit consult={mine} /> : <Nobody />}
    </section>
  );
}

function Nobody() {
  return (
    <div class="empty">
      <Icon name="paper" />
      <p>{t("손님을 받으면 오늘 무엇을 하셨는지 여기에 보여요.")}</p>
    </div>
  );
}

function Visit({ consult }: { readonly consult: AdvisorConsult }) {
  return (
    <div class="thread-visit" tabIndex={0} role="group" aria-label={t("방문 흐름")}>
      {consult.type && <TypeOf type={consult.type} />}
      {consult.ticket && <TicketOf ticket={consult.ticket} />}
      <ol class="thread">
        {consult.thread.map((entry, index) => (
          <Entry key={index} entry={entry} />
        ))}
      </ol>
    </div>
  );
}

function TypeOf({ type }: { readonly type: NonNullable<AdvisorConsult["type"]> }) {
  return (
    <div class="thread-type">
      <img class="character character-small" src={`/static/characters/${type.slug}.svg`} alt="" />
      <div>
        <strong>{type.name}</strong>
        <p class="small mute">{type.line}</p>
        <p class="small mute">{t("재미로 본 유형이에요. 가입 판단에는 쓰지 않아요.")}</p>
      </div>
    </div>
  );
}

function TicketOf({ ticket }: { readonly ticket: NonNullable<AdvisorConsult["ticket"]> }) {
  const wait = ticket.wait ? ` · ${waitRange(ticket.wait)}` : "";
  return (
    <p class="thread-ticket">
      <Icon name="ticket" /> <strong class="number">{ticket.number}</strong> <span>{ticket.service}</span>
      <span class="mute">{t("앞에 {count}명", { count: ticket.ahead }) + wait}</span>
    </p>
  );
}

function Entry({ entry }: { readonly entry: ThreadEntry }) {
  const at = new Date(entry.at);
  return (
    <li data-kind={entry.kind.split(".")[0]}>
      <time class="number" dateTime={entry.at}>
        {at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hour12: false })}
      </time>
      <span>{entry.text}</span>
    </li>
  );
}
