// Noticing that the page was away: a laptop that slept, a phone that showed another app.
import type { Clock } from "./clock";

/** What of the document is looked at. */
export type Sight = Pick<Document, "visibilityState" | "addEventListener" | "removeEventListener">;

const BEAT = 1_000; // ms
/** Timers of a page that is shown come late by so many milliseconds only when the whole machine slept. */
const ASLEEP = 5_000;
/** Whoever looked elsewhere for less than this has missed nothing. */
const AWAY = 3_000;

/** Runs `onWake` whenever the page is back after having been away; returns what ends that. */
export function watchWaking(onWake: () => void, sight: Sight, clock: Clock): () => void {
  let beat = clock.now();
  let hiddenAt: number | null = null;
  let cancel: () => void = () => undefined;
  const tick = () => {
    const slept = clock.now() - beat > BEAT + ASLEEP;
    beat = clock.now();
    cancel = clock.after(BEAT, tick);
    // Hidden pages get their timers late without any sleep; they are looked at when they are shown again.
    if (slept && sight.visibilityState === "visible") onWake();
  };
  const turned = () => {
    if (sight.visibilityState === "hidden") hiddenAt = clock.now();
    else if (hiddenAt !== null && clock.now() - hiddenAt > AWAY) onWake();
  };
  sight.addEventListener("visibilitychange", turned);
  cancel = clock.after(BEAT, tick);
  return () => {
    cancel();
    sight.removeEventListener("visibilitychange", turned);
  };
}
