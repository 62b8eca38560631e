// How the screen looks to this visitor: contrast and zoom, kept in the visit's cookie and gone with it.
import { t } from "../../i18n";

const ZOOMS = ["100", "150", "200"] as const;
const root = document.documentElement;

type Remember = (name: "contrast" | "zoom", value: string) => void;

/** Makes the two tools of the foot work; `remember` tells the server. */
export function useTools(remember: Remember): void {
  showPressed();
  tool("contrast")?.addEventListener("click", () => {
    const high = root.dataset["contrast"] !== "high";
    set("contrast", high ? "high" : null);
    remember("contrast", high ? "high" : "normal");
  });
  tool("zoom")?.addEventListener("click", () => {
    const next = ZOOMS[(ZOOMS.findIndex((zoom) => zoom === zoomNow()) + 1) % ZOOMS.length] ?? "100";
    set("zoom", next === "100" ? null : next);
    remember("zoom", next);
  });
}

function tool(name: string): HTMLElement | null {
  return document.querySelector<HTMLElement>(`[data-tool="${name}"]`);
}

function zoomNow(): string {
  return root.dataset["zoom"] ?? "100";
}

function set(name: "contrast" | "zoom", value: string | null): void {
  if (value === null) delete root.dataset[name];
  else root.dataset[name] = value;
  showPressed();
}

function showPressed(): void {
  tool("contrast")?.setAttribute("aria-pressed", String(root.dataset["contrast"] === "high"));
  tool("zoom")?.setAttribute("aria-pressed", String(zoomNow() !== "100"));
  const word = document.querySelector("[data-zoom-word]");
  if (word) word.textContent = zoomNow() === "100" ? t("크게") : `${zoomNow()}%`;
}
