// The kiosk asks whether someone is still there, and leaves by itself when nobody answers.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { browserClock } from "../../call/clock";
import { t } from "../../i18n";
import { IdleWatch, type IdleTimes } from "../kiosk/idle";
import { patience } from "./patience";
import type { ConsultRoom } from "./room";
import type { Screen } from "./screen";

const TOUCHES = ["pointerdown", "keydown", "input"] as const;

export interface IdleWarningProps {
  readonly room: ConsultRoom;
  readonly screen: Screen;
  readonly usual: IdleTimes;
}

export function IdleWarning({ room, screen, usual }: IdleWarningProps) {
  const [left, setLeft] = useState<number | null>(null);
  const idle = useMemo(() => {
    const times = patience(screen, usual);
    return times && new IdleWatch(browserClock, times);
  }, [screen, usual]);
  useEffect(() => {
    if (!idle) return undefined;
    const deaf = [idle.on("left", setLeft), idle.on("gone", () => void leaveForGood(room))];
    const touched = () => idle.asking || idle.stay();
    for (const name of TOUCHES) document.addEventListener(name, touched, { passive: true });
    idle.stay();
    return () => {
      for (const stop of deaf) stop();
      for (const name of TOUCHES) document.removeEventListener(name, touched);
      setLeft(null);
    };
  }, [idle, room]);
  if (!idle || left === null) return null;
  return <Warning left={left} share={left / usual.warning} onStay={() => idle.stay()} onLeave={() => void leaveForGood(room)} />;
}

/** A place in line that nobody wants any more is given back. */
async function leaveForGood(room: ConsultRoom): Promise<void> {
  const state = room.view?.state;
  if (state === "preparing" || state === "waiting") await room.cancel();
  room.leave();
}

interface WarningProps {
  readonly left: number;
  /** Of the time to answer, 1 to 0. */
  readonly share: number;
  readonly onStay: () => void;
  readonly onLeave: () => void;
}

function Warning({ left, share, onStay, onLeave }: WarningProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog class="dialog" ref={dialog} onCancel={onStay} data-idle aria-labelledby="idle-title">
      <h2 id="idle-title">{t("아직 계신가요?")}</h2>
      <p class="countdown" style={{ "--left": String(share) }}>
        <span class="number">{left}</span>
        {t("초")}
      </p>
      <p class="mute">{t("답이 없으면 화면을 지우고 처음으로 돌아가요.")}</p>
      <button type="button" class="button button-main button-wide" data-action="stay" onClick={onStay} autofocus>
        {t("계속할게요")}
      </button>
      <button type="button" class="button button-quiet button-wide" data-action="done" onClick={onLeave}>
        {t("마칠게요")}
      </button>
    </dialog>
  );
}
