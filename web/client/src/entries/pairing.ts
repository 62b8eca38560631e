// An unpaired screen: asks whether its code was typed, and shows a new one when its time is over.
import { readPage } from "../page";
import { Navigation, replace } from "../screens/kiosk/navigation";
import { askPatience, sayTrouble } from "../screens/kiosk/telling";
import "../styles/pairing.css";

const ASK_EVERY = 2000; // ms
const page = readPage();
const until = Date.parse(document.querySelector<HTMLElement>("[data-until]")?.dataset["until"] ?? "");

async function ask(): Promise<void> {
  const answer = await fetch("/pair/key", { method: "POST", headers: { Accept: "application/json", "X-CSRFToken": page.csrf } });
  if (answer.status === 400) location.reload(); // the hub was set up anew, and this page's token is of the old one
  if (!answer.ok) return;
  const { to } = (await answer.json()) as { readonly to: string | null };
  if (to !== null) replace(to);
}

function look(): void {
  if (Date.now() > until) location.reload();
  else void ask().catch(() => undefined); // the hub is away for a moment: the next look will tell
}

if (!Number.isNaN(until)) setInterval(look, ASK_EVERY);
new Navigation({ csrf: page.csrf, trouble: sayTrouble, patience: askPatience });
