// What comes of the one opposite, sample by sample: for how long their picture stood still, or nothing was heard, or nothing came.
import type { Quality } from "./quality";

const STILLS = 2; // samples without a new picture
const MISSES = 3; // samples in which nothing came
const HUSHES = 4; // samples without any sound: some phones send nothing at all while their owner listens

type Told = Pick<Quality, "hearing" | "hushed" | "framesPerSecond">;

export class Opposite {
  #stills = 0;
  #hushes = 0;
  #misses = 0;

  /** Takes what happened between the last two samples; null while there is nothing to compare. */
  note(told: Told | null): void {
    this.#stills = told?.hearing && told.framesPerSecond === 0 ? this.#stills + 1 : 0;
    this.#hushes = told?.hushed ? this.#hushes + 1 : 0;
    this.#misses = told?.hearing === false ? this.#misses + 1 : 0;
  }

  /** They are heard and their picture stands still: a line carries the voice alone. */
  get voiceOnly(): boolean {
    return this.#stills >= STILLS;
  }

  /** Their line is fine and for a while nothing at all is heard: their microphone may be off. */
  get hushed(): boolean {
    return this.#hushes >= HUSHES;
  }

  /** For a while nothing has come of them. */
  get missing(): boolean {
    return this.#misses >= MISSES;
  }

  /** Another connection counts anew. */
  forget(): void {
    this.note(null);
  }
}
