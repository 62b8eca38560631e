// The advisor console: who waits, the call, the thread.
import { useEffect, useState } from "preact/hooks";
import { t } from "../../i18n";
import { useChanges } from "../shared/hooks";
import { Icon } from "../shared/Icon";
import { errorSentence } from "../shared/sentences";
import { AgreedForm } from "./AgreedForm";
import { CallColumn } from "./CallColumn";
import { listenToKeys } from "./keys";
import { delayLabel } from "./labels";
import type { AdvisorRoom } from "./room";
import { ThreadColumn } from "./ThreadColumn";
import { WaitingColumn } from "./WaitingColumn";

export function App({ room }: { readonly room: AdvisorRoom }) {
  useChanges(room);
  useChanges(room.call);
  const [asking, setAsking] = useState(false);
  const { mine } = room;
  useEffect(
    () =>
      listenToKeys({
        accept: () => room.acceptFirst(),
        mute: () => room.media.setMicrophone(!room.media.microphoneOn),
        camera: () => void room.media.setCamera(!room.media.cameraOn),
        end: () => room.call && setAsking(true),
      }),
    [room],
  );
  return (
    <div class="console" data-state={mine?.state ?? "idle"} data-call={room.call?.session.state} data-line={room.line}>
      <Head room={room} />
      <WaitingColumn room={room} />
      <CallColumn room={room} asking={asking} onAsk={setAsking} />
      <ThreadColumn room={room} />
      {mine && <AgreedForm key={mine.id} room={room} consult={mine.id} ended={mine.state === "ended"} />}
      <Trouble room={room} />
    </div>
  );
}

function Head({ room }: { readonly room: AdvisorRoom }) {
  return (
    <header class="console-head">
      <p class="brand">
        {t("상담 창구")} <span>{room.advisor?.name}</span>
      </p>
      <span class="console-topics mute">{room.advisor?.topics.join(" · ")}</span>
      {room.line === "broken" && (
        <span class="badge badge-now" role="status">
          {t("연결을 다시 잇고 있어요")}
        </span>
      )}
      <span class="console-hint mute">{t("Alt를 누르고 있으면 단축키가 보여요")}</span>
      <Speak room={room} />
      <SignOut room={room} />
    </header>
  );
}

/** The console in another language; a call would break off with the page. */
function Speak({ room }: { readonly room: AdvisorRoom }) {
  const { csrf, languages, languageUrl } = room.page;
  return (
    <form method="post" action={languageUrl} class="row">
      <input type="hidden" name="csrf_token" value={csrf} />
      {languages.map(([code, name]) => (
        <button key={code} class="button button-quiet button-small" name="language" value={code} lang={code} disabled={room.mine !== null}>
          {name}
        </button>
      ))}
    </form>
  );
}

/** Nobody leaves a customer behind: first what is in hand is finished. */
function SignOut({ room }: { readonly room: AdvisorRoom }) {
  const { csrf, signOutUrl } = room.page;
  return (
    <form method="post" action={signOutUrl}>
      <input type="hidden" name="csrf_token" value={csrf} />
      <button class="button button-quiet button-small" data-action="sign-out" disabled={room.mine !== null} title={room.mine ? t("상담을 마치고 나가 주세요.") : undefined}>
        {t("로그아웃")}
      </button>
    </form>
  );
}

/** The advisor's own words for what an advisor can meet. */
const ADVISOR_ERRORS: Readonly<Record<string, () => string>> = {
  "consult.taken": () => t("다른 상담사가 먼저 받았어요."),
  "consult.over": () => t("손님이 기다리기를 그만두셨어요."),
  "media.full": () => delayLabel("full"),
  "media.unreachable": () => delayLabel("away"),
};

const TOAST_FOR = 6_000; // ms

function Trouble({ room }: { readonly room: AdvisorRoom }) {
  const { problem } = room;
  useEffect(() => {
    if (!problem) return undefined;
    const timer = setTimeout(() => room.dismiss(), TOAST_FOR);
    return () => clearTimeout(timer);
  }, [problem, room]);
  if (!problem) return null;
  return (
    <p class="toast" role="alert" data-problem={problem.code}>
      <Icon name="warn" /> {ADVISOR_ERRORS[problem.code]?.() ?? errorSentence(problem)}
    </p>
  );
}
