// The mirror on the result screen: after a tap and a notice, and never in the way when it cannot be.
import { t } from "../../i18n";
import { Mirror, type MirrorState } from "../../mirror/mirror";
import { sayPassing } from "./telling";

const REASONS: Readonly<Record<string, string>> = {
  "camera.denied": "카메라를 쓸 수 없게 되어 있어요. 거울 없이도 모두 보실 수 있어요.",
  "camera.missing": "이 기기에는 카메라가 없어요. 거울 없이도 모두 보실 수 있어요.",
};
const NO_MIRROR = "지금은 거울을 쓸 수 없어요. 거울 없이도 모두 보실 수 있어요.";

function part<Kind extends HTMLElement>(selector: string): Kind | null {
  return document.querySelector<Kind>(selector);
}

/** Wires the mirror's buttons, where the page has them; the answer stops it. `agentUrl` is the device agent's WebSocket. */
export function offerMirror(agentUrl: string): () => void {
  const [room, ask] = [part("#mirror"), part<HTMLDialogElement>("#mirror-ask")];
  const [video, overlay, hint] = [part<HTMLVideoElement>("#mirror video"), part("#mirror .mirror-crown"), part("#mirror-hint")];
  if (!room || !ask || !video || !overlay || !hint) return () => undefined;
  const line = hint.textContent ?? "";

  const show = (state: MirrorState, reason?: string) => {
    room.hidden = state === "off" || state === "unavailable";
    room.dataset["state"] = state;
    hint.textContent = state === "starting" ? t("카메라를 켜고 있어요") : state === "no-face" ? t("화면 가운데에 서 주세요") : line;
    if (state === "unavailable") sayPassing(t(REASONS[reason ?? ""] ?? NO_MIRROR));
  };
  const mirror = new Mirror({ video, overlay, agentUrl, onState: show });

  part("#mirror-open")?.addEventListener("click", () => ask.showModal());
  part("#mirror-decline")?.addEventListener("click", () => ask.close());
  part("#mirror-start")?.addEventListener("click", () => {
    ask.close();
    void mirror.start();
  });
  part("#mirror-stop")?.addEventListener("click", () => mirror.stop());
  return () => mirror.stop();
}
