// The waiting-room display: calls numbers one after the other, keeps itself true, and says when what it shows may be old.
import { t } from "../i18n";
import { readPage } from "../page";
import { Announcer, type Standing } from "../screens/display/announcer";
import { HtmlPlayer } from "../screens/display/player";
import { Leaves } from "../screens/display/leaves";
import { Recovery } from "../screens/display/recovery";
import { Scenes } from "../screens/display/scenes";
import { DisplayStage, turnStrip } from "../screens/display/stage";
import { kept, keptNumber } from "../screens/display/storage";
import { keepTime } from "../screens/kiosk/clock";
import { renewCodes } from "../screens/kiosk/keypad";
import { LivePage } from "../screens/kiosk/live";
import { keepPulse } from "../screens/kiosk/pulse";

const CHIME = "/display/chime";
const LOOK_EVERY = 10_000; // ms; also without a hint, so that waits go on and a lost one costs little
const TOGETHER = 40; // ms; two desks that call at once are both heard at once
const FORGIVEN = 4_000; // ms; a blink of the line is not worth a word

interface News extends Standing {
  readonly version: string;
  readonly as_of: string;
}

const page = readPage<{ readonly timezone: string; readonly version: string }>();
const pause = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));
const scenes = new Scenes();
const stage = new DisplayStage(scenes);
const leaves = new Leaves();
const player = new HtmlPlayer();
const announcer = new Announcer({ player, stage, memory: kept("maru-called"), wait: pause, chime: CHIME });
const recovery = new Recovery({
  attempts: keptNumber("maru-reloads"),
  wait: pause,
  answers: () => fetch("/healthz").then((answer) => answer.ok, () => false),
  reload: () => location.reload(),
});
for (const broke of ["error", "unhandledrejection"]) addEventListener(broke, () => void recovery.reloadSoon());

let last = news();
let broken: ReturnType<typeof setTimeout> | undefined;

function news(): News {
  return JSON.parse(document.getElementById("news")?.textContent ?? "") as News;
}

/** A look at the hub came to its end; the page's parts are as it answered. */
function looked(fine: boolean): void {
  if (!fine) {
    broken ??= setTimeout(sayOld, FORGIVEN);
    return;
  }
  clearTimeout(broken);
  broken = undefined;
  showOld(false);
  const fresh = news();
  if (fresh.version !== last.version) void recovery.reloadSoon();
  last = fresh;
  leaves.look();
  announcer.look(fresh);
  stage.lay();
  layStrip();
}

function sayOld(): void {
  const badge = document.getElementById("stale");
  const words = badge?.querySelector("span");
  if (!badge || !words) return;
  words.textContent = t("{time}까지의 번호예요. 창구 안내를 따라 주세요.", { time: last.as_of });
  showOld(true);
}

/** Old numbers are shown as what they are, and nothing beside them. */
function showOld(old: boolean): void {
  const badge = document.getElementById("stale");
  if (!badge || badge.hidden !== old) return;
  badge.hidden = !old;
  document.getElementById("display")?.toggleAttribute("data-stale", old);
  if (old) scenes.rest();
  else scenes.resume();
}

const sound = document.getElementById("sound");
sound?.addEventListener("click", () => {
  sound.hidden = true;
  void player.play(CHIME, last.volume).then((played) => (sound.hidden = played === "played"));
});

renewCodes();
const layStrip = turnStrip();
keepTime(page.timezone);
looked(true);
new LivePage({ namespace: "/display", csrf: page.csrf, every: LOOK_EVERY, together: TOGETHER, onLook: looked, onLine: (line) => line === "broken" && looked(false) });
keepPulse("display", page);
