// First screen: one button that agrees and joins, a quieter one without recording; both in sight without scrolling.
import { useState } from "preact/hooks";
import { t } from "../../i18n";
import { BackAndTest } from "./Back";
import { NobodyThere } from "./Booked";
import type { ConsultRoom } from "./room";
import { Shell } from "./Shell";

export function Consent({ room }: { readonly room: ConsultRoom }) {
  const { consent } = room.page;
  const [declined, setDeclined] = useState(false);
  const decline = () => (consent.required ? setDeclined(true) : void room.consent(false));
  const ways = (
    <>
      <button type="button" class="button button-main button-wide" data-action="agree" disabled={room.busy} onClick={() => void room.consent(true)}>
        {consent.agree}
      </button>
      {declined ? <ToTheCounter room={room} /> : <Without room={room} onDecline={decline} />}
    </>
  );
  return (
    <Shell room={room} ways={ways} back={<BackAndTest room={room} />}>
      {declined ? <WhyRequired room={room} /> : <Asked room={room} />}
      {room.view && <NobodyThere room={room} view={room.view} />}
    </Shell>
  );
}

function Asked({ room }: { readonly room: ConsultRoom }) {
  const { title, lines } = room.page.consent;
  return (
    <>
      <h1>{title}</h1>
      <ul class="consent-lines">
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </>
  );
}

/** What somebody who does not want to be recorded can do instead, and why it has to be so. */
function WhyRequired({ room }: { readonly room: ConsultRoom }) {
  return (
    <div class="stack" role="status" data-consent="required">
      <h1>{t("이 상담은 은행이 꼭 녹화해야 해요")}</h1>
      <p class="lead">
        {room.page.at === "kiosk"
          ? t("녹화를 원하지 않으시면 처음 화면에서 번호표를 받아 창구에서 만나 주세요.")
          : t("녹화를 원하지 않으시면 지점 키오스크에서 번호표를 받아 창구에서 만나 주세요.")}
      </p>
      <p class="mute">{t("마음이 바뀌시면 아래에서 동의하고 바로 상담하실 수 있어요.")}</p>
    </div>
  );
}

function Without({ room, onDecline }: { readonly room: ConsultRoom; readonly onDecline: () => void }) {
  return (
    <button type="button" class="button button-quiet button-wide" data-action="agree-without" disabled={room.busy} onClick={onDecline}>
      {room.page.consent.without}
    </button>
  );
}

function ToTheCounter({ room }: { readonly room: ConsultRoom }) {
  return (
    <button type="button" class="button button-quiet button-wide" data-action="to-counter" disabled={room.busy} onClick={() => void room.cancelAndLeave()}>
      {t("창구에서 이야기할게요")}
    </button>
  );
}
