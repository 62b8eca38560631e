// Which way the paper door slides: forward along the visit, or back. The sliding itself is in styles/doors.css.

export type Direction = "forward" | "back";

/** The order of a visit; a page that is not named here counts as the step of its first path segment. */
const steps = ["", "language", "menu", "quiz", "ticket", "phone", "v", "visit", "consult", "done"];

function stepOf(path: string): readonly [number, number] {
  const [first = "", second = ""] = path.split("/").filter((segment) => segment !== "");
  const step = steps.indexOf(first);
  return [step === -1 ? steps.length : step, placeWithin(second)];
}

function placeWithin(segment: string): number {
  if (segment === "") return 0;
  return /^\d+$/.test(segment) ? Number(segment) : Number.MAX_SAFE_INTEGER;
}

/** Compares two paths of one origin; the same place counts as forward. */
export function directionBetween(from: string, to: string): Direction {
  const [fromStep, fromPlace] = stepOf(from);
  const [toStep, toPlace] = stepOf(to);
  if (toStep !== fromStep) return toStep < fromStep ? "back" : "forward";
  return toPlace < fromPlace ? "back" : "forward";
}

interface Transition {
  readonly types?: Set<string>;
  readonly ready: Promise<void>;
  readonly finished: Promise<void>;
  readonly updateCallbackDone: Promise<void>;
}

interface DoorEvent extends Event {
  readonly viewTransition: Transition | null;
}

interface Activation {
  readonly from: { readonly url: string | null } | null;
  readonly entry: { readonly url: string | null };
}

function activation(): Activation | null {
  const holder = globalThis as { navigation?: { activation?: Activation | null } };
  return holder.navigation?.activation ?? null;
}

/** Names the direction of the transition that reveals this page; a browser without the interface slides forward. */
export function directTransitions(): void {
  addEventListener("pageswap", (event) => letItBeSkipped((event as DoorEvent).viewTransition));
  addEventListener("pagereveal", (event) => {
    const transition = (event as DoorEvent).viewTransition;
    letItBeSkipped(transition);
    const { from, entry } = activation() ?? { from: null, entry: { url: null } };
    if (!transition?.types || !from?.url || !entry.url) return;
    transition.types.add(directionBetween(new URL(from.url).pathname, new URL(entry.url).pathname));
  });
}

/** A visitor who taps faster than the door slides skips it: nothing is wrong, so nothing is reported. */
function letItBeSkipped(transition: Transition | null): void {
  for (const moment of [transition?.ready, transition?.updateCallbackDone, transition?.finished]) moment?.catch(() => undefined);
}
