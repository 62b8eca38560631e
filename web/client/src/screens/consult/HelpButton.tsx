// Calling a person of the branch to this kiosk, without leaving what is on the screen.
import { useState } from "preact/hooks";
import { t } from "../../i18n";
import { Icon } from "../shared/Icon";
import type { Entrant } from "./entrant";

type Bell = "still" | "ringing" | "heard" | "failed";

const WORDS: Readonly<Record<Bell, () => string>> = {
  still: () => t("직원 부르기"),
  ringing: () => t("부르고 있어요"),
  heard: () => t("직원이 가고 있어요"),
  failed: () => t("다시 눌러 주세요"),
};

export interface HelpButtonProps {
  readonly room: Entrant;
  /** Its place: at the foot of a screen, or among the controls of a call. */
  readonly class: string;
}

export function HelpButton({ room, class: name }: HelpButtonProps) {
  const [bell, setBell] = useState<Bell>("still");
  const ring = async () => {
    setBell("ringing");
    setBell((await room.callPerson()) ? "heard" : "failed");
  };
  return (
    <button
      type="button"
      class={name}
      data-action="help"
      data-called={bell === "heard" ? "" : undefined}
      disabled={bell === "ringing"}
      aria-live="polite"
      onClick={() => void ring()}
    >
      <Icon name="bell" /> <span>{WORDS[bell]()}</span>
    </button>
  );
}
