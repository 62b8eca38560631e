// Contrast and zoom at the foot of a kiosk's consult screen, as on every other screen of the kiosk.
import { useEffect } from "preact/hooks";
import { t } from "../../i18n";
import { showPressed } from "../kiosk/tools";
import { Icon } from "../shared/Icon";

export function Tools() {
  useEffect(showPressed, []);
  return (
    <>
      <button type="button" class="tool" data-tool="contrast">
        <Icon name="contrast" /> {t("고대비")}
      </button>
      <button type="button" class="tool" data-tool="zoom">
        <Icon name="zoom" /> <span data-zoom-word>{t("크게")}</span>
      </button>
    </>
  );
}
