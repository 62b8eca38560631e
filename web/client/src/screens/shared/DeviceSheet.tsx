// Choosing another camera or microphone, before and during a call.
import { useEffect, useRef, useState } from "preact/hooks";
import type { DeviceChoice, LocalMedia } from "../../call/devices";
import type { Medium } from "../../call/peer";
import { t } from "../../i18n";
import { BackdropField } from "./BackdropField";
import { useChanges } from "./hooks";

export interface DeviceSheetProps {
  readonly media: LocalMedia;
  readonly onClose: () => void;
}

export function DeviceSheet({ media, onClose }: DeviceSheetProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog class="dialog" ref={dialog} onCancel={onClose} aria-labelledby="devices-title">
      <div class="stack">
        <h2 id="devices-title">{t("장치 바꾸기")}</h2>
        <DeviceField media={media} medium="video" label={t("카메라")} />
        <DeviceField media={media} medium="audio" label={t("마이크")} />
        <BackdropField media={media} />
        <button type="button" class="button button-main button-wide" onClick={onClose}>
          {t("닫기")}
        </button>
      </div>
    </dialog>
  );
}

interface DeviceFieldProps {
  readonly media: LocalMedia;
  readonly medium: Medium;
  readonly label: string;
}

export function DeviceField({ media, medium, label }: DeviceFieldProps) {
  useChanges(media);
  const [choices, setChoices] = useState<readonly DeviceChoice[]>([]);
  const track = medium === "audio" ? media.microphone : media.camera;
  useEffect(() => void media.choices(medium).then(setChoices), [media, medium, track]);
  return (
    <label class="field">
      <span>{label}</span>
      <select disabled={choices.length < 2} onChange={(event) => void media.useDevice(medium, event.currentTarget.value)}>
        {choices.length === 0 && <option>{t("찾은 장치가 없어요")}</option>}
        {choices.map((choice) => (
          <option key={choice.id} value={choice.id} selected={choice.chosen}>
            {choice.label || label}
          </option>
        ))}
      </select>
    </label>
  );
}
