// The devices page: stays true, and asks once more before a device's key is taken back.
import { t } from "../i18n";
import { readPage } from "../page";
import { keepTime } from "../screens/kiosk/clock";
import { LivePage, type Line } from "../screens/kiosk/live";
import { Navigation } from "../screens/kiosk/navigation";
import { askPatience, sayPassing } from "../screens/kiosk/telling";
import "../styles/devices.css";

const LOOK_EVERY = 15_000; // ms; nobody tells when a device falls silent
const page = readPage<{ readonly timezone: string }>();
const LINE_WORDS: Readonly<Record<Line, string>> = { open: "연결됨", broken: "연결이 끊겼어요" };

function showLine(line: Line): void {
  const badge = document.getElementById("line");
  if (!badge) return;
  badge.dataset["line"] = line;
  badge.textContent = t(LINE_WORDS[line]);
}

// Before the navigation hears of it: who is not sure sends nothing.
document.addEventListener("submit", (event) => {
  const question = (event.target as HTMLFormElement).dataset["sure"];
  if (question === undefined || confirm(question)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
});

function done(): void {
  if (document.activeElement?.closest("#new-device")) document.querySelector<HTMLFormElement>("#new-device")?.reset();
  live.refresh();
}

const live = new LivePage({ namespace: "/desk", csrf: page.csrf, onLine: showLine, onMoved: () => location.reload(), onSwap: () => showTimes() });
new Navigation({ csrf: page.csrf, trouble: sayPassing, patience: askPatience, go: done });
const showTimes = keepTime(page.timezone);
setInterval(() => live.refresh(), LOOK_EVERY);
