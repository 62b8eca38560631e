// Choosing what others see behind oneself; absent where the server has no model to find a person with.
import { useState } from "preact/hooks";
import { BACKDROPS, type Backdrop, type BackdropFault } from "../../call/backdrop";
import type { LocalMedia } from "../../call/devices";
import { t } from "../../i18n";
import { useChanges } from "./hooks";

const NAMES: Readonly<Record<Backdrop, () => string>> = {
  none: () => t("그대로 보이기"),
  blur: () => t("흐리게"),
  bank: () => t("은행 배경"),
};

const FAULTS: Readonly<Record<BackdropFault, () => string>> = {
  slow: () => t("이 기기에서는 화면이 끊길 수 있어 배경을 바꾸지 않았어요."),
  failed: () => t("배경을 바꾸지 못했어요. 잠시 뒤 다시 골라 주세요."),
};

export function BackdropField({ media }: { readonly media: LocalMedia }) {
  useChanges(media);
  const [preparing, setPreparing] = useState<Backdrop | null>(null);
  if (!media.offersBackdrop) return null;
  const choose = async (backdrop: Backdrop) => {
    setPreparing(backdrop);
    await media.setBackdrop(backdrop);
    setPreparing(null);
  };
  return (
    <label class="field">
      <span>{t("내 뒤 배경")}</span>
      <select
        data-field="backdrop"
        data-shown={media.backdrop}
        value={preparing ?? media.backdrop}
        disabled={preparing !== null}
        onChange={(event) => void choose(event.currentTarget.value as Backdrop)}
      >
        {BACKDROPS.map((backdrop) => (
          <option key={backdrop} value={backdrop}>
            {NAMES[backdrop]()}
          </option>
        ))}
      </select>
      <span class="small mute" role="status">
        {preparing !== null ? t("배경을 준비하고 있어요") : media.backdropFault && FAULTS[media.backdropFault]()}
      </span>
    </label>
  );
}
