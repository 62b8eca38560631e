// The kiosk asks whether someone is still there, and leaves by itself when nobody answers.
import { useEffect, useMemo, useRef } from "preact/hooks";
import { browserClock } from "../../call/clock";
import { t } from "../../i18n";
import { useChanges } from "../shared/hooks";
import { IdleWatch, WARNING } from "./idle";
import type { ConsultRoom } from "./room";
import type { Screen } from "./screen";

const TOUCHES = ["pointerdown", "keydown", "input"] as const;

export function IdleWarning({ room, screen }: { readonly room: ConsultRoom; readonly screen: Screen }) {
  const idle = useMemo(() => new IdleWatch(browserClock), []);
  useChanges(idle);
  useEffect(() => idle.watch(screen), [idle, screen]);
  useEffect(() => idle.on("gone", () => void leaveForGood(room)), [idle, room]);
  useEffect(() => {
    const touched = () => idle.left === null && idle.stay();
    for (const name of TOUCHES) document.addEventListener(name, touched);
    return () => TOUCHES.forEach((name) => document.removeEventListener(name, touched));
  }, [idle]);
  return idle.left === null ? null : <Warning left={idle.left} onStay={() => idle.stay()} onLeave={() => void leaveForGood(room)} />;
}

/** A place in line that nobody wants any more is given back. */
async function leaveForGood(room: ConsultRoom): Promise<void> {
  const state = room.view?.state;
  if (state === "preparing" || state === "waiting") await room.cancel();
  room.leave();
}

interface WarningProps {
  readonly left: number;
  readonly onStay: () => void;
  readonly onLeave: () => void;
}

function Warning({ left, onStay, onLeave }: WarningProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog class="dialog" ref={dialog} onCancel={onStay} data-idle aria-labelledby="idle-title">
      <h2 id="idle-title">{t("아직 계신가요?")}</h2>
      <p class="countdown" style={{ "--left": String(left / WARNING) }}>
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
