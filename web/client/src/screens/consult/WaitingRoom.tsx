// In line: place, honest wait range, what to have ready, and how one looks.
import { useState } from "preact/hooks";
import { t } from "../../i18n";
import { Confirm } from "../shared/Confirm";
import { waitRange } from "../shared/format";
import { useChanges } from "../shared/hooks";
import { Icon } from "../shared/Icon";
import { SelfPicture } from "../shared/SelfPicture";
import type { ConsultView, Delay } from "../../protocol/types";
import type { ConsultRoom } from "./room";
import { Back } from "./Back";
import { NobodyThere, Turn } from "./Booked";
import { Shell } from "./Shell";
import { topicIcon } from "../shared/topics";

export function WaitingRoom({ room }: { readonly room: ConsultRoom }) {
  const { media, view } = room;
  useChanges(media);
  const [asking, setAsking] = useState(false);
  if (!view) return null;

  const back = (
    <Back room={room} action="cancel" onBack={() => setAsking(true)}>
      {t("그만 기다리기")}
    </Back>
  );
  return (
    <Shell room={room} back={back}>
      <div class="waiting-head">
        <span class="topic-face">
          <Icon name={topicIcon(view.topic.slug)} />
        </span>
        <h1>{view.place === 1 ? t("다음 차례예요") : t("곧 전문가를 만나요")}</h1>
        <p class="mute">{t("이 화면을 열어 두시면 바로 이어져요.")}</p>
      </div>
      {view.booked && <Turn booked={view.booked} />}
      <NobodyThere room={room} view={view} />
      {view.delay && <Delayed why={view.delay} />}
      <dl class="facts" aria-live="polite">
        <div class="fact">
          <dt>{t("내 순서")}</dt>
          <dd data-fact="place">{view.place === null ? "–" : t("{place}번째", { place: view.place })}</dd>
        </div>
        <div class="fact">
          <dt>{t("예상 시간")}</dt>
          <dd data-fact="wait">{expected(view)}</dd>
        </div>
      </dl>
      <div class="waiting-things">
        <figure class="room-self waiting-self">
          <SelfPicture track={media.camera} />
          {!media.camera && (
            <p class="check-no-picture">
              <Icon name="video-off" />
              <span>{t("목소리만 전해져요")}</span>
            </p>
          )}
        </figure>
        {view.topic.prepare && (
          <section class="waiting-prepare">
            <h2>{t("미리 준비하면 좋아요")}</h2>
            <ul class="traits">
              {view.topic.prepare.split("\n").map((thing) => (
                <li key={thing}>{thing}</li>
              ))}
            </ul>
          </section>
        )}
      </div>
      <p class="quiet-wait" role="status">
        {view.recording ? t("녹화에 동의하셨어요. 연결되면 녹화가 시작돼요.") : t("녹화하지 않는 상담이에요.")}
      </p>
      {asking && (
        <Confirm step="cancel" question={t("그만 기다릴까요? 순서가 사라져요.")} yes={t("네, 그만할게요")} no={t("계속 기다리기")} onYes={() => void room.cancel()} onNo={() => setAsking(false)} />
      )}
    </Shell>
  );
}

function expected({ delay, wait }: ConsultView): string {
  if (delay === "full") return t("자리가 나면");
  return wait && !delay ? waitRange(wait) : t("확인 중");
}

const DELAYS: Readonly<Record<Delay, () => string>> = {
  full: () => t("지금은 모든 영상 상담 자리가 사용 중이에요. 순서는 그대로 두고, 자리가 나는 대로 이어 드릴게요."),
  away: () => t("지금은 영상을 이을 수 없어 잠시 멈춰 있어요. 순서는 그대로 두고, 다시 이어지는 대로 모실게요."),
};

/** Why it does not go on although it may be one's turn. */
function Delayed({ why }: { readonly why: Delay }) {
  return (
    <p class="notice notice-attention" role="status" data-delay={why}>
      <Icon name="clock" /> <span>{DELAYS[why]()}</span>
    </p>
  );
}
