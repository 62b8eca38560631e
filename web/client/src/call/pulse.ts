// Whether the path to the media node is alive: something comes over it many times a second, be it only reports.
import { compare, type Sample } from "./quality";

/** Looks in a row at which nothing came. A change of address heals within two and a half seconds by itself. */
const DEAD = 3;

export class Pulse {
  #before: Sample | null = null;
  #misses = 0;

  /** Takes one look, about one a second; true when the path is dead. */
  feel(now: Sample): boolean {
    this.#misses = this.#before && compare(this.#before, now).silent ? this.#misses + 1 : 0;
    this.#before = now;
    return this.#misses >= DEAD;
  }

  /** Another connection, or none: what was felt before says nothing about it. */
  forget(): void {
    this.#before = null;
    this.#misses = 0;
  }
}
