// Nobody has touched the screen for a while: ask, wait, and if nobody answers, leave nothing behind.
import type { Clock } from "../../call/clock";
import { Emitter } from "../../protocol/emitter";

const SECOND = 1000; // ms

export interface IdleTimes {
  /** Seconds without a touch until the question. */
  readonly seconds: number;
  /** Seconds to answer it (WCAG 2.2.1: at least 20, and one may ask for more at least 10 times; here without limit). */
  readonly warning: number;
}

export interface IdleEvents {
  /** Seconds left in the warning; null = somebody is there. */
  left: number | null;
  /** Nobody answered. */
  gone: void;
}

export class IdleWatch extends Emitter<IdleEvents> {
  #asking = false;
  #over = false;
  #callOff: () => void = () => undefined;

  constructor(
    private readonly clock: Clock,
    private readonly times: IdleTimes,
  ) {
    super();
  }

  /** True while the question is on the screen. */
  get asking(): boolean {
    return this.#asking;
  }

  /** Somebody is there: the time starts over. */
  stay(): void {
    if (this.#over) return;
    this.#callOff();
    if (this.#asking) {
      this.#asking = false;
      this.emit("left", null);
    }
    this.#callOff = this.clock.after(this.times.seconds * SECOND, () => this.#ask());
  }

  #ask(): void {
    this.#asking = true;
    this.#countDown(this.clock.now() + this.times.warning * SECOND);
  }

  /** Counts against the clock, not by steps: a tab that slept must not give more time than it shows. */
  #countDown(end: number): void {
    const left = Math.ceil((end - this.clock.now()) / SECOND);
    if (left <= 0) return this.#leave();
    this.emit("left", left);
    this.#callOff = this.clock.after(SECOND, () => this.#countDown(end));
  }

  #leave(): void {
    this.#over = true;
    this.emit("gone", undefined);
  }
}
