// What both people of a call see of its recording: running, paused by whom and since when, failed, or in the way.
import { t } from "../../i18n";
import type { RecorderView, Side } from "../../protocol/types";
import { Icon } from "./Icon";
import "../../styles/recording.css";

export interface RecordingProps {
  /** null = nothing is to be recorded. */
  readonly recorder: RecorderView | null;
  /** Whose page it is; null for anybody else in the call. */
  readonly side: Side | null;
  /** Absent for who may not pause it. */
  readonly onPause?: (paused: boolean) => void;
}

/** A consult that has to be recorded and is not: nobody is seen or heard until it is. */
export function isHeld({ recorder }: RecordingProps): boolean {
  return recorder !== null && recorder.required && (recorder.state === "failed" || recorder.state === "starting");
}

/** A line at the head of the call, with the one thing that can be done about it. */
export function RecordingSign({ recorder, side, onPause }: RecordingProps) {
  if (!recorder || recorder.state === "starting") return null;
  const { state } = recorder;
  const paused = state === "paused" || state === "pausing";
  return (
    <div class="call-recording" role="status" data-recorder={state}>
      {state === "live" && (
        <span class="badge badge-recording" data-recording>
          {t("녹화 중")}
        </span>
      )}
      {paused && <span class="badge">{state === "paused" ? t("녹화 멈춤") : t("녹화를 멈추고 있어요")}</span>}
      {paused && <span class="call-recording-who">{whoPaused(recorder, side)}</span>}
      {state === "failed" && (
        <span class="call-recording-who">
          <Icon name="warn" /> {t("지금은 녹화되지 않아요. 상담은 그대로 이어져요.")}
        </span>
      )}
      {state === "live" && onPause && (
        <button type="button" class="button button-small call-recording-act" data-action="pause-recording" onClick={() => onPause(true)}>
          {t("녹화 잠시 멈추기")}
        </button>
      )}
      {paused && onPause && (
        <button type="button" class="button button-small call-recording-act" data-action="resume-recording" onClick={() => onPause(false)}>
          {t("녹화 이어 가기")}
        </button>
      )}
    </div>
  );
}

function whoPaused({ by, since }: RecorderView, side: Side | null): string {
  const time = new Intl.DateTimeFormat(document.documentElement.lang, { hour: "numeric", minute: "2-digit" }).format(new Date(since));
  if (by === side) return t("{time}에 멈추셨어요.", { time });
  return by === "customer" ? t("{time}에 손님이 멈췄어요.", { time }) : t("{time}에 상담사님이 멈췄어요.", { time });
}

/** Over the whole picture: why nobody is seen, that nothing is lost, and the way on. */
export function RecordingHold({ recording, onEnd }: { readonly recording: RecordingProps; readonly onEnd: () => void }) {
  const failed = recording.recorder?.state === "failed";
  return (
    <div class="call-waiting" role="status" data-held={recording.recorder?.state}>
      <p class="call-message-sentence">{failed ? t("이 상담은 꼭 녹화해야 하는데 지금 녹화가 되지 않아요.") : t("이 상담은 꼭 녹화해야 해요. 녹화를 준비하고 있어요.")}</p>
      {failed && <p>{t("녹화가 다시 될 때까지 화면과 소리를 잠시 멈췄어요. 되면 바로 이어져요.")}</p>}
      {failed && recording.side && <p>{wayOn(recording.side)}</p>}
      {failed && recording.side && (
        <button type="button" class="button" data-action="end-held" onClick={onEnd}>
          {t("상담 끝내기")}
        </button>
      )}
    </div>
  );
}

function wayOn(side: Side): string {
  return side === "customer"
    ? t("기다리기 어려우시면 상담을 끝내고 창구에서 번호표를 받아 주세요.")
    : t("오래 걸리면 전산 담당자에게 알리고, 손님을 창구로 안내해 주세요.");
}
