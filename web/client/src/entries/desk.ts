// The counter desk: buttons without leaving the page, a queue that stays true, a chime when a kiosk rings.
import { t } from "../i18n";
import { readPage } from "../page";
import { chime } from "../screens/kiosk/chime";
import { keepTime } from "../screens/kiosk/clock";
import { renewCodes } from "../screens/kiosk/keypad";
import { listenToKeys } from "../screens/kiosk/keys";
import { LivePage, type Line } from "../screens/kiosk/live";
import { Navigation } from "../screens/kiosk/navigation";
import { keepPulse } from "../screens/kiosk/pulse";
import { askPatience, sayPassing } from "../screens/kiosk/telling";
import "../styles/desk.css";

const page = readPage<{ readonly timezone: string; readonly version: string }>();
const LINE_WORDS: Readonly<Record<Line, string>> = { open: "연결됨", broken: "연결이 끊겼어요" };

function showLine(line: Line): void {
  const badge = document.getElementById("line");
  if (!badge) return;
  badge.dataset["line"] = line;
  badge.textContent = t(LINE_WORDS[line]);
}

function ringing(): number {
  return Number(document.querySelector<HTMLElement>("[data-ringing]")?.dataset["ringing"] ?? 0);
}

/** The visit that a note would be written to; what was typed for one customer never reaches the next. */
function noteVisit(): string {
  return document.getElementById("note-visit")?.dataset["visit"] ?? "";
}

let rang = ringing();
let notedVisit = noteVisit();
const live = new LivePage({
  namespace: "/desk",
  csrf: page.csrf,
  onLine: showLine,
  onMoved: () => location.reload(),
  onSwap: () => {
    if (ringing() > rang) chime();
    rang = ringing();
    document.title = rang > 0 ? `● ${t("직원을 부른 손님")}` : title;
    if (noteVisit() !== notedVisit) emptyNote();
    notedVisit = noteVisit();
    showTimes();
  },
});
const title = document.title;

function emptyNote(): void {
  document.querySelector<HTMLFormElement>("#note-form")?.reset();
}

function done(): void {
  for (const menu of document.querySelectorAll<HTMLElement>(".menu:popover-open")) menu.hidePopover();
  if (document.activeElement?.closest("#note-form")) emptyNote();
  live.refresh();
}

new Navigation({ csrf: page.csrf, trouble: sayPassing, patience: askPatience, go: done });
const showTimes = keepTime(page.timezone);
keepPulse("desk", page);
renewCodes();
listenToKeys();
