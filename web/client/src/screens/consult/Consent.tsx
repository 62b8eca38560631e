// First screen: one button that agrees and joins, a quieter one without recording; both in sight without scrolling.
import { t } from "../../i18n";
import type { ConsultRoom } from "./room";
import { Shell } from "./Shell";

export function Consent({ room }: { readonly room: ConsultRoom }) {
  const { consent } = room.page;
  const ways = (
    <>
      <button type="button" class="button button-main button-wide" data-action="agree" disabled={room.busy} onClick={() => void room.consent(true)}>
        {consent.agree}
      </button>
      <button type="button" class="button button-quiet button-wide" data-action="agree-without" disabled={room.busy} onClick={() => void room.consent(false)}>
        {consent.without}
      </button>
    </>
  );
  const back = (
    <button type="button" class="button button-quiet button-small" data-action="back" disabled={room.busy} onClick={() => void room.cancelAndLeave()}>
      {t("돌아가기")}
    </button>
  );
  return (
    <Shell room={room} ways={ways} back={back}>
      <h1>{consent.title}</h1>
      <ul class="consent-lines">
        {consent.lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </Shell>
  );
}
