// The one-euro filter: quiet when the face is still, quick when it moves.
// Casiez, Roussel, Vogel: "1€ Filter", CHI 2012.
import { LANDMARKS, type LandmarkName, type Landmarks, type Point } from "./landmarks";

export interface Tuning {
  /** Cut-off in hertz for a value at rest: lower is calmer. */
  readonly rest: number;
  /** How much the cut-off rises with speed: higher follows faster. */
  readonly speed: number;
}

const SPEED_CUT_OFF = 1;
// For points between 0 and 1: a hand's breadth a second is a speed of about 0.3.
const FACE: Tuning = { rest: 1.6, speed: 18 };

/** Smooths one value that comes with its time in seconds. */
export class OneEuro {
  #value: number | null = null;
  #rate = 0;
  #at = 0;

  constructor(private readonly tuning: Tuning) {}

  next(value: number, at: number): number {
    const elapsed = at - this.#at;
    this.#at = at;
    if (this.#value === null || elapsed <= 0) return (this.#value = value);
    const rate = (value - this.#value) / elapsed;
    this.#rate += (rate - this.#rate) * share(SPEED_CUT_OFF, elapsed);
    const cutOff = this.tuning.rest + this.tuning.speed * Math.abs(this.#rate);
    this.#value += (value - this.#value) * share(cutOff, elapsed);
    return this.#value;
  }
}

/** Smooths all points of a face; `forget` when the face was lost, so that the next one does not slide in. */
export class FaceSmoother {
  #filters = new Map<LandmarkName, readonly [OneEuro, OneEuro]>();

  next(face: Landmarks, at: number): Landmarks {
    const smooth = LANDMARKS.map((name) => [name, this.#point(name, face[name], at)] as const);
    return Object.fromEntries(smooth) as Record<LandmarkName, Point>;
  }

  forget(): void {
    this.#filters.clear();
  }

  #point(name: LandmarkName, point: Point, at: number): Point {
    const filters = this.#filters.get(name) ?? ([new OneEuro(FACE), new OneEuro(FACE)] as const);
    this.#filters.set(name, filters);
    return { x: filters[0].next(point.x, at), y: filters[1].next(point.y, at) };
  }
}

function share(cutOff: number, elapsed: number): number {
  const lag = 1 / (2 * Math.PI * cutOff);
  return elapsed / (elapsed + lag);
}
