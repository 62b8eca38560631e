// What others see behind a person: the room as it is, the room out of focus, or the bank's own picture.
// Whoever wished the room hidden never shows it, not even for the moment in which the camera is taken anew.

export type Backdrop = "none" | "blur" | "bank";
export const BACKDROPS: readonly Backdrop[] = ["none", "blur", "bank"];

/** slow: this machine cannot keep up; failed: what is needed for it could not be loaded. */
export type BackdropFault = "slow" | "failed";

/** A camera's picture with another backdrop, made in this browser. */
export interface Dressing {
  readonly camera: MediaStreamTrack;
  readonly track: MediaStreamTrack;
  stop(): void;
}

/** Rejects with TooSlow when a frame takes longer than the bank allows. */
export type Dress = (camera: MediaStreamTrack, backdrop: Exclude<Backdrop, "none">) => Promise<Dressing>;

export class TooSlow extends Error {
  override readonly name = "TooSlow";
}

/** By its name: the bundle that hides a room has a class of its own. */
function isTooSlow(error: unknown): boolean {
  return error instanceof Error && error.name === "TooSlow";
}

/** Where the parts are that hide a room; the server says it, and says nothing where it has no model. */
export interface BackdropOffer {
  readonly script: string;
  readonly loader: string;
  readonly binary: string;
  readonly model: string;
  readonly picture: string;
  /** Milliseconds that one frame may take. */
  readonly patience: number;
}

/** Loads what hides a room when it is first wished: 13 MB that most pages never need. */
export function dressFrom(offer: BackdropOffer | null | undefined): Dress | undefined {
  if (!offer) return undefined;
  let loading: Promise<Dress> | undefined;
  const load = async () => {
    const parts = (await import(offer.script)) as typeof import("../entries/dressing");
    return parts.openWardrobe(offer);
  };
  return async (camera, backdrop) => {
    loading ??= load();
    try {
      return await (await loading)(camera, backdrop);
    } catch (error) {
      if (!isTooSlow(error)) loading = undefined; // a line that was away is tried again
      throw error;
    }
  };
}

/** Which picture of the camera may be shown, and how the wish for another backdrop stands. */
export class Dresser {
  #wish: Backdrop = "none";
  #dressing: Dressing | null = null;
  #fault: BackdropFault | null = null;
  #turn = 0;

  constructor(private readonly dress: Dress | undefined) {}

  get offered(): boolean {
    return this.dress !== undefined;
  }

  get wish(): Backdrop {
    return this.#wish;
  }

  get fault(): BackdropFault | null {
    return this.#fault;
  }

  /** The camera itself, its dressed picture, or nothing yet. */
  shown(camera: MediaStreamTrack | null): MediaStreamTrack | null {
    if (camera === null || this.#wish === "none") return camera;
    return this.#dressing?.camera === camera ? this.#dressing.track : null;
  }

  /** Dresses a camera that was taken anew as was wished before; while that fails, nothing is shown. */
  async follow(camera: MediaStreamTrack | null): Promise<void> {
    if (camera === null || this.#wish === "none") return this.#undress();
    await this.#put(camera, this.#wish);
  }

  /** Changes the wish. A machine that is too slow for it leaves everything as it was, and says so. */
  async change(camera: MediaStreamTrack | null, wish: Backdrop): Promise<void> {
    this.#fault = null;
    if (camera === null || wish === "none") {
      this.#wish = wish;
      return this.#undress();
    }
    if (await this.#put(camera, wish)) this.#wish = wish;
  }

  stop(): void {
    this.#undress();
  }

  /** True when the camera now wears it; a later wish makes an earlier one void. */
  async #put(camera: MediaStreamTrack, wish: Exclude<Backdrop, "none">): Promise<boolean> {
    if (!this.dress) return false;
    const turn = ++this.#turn;
    try {
      const dressing = await this.dress(camera, wish);
      if (turn !== this.#turn) {
        dressing.stop();
        return false;
      }
      this.#dressing?.stop();
      this.#dressing = dressing;
      this.#fault = null;
      return true;
    } catch (error) {
      if (turn === this.#turn) this.#fault = isTooSlow(error) ? "slow" : "failed";
      return false;
    }
  }

  #undress(): void {
    this.#turn += 1;
    this.#dressing?.stop();
    this.#dressing = null;
  }
}
