// Contrast and zoom at the foot of a kiosk's consult screen, as on every other screen of the kiosk; and the self-test.
import { useEffect } from "preact/hooks";
import { t } from "../../i18n";
import { showPressed } from "../kiosk/tools";
import { Icon } from "../shared/Icon";

/** The way from a kiosk's consult to the check of every way; the history must not grow there. Elsewhere nothing. */
export function SelfTestTool({ at }: { readonly at: string }) {
  if (at !== "kiosk") return null;
  return (
    <button type="button" class="tool" data-action="selftest" onClick={() => location.replace("/selftest")}>
      <Icon name="search" /> {t("영상 점검")}
    </button>
  );
}

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
