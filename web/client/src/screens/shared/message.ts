// The one sentence a call shows about its state, most urgent first.
import type { CallState, Retry } from "../../call/states";
import type { RequestFailed } from "../../protocol/errors";
import type { PeerState, Side } from "../../protocol/types";
import { t } from "../../i18n";
import { duration } from "./format";
import { errorSentence } from "./sentences";

/** Everything the sentence depends on. */
export interface CallCondition {
  readonly state: CallState;
  readonly error: RequestFailed | null;
  readonly attempts: number;
  readonly retry: Retry | null;
  readonly peer: PeerState | null;
  /** How long, in milliseconds, the consult is still kept for somebody who is away; 0 when that is over. */
  readonly kept: number;
  /** A first frame of the other person was shown. */
  readonly seen: boolean;
  /** Sound waits for a tap, or a device fell silent. */
  readonly needsTap: boolean;
  readonly weak: boolean;
  /** The own picture was switched off because the line carries only the voice. */
  readonly pictureOff: boolean;
  /** The other person is heard and their picture stands still. */
  readonly voiceOnly: boolean;
  /** The other person's page tells that their microphone is off. */
  readonly muted: boolean;
  /** Nothing is heard of the other person though their line is fine: their microphone may be off. */
  readonly hushed: boolean;
  /** Nothing came over the own path for a while. */
  readonly silent: boolean;
  /** The other person's picture or sound keeps coming. */
  readonly hearing: boolean;
  /** What the person asked for last and did not get. */
  readonly problem: RequestFailed | null;
  readonly now: number;
  /** The other person's name with its polite ending. */
  readonly who: string;
  /** Who of two is away, where it is not plain; null = the one opposite. */
  readonly absent: Side | null;
}

export interface CallMessage {
  /** cover: over the whole picture, nothing to see yet; strip: a line, the picture stays. */
  readonly place: "cover" | "strip";
  readonly sentence: string;
  readonly detail?: string;
  readonly action?: "retry" | "return";
}

/** Two quick attempts go by before anyone is troubled with a reason. */
const PATIENCE = 2;

const RULES: readonly ((condition: CallCondition) => Omit<CallMessage, "place"> | null)[] = [
  ({ state, error }) => (state === "failed" && error ? { sentence: errorSentence(error), action: "retry" } : null),
  ({ needsTap }) => (needsTap ? { sentence: t("화면을 한 번 눌러 주세요. 소리와 화면이 다시 이어져요."), action: "return" } : null),
  // Nothing is broken and nobody can hurry it: the page asks again by itself until there is room.
  ({ error, state }) => (error?.code === "media.full" && state !== "live" ? { sentence: errorSentence(error), detail: t("이대로 기다리시면 자리가 나는 대로 저절로 이어져요.") } : null),
  (condition) => (condition.error && condition.attempts >= PATIENCE ? troubled(condition, condition.error) : null),
  ({ problem }) => (problem ? { sentence: errorSentence(problem) } : null),
  ({ state, silent }) => (state === "reconnecting" || silent ? { sentence: t("연결을 다시 잇고 있어요. 잠시만 기다려 주세요.") } : null),
  // Who lost only the line to the centre is still seen and heard: nothing to tell.
  ({ peer, hearing, kept, absent }) => (peer === "reconnecting" && !hearing ? { sentence: lost(absent), detail: keptFor(kept) } : null),
  ({ peer, seen, kept, absent }) => (peer === "left" && seen ? { sentence: gone(absent), detail: keptFor(kept) } : null),
  ({ seen, who }) => (seen ? null : { sentence: t("{who} 연결하고 있어요.", { who }) }),
  ({ pictureOff }) => (pictureOff ? { sentence: t("연결이 느려 내 영상을 잠시 껐어요. 목소리는 그대로 들려요. 나아지면 저절로 켜져요.") } : null),
  ({ voiceOnly }) => (voiceOnly ? { sentence: t("지금은 상대방 목소리만 이어지고 있어요. 영상은 나아지면 저절로 돌아와요.") } : null),
  ({ muted }) => (muted ? { sentence: t("상대방 마이크가 꺼져 있어요.") } : null),
  ({ hushed }) => (hushed ? { sentence: t("상대방 소리가 들어오지 않아요. 마이크가 꺼져 있을 수 있어요.") } : null),
  ({ weak }) => (weak ? { sentence: t("연결이 약해요. 와이파이에 가까이 가면 나아져요.") } : null),
];

export function callMessage(condition: CallCondition): CallMessage | null {
  for (const rule of RULES) {
    const said = rule(condition);
    if (said) return { place: condition.seen ? "strip" : "cover", ...said };
  }
  return null;
}

function lost(who: Side | null): string {
  if (who === "customer") return t("손님 연결을 다시 잇고 있어요.");
  return who === "advisor" ? t("상담사 연결을 다시 잇고 있어요.") : t("상대방 연결을 다시 잇고 있어요.");
}

function gone(who: Side | null): string {
  if (who === "customer") return t("손님이 잠시 나갔어요. 돌아오면 바로 이어져요.");
  return who === "advisor" ? t("상담사님이 잠시 나갔어요. 돌아오면 바로 이어져요.") : t("상대방이 잠시 나갔어요. 돌아오면 바로 이어져요.");
}

/** Nobody is sent away when the time is over: a person decides whether to wait on. */
function keptFor(kept: number): string {
  if (kept <= 0) return t("오래 돌아오지 않으시네요. 더 기다리셔도 되고, 끝내셔도 괜찮아요.");
  return t("{time} 동안 상담을 그대로 두고 기다려요.", { time: duration(kept) });
}

function troubled({ retry, now }: CallCondition, error: RequestFailed): Omit<CallMessage, "place"> {
  const seconds = retry ? Math.ceil((retry.at - now) / 1000) : 0;
  const detail = seconds > 0 ? t("{seconds}초 뒤에 다시 이어 볼게요.", { seconds }) : t("다시 잇고 있어요.");
  return { sentence: errorSentence(error), detail, action: "retry" };
}
