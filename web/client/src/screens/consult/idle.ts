// When nobody touches a kiosk page any more: a warning that can be put off with one tap, then the page is left.
import { Emitter } from "../../protocol/emitter";
import type { Clock } from "../../call/clock";
import type { Screen } from "./screen";

/** Seconds of the warning (WCAG 2.2.1 asks for at least 20, extendable at least 10 times; here without limit). */
export const WARNING = 20;

const USUAL = 60_000; // ms without a touch
const WAITING = 180_000; // who waits looks on and touches nothing

/** How long a screen may stay untouched, in milliseconds; null = as long as it takes. */
export function patience(screen: Screen): number | null {
  if (screen === "call") return null;
  return screen === "waiting" ? WAITING : USUAL;
}

export interface IdleEvents {
  change: void;
  /** Nobody answered the warning. */
  gone: void;
}

export class IdleWatch extends Emitter<IdleEvents> {
  #left: number | null = null;
  #screen: Screen = "loading";
  #callOff: () => void = () => undefined;

  constructor(private readonly clock: Clock) {
    super();
  }

  /** Seconds left in the warning; null = no warning. */
  get left(): number | null {
    return this.#left;
  }

  /** The screen changed, or someone touched it outside the warning. */
  watch(screen: Screen): void {
    this.#screen = screen;
    this.stay();
  }

  /** Someone is there: starts over. */
  stay(): void {
    this.#callOff();
    if (this.#left !== null) this.#setLeft(null);
    const quiet = patience(this.#screen);
    this.#callOff = quiet === null ? () => undefined : this.clock.after(quiet, () => this.#warn(WARNING));
  }

  #warn(left: number): void {
    if (left === 0) return this.emit("gone", undefined);
    this.#setLeft(left);
    this.#callOff = this.clock.after(1000, () => this.#warn(left - 1));
  }

  #setLeft(left: number | null): void {
    this.#left = left;
    this.emit("change", undefined);
  }
}
