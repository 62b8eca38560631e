// The cheering tree on a screen of its own: it stays true, lets new leaves unfold, and loads itself anew after an update.
import { readPage } from "../page";
import { Leaves } from "../screens/display/leaves";
import { Recovery } from "../screens/display/recovery";
import { keptNumber } from "../screens/display/storage";
import { LivePage } from "../screens/kiosk/live";
import { keepPulse } from "../screens/kiosk/pulse";

const LOOK_EVERY = 60_000; // ms; a new day and a new season come without a hint

const page = readPage<{ readonly version: string }>();
const leaves = new Leaves();
const recovery = new Recovery({
  attempts: keptNumber("maru-tree-reloads"),
  wait: (milliseconds) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds)),
  answers: () => fetch("/healthz").then((answer) => answer.ok, () => false),
  reload: () => location.reload(),
});
for (const broke of ["error", "unhandledrejection"]) addEventListener(broke, () => void recovery.reloadSoon());

const version = () => document.getElementById("words")?.dataset["version"];
const first = version();

function looked(): void {
  leaves.look();
  if (version() !== first) void recovery.reloadSoon();
}

leaves.look();
new LivePage({ namespace: "/display", csrf: page.csrf, every: LOOK_EVERY, onSwap: looked });
keepPulse("display", page);
