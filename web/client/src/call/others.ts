// What comes of everyone but the one opposite, by place: who is heard, and whose picture stands still meanwhile.
import type { Sample } from "./quality";

interface Counted {
  readonly packets: number;
  readonly frames: number;
  readonly heard: boolean;
  /** Samples in a row with a voice and without a new picture, since there was one. */
  readonly stills: number;
}

const STILLS = 2; // samples

export class Others {
  readonly #places = new Map<number, Counted>();

  /** Takes what the browser has counted of this place so far. */
  note(place: number, { received }: Pick<Sample, "received">): void {
    const [packets, frames] = [received.audio.packets, received.video.framesDecoded];
    const before = this.#places.get(place) ?? { packets, frames, heard: false, stills: 0 };
    const heard = packets > before.packets;
    const still = heard && frames > 0 && frames === before.frames;
    this.#places.set(place, { packets, frames, heard, stills: still ? before.stills + 1 : 0 });
  }

  /** Something was heard between the last two samples. */
  hears(place: number): boolean {
    return this.#places.get(place)?.heard ?? false;
  }

  /** They are heard and their picture, which was there before, stands still: a line carries the voice alone. */
  voiceOnly(place: number): boolean {
    return (this.#places.get(place)?.stills ?? 0) >= STILLS;
  }

  /** Another connection counts anew. */
  forget(): void {
    this.#places.clear();
  }
}
