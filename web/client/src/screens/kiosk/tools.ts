// How the screen looks to this visitor: contrast and zoom, kept in the visit's cookie and gone with it.
import { t } from "../../i18n";

const ZOOMS = ["100", "150", "200"] as const;
const root = document.documentElement;

type Remember = (name: "contrast" | "zoom", value: string) => void;

/** Makes the two tools of the foot work, also where the foot is drawn later; `remember` tells the server. */
export function useTools(remember: Remember): void {
  showPressed();
  document.addEventListener("click", ({ target }) => {
    const name = target instanceof Element && target.closest<HTMLElement>("[data-tool]")?.dataset["tool"];
    if (name === "contrast") turnContrast(remember);
    if (name === "zoom") turnZoom(remember);
  });
}

function turnContrast(remember: Remember): void {
  const high = root.dataset["contrast"] !== "high";
  set("contrast", high ? "high" : null);
  remember("contrast", high ? "high" : "normal");
}

function turnZoom(remember: Remember): void {
  const next = ZOOMS[(ZOOMS.findIndex((zoom) => zoom === zoomNow()) + 1) % ZOOMS.length] ?? "100";
  set("zoom", next === "100" ? null : next);
  remember("zoom", next);
}

/** Tells this page's server, which keeps the wish with the visit. */
export function rememberAt(path: string, csrf: string): Remember {
  return (name, value) => {
    const fields = new FormData();
    fields.set(name, value);
    void fetch(path, { method: "POST", body: fields, headers: { Accept: "application/json", "X-CSRFToken": csrf } });
  };
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

/** Brings the signs of the tools in step with the page; a foot that is drawn anew asks for it. */
export function showPressed(): void {
  tool("contrast")?.setAttribute("aria-pressed", String(root.dataset["contrast"] === "high"));
  tool("zoom")?.setAttribute("aria-pressed", String(zoomNow() !== "100"));
  const word = document.querySelector("[data-zoom-word]");
  if (word) word.textContent = zoomNow() === "100" ? t("크게") : `${zoomNow()}%`;
}
