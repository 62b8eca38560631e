// The manager's statistics: charts beside their tables, today as it happens, a word while figures are gathered, and paper.
import { readPage } from "../page";
import { LivePage } from "../screens/kiosk/live";
import { TableChart } from "../screens/manager/charts";
import "../styles/statistics.css";

const page = readPage();
const main = document.querySelector<HTMLElement>(".statistics");
const wait = document.querySelector<HTMLElement>(".statistics-wait");
const charts = [...document.querySelectorAll<HTMLElement>(".chart")].map((figure) => new TableChart(figure));

function isEmpty(): boolean {
  return document.getElementById("totals")?.hasAttribute("data-empty") ?? false;
}

const wasEmpty = isEmpty();

function waiting(now: boolean): void {
  main?.toggleAttribute("data-waiting", now);
  if (wait) wait.hidden = !now;
}

/** Until the first ticket of the day there is nothing to draw; then the page is another one. */
function swapped(): void {
  if (isEmpty() !== wasEmpty) location.reload();
  else for (const chart of charts) chart.update();
}

if (main?.hasAttribute("data-today")) {
  new LivePage({ namespace: "/manager", csrf: page.csrf, onSwap: swapped, onMoved: () => location.reload() });
}
// A canvas does not wait for fonts, and is not drawn anew when they come.
void document.fonts.load('1em "Pretendard Variable"', "0123456789").then(() => charts.forEach((chart) => chart.update()));
document.querySelector(".choose")?.addEventListener("submit", () => waiting(true));
for (const link of document.querySelectorAll(".choose .menu-bar a")) link.addEventListener("click", () => waiting(true));
window.addEventListener("pageshow", () => waiting(false));
window.addEventListener("beforeprint", () => charts.forEach((chart) => chart.toPrint(true)));
window.addEventListener("afterprint", () => charts.forEach((chart) => chart.toPrint(false)));
