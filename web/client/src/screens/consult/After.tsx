// After the call: the advisor writes, what was agreed, one question, thanks.
import { useState } from "preact/hooks";
import { t } from "../../i18n";
import { Icon } from "../shared/Icon";
import type { ConsultRoom } from "./room";
import { Shell } from "./Shell";

interface AfterProps {
  readonly room: ConsultRoom;
}

export function Ended({ room }: AfterProps) {
  const surveyed = room.view?.surveyed ?? false;
  const ways = surveyed ? (
    <Leave room={room} />
  ) : (
    <button type="button" class="button button-quiet button-wide" data-action="to-survey" onClick={() => room.toSurvey()}>
      {t("기다리는 동안 한 가지 답하기")}
    </button>
  );
  return (
    <Shell room={room} ways={ways} centred>
      <span class="topic-face">
        <Icon name="pen" />
      </span>
      <h1>{t("상담사가 내용을 정리하고 있어요")}</h1>
      <p class="lead">{t("함께 정한 내용을 곧 이 화면에서 보여 드릴게요.")}</p>
      {surveyed && <p class="mute">{t("답해 주셔서 고맙습니다.")}</p>}
      <p class="quiet-wait" role="status">
        {t("잠시만 기다려 주세요.")}
      </p>
    </Shell>
  );
}

export function Agreed({ room }: AfterProps) {
  const ways = (
    <button type="button" class="button button-main button-wide" data-action="to-survey" onClick={() => room.toSurvey()}>
      {t("확인했어요")}
    </button>
  );
  return (
    <Shell room={room} ways={ways}>
      <h1>{t("함께 정한 내용이에요")}</h1>
      <AgreedCard room={room} />
    </Shell>
  );
}

function AgreedCard({ room }: AfterProps) {
  const { view } = room;
  if (!view?.agreed) return null;
  return (
    <article class="card card-agreed" data-agreed>
      <div class="card-head">
        <strong>{view.topic.name}</strong>
        {view.advisor && <span class="mute">{t("{name} {title}", { name: view.advisor.name, title: view.advisor.title })}</span>}
      </div>
      <p class="agreed-text">{view.agreed}</p>
      {room.page.at === "phone" && <p class="card-foot">{t("방문 화면에서 언제든 다시 볼 수 있어요.")}</p>}
    </article>
  );
}

const SCORES = Array.from({ length: 11 }, (_, score) => score);
const NOTE_LIMIT = 2000; // characters, as branch/surveys takes them

export function Survey({ room }: AfterProps) {
  const [score, setScore] = useState<number | null>(null);
  const [note, setNote] = useState("");
  const ways = (
    <>
      <button
        type="button"
        class="button button-main button-wide"
        data-action="send-survey"
        disabled={score === null || room.busy}
        onClick={() => score !== null && void room.survey(score, note.trim())}
      >
        {t("보내기")}
      </button>
      <button type="button" class="button button-quiet button-wide" data-action="leave" onClick={() => room.leave()}>
        {t("답하지 않고 마치기")}
      </button>
    </>
  );
  return (
    <Shell room={room} ways={ways}>
      <h1 id="survey-question">{t("오늘 상담을 가까운 분께 추천하고 싶으신가요?")}</h1>
      <div class="stack-tight">
        <div class="scores" role="radiogroup" aria-labelledby="survey-question">
          {SCORES.map((value) => (
            <label key={value} class="score" data-score={value}>
              <input type="radio" name="score" value={value} checked={score === value} onChange={() => setScore(value)} />
              <span>{value}</span>
            </label>
          ))}
        </div>
        <p class="scores-ends">
          <span>{t("0 전혀 아니에요")}</span>
          <span>{t("10 꼭 추천할게요")}</span>
        </p>
      </div>
      <label class="field">
        <span>{t("어떤 점이 그랬나요? (안 적으셔도 돼요)")}</span>
        <textarea name="note" rows={3} maxLength={NOTE_LIMIT} value={note} onInput={(event) => setNote(event.currentTarget.value)} />
      </label>
    </Shell>
  );
}

export function Thanks({ room }: AfterProps) {
  return (
    <Shell room={room} ways={<Leave room={room} />}>
      <h1>{t("함께해 주셔서 고맙습니다")}</h1>
      <p class="lead">{t("남겨 주신 말씀은 더 나은 상담을 만드는 데 쓸게요.")}</p>
      <AgreedCard room={room} />
    </Shell>
  );
}

export function Cancelled({ room }: AfterProps) {
  return (
    <Shell room={room} ways={<Leave room={room} />} centred>
      <span class="topic-face">
        <Icon name="leave" />
      </span>
      <h1>{t("상담을 그만두었어요")}</h1>
      <p class="lead">{t("언제든 다시 신청하실 수 있어요.")}</p>
    </Shell>
  );
}

function Leave({ room }: AfterProps) {
  return (
    <button type="button" class="button button-main button-wide" data-action="leave" onClick={() => room.leave()}>
      {room.page.at === "kiosk" ? t("마치기") : t("방문 화면으로")}
    </button>
  );
}
