// Beneath the line: who comes today by appointment, so that nobody is a surprise.
import type { Booking } from "../../protocol/types";
import { t } from "../../i18n";
import { Icon } from "../shared/Icon";
import { languageLabel } from "./labels";
import type { AdvisorRoom } from "./room";

const STATES: Readonly<Record<Booking["state"], () => string>> = {
  booked: () => t("오실 예정"),
  here: () => t("들어오셨어요"),
  kept: () => t("상담했어요"),
  missed: () => t("못 만났어요"),
};

export function Bookings({ room }: { readonly room: AdvisorRoom }) {
  const { bookings } = room;
  return (
    <section class="panel bookings" aria-label={t("오늘 예약")}>
      <header class="panel-head">
        <h2>{t("오늘 예약")}</h2>
        <span class="badge number" data-bookings={bookings.length}>
          {t("{count}명", { count: bookings.length })}
        </span>
      </header>
      {bookings.length === 0 && <p class="small mute">{t("오늘은 예약하신 손님이 없어요.")}</p>}
      <ol class="booking-list">
        {bookings.map((booking) => (
          <Row key={booking.id} booking={booking} />
        ))}
      </ol>
    </section>
  );
}

function Row({ booking }: { readonly booking: Booking }) {
  const about = [booking.type, languageLabel(booking.language)].filter(Boolean).join(" · ");
  return (
    <li class="booking" data-booking={booking.id} data-state={booking.state}>
      <time class="number" dateTime={booking.at}>
        {booking.time}
      </time>
      <strong>{booking.topic.name}</strong>
      <span class="booking-state">
        {booking.state === "here" && <Icon name="check" />} {STATES[booking.state]()}
      </span>
      <small>{about}</small>
    </li>
  );
}
