// The waiting-room display: the newest number with a chime, and a word when what it shows may be old.
import { t } from "../i18n";
import { readPage } from "../page";
import { chime } from "../screens/kiosk/chime";
import { keepTime } from "../screens/kiosk/clock";
import { LivePage, type Line } from "../screens/kiosk/live";
import { keepPulse } from "../screens/kiosk/pulse";

const FORGIVEN = 4000; // ms; a blink of the line is not worth a word
const page = readPage<{ readonly timezone: string; readonly version: string }>();

let broken: ReturnType<typeof setTimeout> | undefined;

function showLine(line: Line): void {
  if (line === "broken") {
    broken ??= setTimeout(sayOld, FORGIVEN);
    return;
  }
  clearTimeout(broken);
  broken = undefined;
  document.getElementById("stale")?.toggleAttribute("hidden", true);
}

function sayOld(): void {
  const badge = document.getElementById("stale");
  const words = badge?.querySelector("span");
  if (!badge || !words) return;
  const time = document.querySelector("[data-clock]")?.textContent ?? "";
  words.textContent = t("{time}까지의 번호예요. 창구 안내를 따라 주세요.", { time });
  badge.hidden = false;
}

/** The number on top and how often it was called: whoever is called again should hear and see it again. */
function callNow(): string {
  const { number = "", recalls = "" } = document.getElementById("now")?.dataset ?? {};
  return number === "" ? "" : `${number} ${recalls}`;
}

let shown = callNow();
new LivePage({
  namespace: "/display",
  csrf: page.csrf,
  onLine: showLine,
  onSwap: () => {
    const now = callNow();
    if (now !== shown && now !== "") announce();
    shown = now;
  },
});

function announce(): void {
  chime();
  document.getElementById("now")?.setAttribute("data-fresh", "");
}

keepTime(page.timezone);
keepPulse("display", page);
