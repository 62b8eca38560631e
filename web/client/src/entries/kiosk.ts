// Every kiosk screen: navigation in place, idle question, tools, live parts, and the mirror where there is one.
import { browserClock } from "../call/clock";
import { t } from "../i18n";
import { readPage } from "../page";
import { keepTime } from "../screens/kiosk/clock";
import { Leaves } from "../screens/display/leaves";
import { IdleWatch, type IdleTimes } from "../screens/kiosk/idle";
import { renewCodes, useKeypad } from "../screens/kiosk/keypad";
import { LivePage } from "../screens/kiosk/live";
import { offerMirror } from "../screens/kiosk/mirror";
import { Navigation, replace } from "../screens/kiosk/navigation";
import { keepPulse } from "../screens/kiosk/pulse";
import { askPatience, sayPassing, sayTrouble } from "../screens/kiosk/telling";
import { rememberAt, useTools } from "../screens/kiosk/tools";

interface KioskPage {
  /** Whether a visit has begun in this browser. */
  readonly visit: boolean;
  readonly idle: IdleTimes;
  readonly vision: string;
  readonly timezone: string;
  /** The hub's; absent on pages that the centre shows at a kiosk, which tell nobody of the device. */
  readonly version?: string;
}

const GOODBYE_LASTS = 5; // seconds, where the page does not say otherwise
const TRY_TO_LEAVE = 5000; // ms
const page = readPage<KioskPage>();
let live: LivePage | undefined;
const navigation = new Navigation({
  csrf: page.csrf,
  trouble: (sentence) => {
    sayTrouble(sentence);
    live?.refresh(); // what was refused, such as a service that has just closed, must look so
  },
  patience: askPatience,
});
const stopMirror = offerMirror(page.vision);

keepTime(page.timezone);
if (page.version !== undefined) keepPulse("kiosk", { csrf: page.csrf, version: page.version });
useTools(rememberAt("/tools", page.csrf));
document.addEventListener("contextmenu", (event) => event.preventDefault());

function watchForNobody(): void {
  const dialog = document.querySelector<HTMLDialogElement>("#idle");
  const [left, number] = [document.getElementById("idle-left"), document.querySelector("#idle-left .number")];
  if (!dialog || !left || !number) return;
  const idle = new IdleWatch(browserClock, page.idle);
  const leave = () => void navigation.post("/done");
  const nobody = new FormData();
  nobody.set("nobody", "1");
  const leaveEmpty = () => void navigation.post("/done", nobody);
  idle.on("left", (seconds) => {
    if (seconds === null) return dialog.close();
    number.textContent = String(seconds);
    left.style.setProperty("--left", String(seconds / page.idle.warning));
    if (!dialog.open) dialog.showModal();
  });
  idle.on("gone", () => {
    // Even with the hub away for a moment, the next person must not see this visit.
    document.documentElement.dataset["left"] = "";
    stopMirror();
    leaveEmpty();
    setInterval(leaveEmpty, TRY_TO_LEAVE);
  });
  dialog.addEventListener("cancel", () => idle.stay());
  document.getElementById("idle-stay")?.addEventListener("click", () => idle.stay());
  document.getElementById("idle-leave")?.addEventListener("click", leave);
  for (const touch of ["pointerdown", "keydown", "input"]) {
    document.addEventListener(touch, () => idle.asking || idle.stay(), { passive: true });
  }
  idle.stay();
}

/** The code on the screen closes after ten minutes; the page then shows a new one. */
function renewCode(parts: LivePage): void {
  const code = document.querySelector<HTMLElement>("#handoff:not([data-claimed])");
  const until = Date.parse(code?.dataset["until"] ?? "");
  if (!Number.isNaN(until)) setTimeout(() => parts.refresh(), Math.max(0, until - Date.now()) + 500);
}

function helpState(): string {
  return document.querySelector<HTMLElement>("#bell .call-person")?.dataset["help"] ?? "none";
}

function stayTrue(): LivePage {
  let bell = helpState();
  const leaves = new Leaves();
  leaves.look();
  const parts = new LivePage({
    namespace: page.visit ? "/kiosk" : "/display",
    csrf: page.csrf,
    onMoved: (to) => navigation.move(to),
    onSwap: () => {
      const alreadySaid = document.getElementById("help") !== null;
      if (helpState() !== bell && helpState() === "coming" && !alreadySaid) sayPassing(t("직원이 가고 있어요"));
      bell = helpState();
      leaves.look();
      renewCode(parts);
    },
  });
  renewCode(parts);
  return parts;
}

renewCodes();
for (const form of document.querySelectorAll<HTMLFormElement>("form[data-keypad]")) useKeypad(form);
if (!document.querySelector("[data-still]")) live = stayTrue();
watchForNobody();
const goodbye = document.querySelector<HTMLElement>("[data-goodbye]");
if (goodbye) setTimeout(() => replace("/"), Number(goodbye.dataset["goodbye"] || GOODBYE_LASTS) * 1000);
