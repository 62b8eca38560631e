// The quiet way back: a tool at the foot of the kiosk like on its other screens, a small button on the phone.
import type { ComponentChildren } from "preact";
import { t } from "../../i18n";
import { Icon } from "../shared/Icon";
import type { Entrant } from "./entrant";
import { SelfTestTool } from "./Tools";

export interface BackProps {
  readonly room: Entrant;
  readonly action?: string;
  readonly onBack?: () => void;
  readonly children?: ComponentChildren;
}

/** Without more said it gives the consult up and leaves. */
export function Back({ room, action = "back", onBack = () => void room.cancelAndLeave(), children = t("돌아가기") }: BackProps) {
  const kiosk = room.page.at === "kiosk";
  return (
    <button type="button" class={kiosk ? "tool" : "button button-quiet button-small"} data-action={action} disabled={room.busy} onClick={onBack}>
      {kiosk && <Icon name="back" />} {children}
    </button>
  );
}

/** Before the line there is time to look at the ways in full. */
export function BackAndTest({ room }: { readonly room: Entrant }) {
  return (
    <>
      <Back room={room} />
      <SelfTestTool at={room.page.at} />
    </>
  );
}
