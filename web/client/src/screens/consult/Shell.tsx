// The frame of every consult screen but the call: head, body, thumb zone, and at the kiosk the way to a person.
import type { ComponentChildren } from "preact";
import { t } from "../../i18n";
import { errorSentence } from "../shared/sentences";
import { Icon } from "../shared/Icon";
import { HelpButton } from "./HelpButton";
import type { Entrant } from "./entrant";
import { Tools } from "./Tools";

export interface ShellProps {
  readonly room: Entrant;
  readonly children: ComponentChildren;
  /** What can be done now: the thumb zone. */
  readonly ways?: ComponentChildren;
  /** The quiet way back: at the foot of the kiosk; on the phone in the head, or in reach where nothing else is to do. */
  readonly back?: ComponentChildren;
  readonly centred?: boolean;
}

export function Shell({ room, children, ways, back, centred = false }: ShellProps) {
  const kiosk = room.page.at === "kiosk";
  return (
    <div class={`screen is-remote${centred ? " is-centred" : ""}`}>
      <header class="screen-head">
        <p class="brand">
          {t("전문가 상담")} <span>{room.view?.topic.name}</span>
        </p>
        {!kiosk && ways && back}
      </header>
      <main class="screen-body">
        {children}
        <Trouble room={room} />
      </main>
      {(ways || (back && !kiosk)) && <div class="thumb-zone">{ways ?? back}</div>}
      {kiosk && (
        <footer class="screen-foot">
          <div class="tools">
            {back}
            <Tools />
          </div>
          <HelpButton room={room} class="call-person" />
        </footer>
      )}
    </div>
  );
}

/** What went wrong last, or that the line to the branch is away; what is on the screen stays. */
function Trouble({ room }: { readonly room: Entrant }) {
  if (!room.view) return null; // the screen itself tells it
  const sentence = room.problem ? errorSentence(room.problem) : room.line === "broken" ? t("연결을 다시 잇고 있어요. 화면은 그대로 두셔도 돼요.") : null;
  if (!sentence) return null;
  return (
    <p class="notice notice-attention" role="alert" data-problem={room.problem?.code}>
      <Icon name="warn" /> <span>{sentence}</span>
    </p>
  );
}
