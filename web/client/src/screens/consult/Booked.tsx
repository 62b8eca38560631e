// What a booked time means for whoever waits, and a way to book one where nobody is there.
import type { BookedTime, ConsultView } from "../../protocol/types";
import { t } from "../../i18n";
import { Icon } from "../shared/Icon";
import type { ConsultRoom } from "./room";

const TURNS: Readonly<Record<BookedTime["turn"], (time: string) => string>> = {
  first: (time) => t("{time} 예약이세요. 먼저 모실게요.", { time }),
  early: (time) => t("{time} 예약이세요. 시간이 되면 먼저 모시고, 그 전에 차례가 오면 바로 모셔요.", { time }),
  late: (time) => t("{time} 예약 시간이 지나 들어오신 순서대로 모실게요.", { time }),
};

/** When it will be the turn of somebody who has booked. */
export function Turn({ booked }: { readonly booked: BookedTime }) {
  return (
    <p class="notice notice-remote" role="status" data-booked={booked.turn}>
      <Icon name="clock" /> <span>{TURNS[booked.turn](booked.time)}</span>
    </p>
  );
}

/** No dead end: who finds nobody there may book a time, or wait all the same. */
export function NobodyThere({ room, view }: { readonly room: ConsultRoom; readonly view: ConsultView }) {
  if (view.staffed || view.booked) return null;
  return (
    <div class="notice notice-remote nobody-there" role="status" data-nobody>
      <Icon name="clock" />
      <span>{t("지금은 자리에 있는 상담사가 없어요. 기다리시거나 시간을 정해 예약하실 수 있어요.")}</span>
      <button type="button" class="button button-quiet button-small" data-action="book" disabled={room.busy} onClick={() => void room.book()}>
        {t("시간을 정해 예약하기")}
      </button>
    </div>
  );
}
