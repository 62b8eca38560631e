// How long a kiosk's consult screen may stay untouched before it asks whether somebody is there.
import type { IdleTimes } from "../kiosk/idle";
import type { Screen } from "./screen";

const WAITING = 3; // times as long: who waits looks on and touches nothing

/** null = as long as it takes: nobody is asked in the middle of a call. */
export function patience(screen: Screen, usual: IdleTimes): IdleTimes | null {
  if (screen === "call") return null;
  return screen === "waiting" ? { ...usual, seconds: usual.seconds * WAITING } : usual;
}
