// How long a kiosk's consult screen may stay untouched before it asks whether somebody is there.
import type { IdleTimes } from "../kiosk/idle";
import type { Screen } from "./screen";

/** Who waits, in line or for what the advisor writes, looks on and touches nothing. */
const WAITING_SCREENS: readonly Screen[] = ["waiting", "ended"];
const WAITING = 3; // times as long

/** null = as long as it takes: nobody is asked in the middle of a call. */
export function patience(screen: Screen, usual: IdleTimes): IdleTimes | null {
  if (screen === "call") return null;
  return WAITING_SCREENS.includes(screen) ? { ...usual, seconds: usual.seconds * WAITING } : usual;
}
