// First column: who waits, for what, how long, in which language, and who comes today by appointment.
import type { WaitingConsult } from "../../protocol/types";
import { t } from "../../i18n";
import { duration } from "../shared/format";
import { useNow } from "../shared/hooks";
import { Icon } from "../shared/Icon";
import { topicIcon } from "../shared/topics";
import { Bookings } from "./Bookings";
import { channelLabel, delayLabel, languageLabel } from "./labels";
import type { AdvisorRoom } from "./room";

const LONG = 10 * 60_000; // ms after which a wait is marked

export function WaitingColumn({ room }: { readonly room: AdvisorRoom }) {
  const now = useNow();
  const delay = room.waiting.find((consult) => consult.delay)?.delay ?? null;
  return (
    <section class="console-waits panel" aria-label={t("기다리는 손님")}>
      <header class="panel-head">
        <h2>{t("기다리는 손님")}</h2>
        <span class="badge number" data-waiting={room.waiting.length}>
          {t("{count}명", { count: room.waiting.length })}
        </span>
      </header>
      {delay && (
        <p class="notice notice-attention" role="status" data-delay={delay}>
          <Icon name="clock" /> <span>{delayLabel(delay)}</span>
        </p>
      )}
      {room.waiting.length === 0 && (
        <div class="empty">
          <Icon name="people" />
          <p>{t("지금 기다리는 손님이 없어요. 오시면 여기에 바로 보여요.")}</p>
        </div>
      )}
      <ol class="waits">
        {room.waiting.map((consult, index) => (
          <Wait key={consult.id} consult={consult} first={index === 0} room={room} now={now} />
        ))}
      </ol>
      <Bookings room={room} />
    </section>
  );
}

interface WaitProps {
  readonly consult: WaitingConsult;
  readonly first: boolean;
  readonly room: AdvisorRoom;
  readonly now: number;
}

function Wait({ consult, first, room, now }: WaitProps) {
  const waited = now - Date.parse(consult.waiting_since);
  const about = [consult.type, languageLabel(consult.language), channelLabel(consult.channel)].filter(Boolean).join(" · ");
  return (
    <li class="wait" data-consult={consult.id} data-long={waited > LONG ? "" : undefined}>
      <span class="wait-face">
        <Icon name={topicIcon(consult.topic.slug)} />
      </span>
      <strong>{consult.topic.name}</strong>
      <span>{about}</span>
      {consult.reason && <span class="wait-reason">{consult.reason}</span>}
      <time class="wait-time number">{duration(waited)}</time>
      <button
        type="button"
        class={`button button-small ${first ? "button-main" : "button-quiet"}`}
        data-action="accept"
        disabled={!room.free || consult.delay !== null}
        onClick={() => void room.accept(consult.id)}
      >
        {t("받기")}
        {first && room.free && !consult.delay && <kbd class="key">1</kbd>}
      </button>
    </li>
  );
}
