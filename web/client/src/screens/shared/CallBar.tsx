// The controls of a call, in words and signs: microphone, camera, devices, end.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { LocalMedia } from "../../call/devices";
import type { ScreenShare } from "../../call/screen";
import { t } from "../../i18n";
import { Confirm } from "./Confirm";
import { DeviceSheet } from "./DeviceSheet";
import { useChanges } from "./hooks";
import { Icon } from "./Icon";

export interface CallBarProps {
  readonly media: LocalMedia;
  /** Set from outside when a key asks to end. */
  readonly asking: boolean;
  readonly onAsk: (asking: boolean) => void;
  readonly onEnd: () => void;
  /** Only oneself goes; the consult goes on. */
  readonly leaves?: boolean;
  /** null = there is no screen to show. */
  readonly screen?: ScreenShare | null;
  /** One more control, where the surface has one. */
  readonly extra?: ComponentChildren;
}

export function CallBar({ media, asking, onAsk, onEnd, leaves = false, screen = null, extra }: CallBarProps) {
  useChanges(media);
  useChanges(screen);
  const [devices, setDevices] = useState(false);
  return (
    <div class="call-bar" role="toolbar" aria-label={t("통화 조작")}>
      <Toggle action="mute" on={media.microphoneOn} icon="mic" off={t("마이크 끄기")} again={t("마이크 켜기")} onTurn={(on) => media.setMicrophone(on)} hint="M" />
      <Toggle action="camera" on={media.cameraOn} icon="video" off={t("카메라 끄기")} again={t("카메라 켜기")} onTurn={(on) => void media.setCamera(on)} hint="V" />
      <button type="button" class="call-control" data-action="devices" onClick={() => setDevices(true)}>
        <Icon name="settings" />
        <span>{t("장치 바꾸기")}</span>
      </button>
      {screen?.possible && (
        <button
          type="button"
          class="call-control"
          data-action="share"
          data-off={screen.sharing ? "" : undefined}
          onClick={() => (screen.sharing ? screen.stop() : void screen.start())}
        >
          <Icon name="screen" />
          <span>{screen.sharing ? t("그만 보여 주기") : t("화면 보여 주기")}</span>
        </button>
      )}
      <button type="button" class="call-control call-end" data-action="end" onClick={() => onAsk(true)}>
        <Icon name="end-call" />
        <span>{leaves ? t("나가기") : t("끝내기")}</span>
        <kbd class="key">E</kbd>
      </button>
      {extra}
      {devices && <DeviceSheet media={media} onClose={() => setDevices(false)} />}
      {asking && (
        <Confirm step="end" {...(leaves ? leaving() : ending())} onYes={onEnd} onNo={() => onAsk(false)} />
      )}
    </div>
  );
}

interface ToggleProps {
  readonly action: string;
  readonly on: boolean;
  readonly icon: string;
  readonly off: string;
  readonly again: string;
  readonly hint: string;
  readonly onTurn: (on: boolean) => void;
}

function Toggle({ action, on, icon, off, again, hint, onTurn }: ToggleProps) {
  return (
    <button type="button" class="call-control" data-action={action} data-off={on ? undefined : ""} onClick={() => onTurn(!on)}>
      <Icon name={on ? icon : `${icon}-off`} />
      <span>{on ? off : again}</span>
      <kbd class="key">{hint}</kbd>
    </button>
  );
}

const ending = () => ({ question: t("상담을 끝낼까요?"), yes: t("네, 끝낼게요"), no: t("계속 상담하기") });
const leaving = () => ({ question: t("상담에서 나갈까요?"), yes: t("네, 나갈게요"), no: t("계속 함께하기") });
