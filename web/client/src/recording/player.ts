// Plays every track of a recording together: one clock, and each element is kept to it.
import { Emitter } from "../protocol/emitter";
import { clipAt, type Clip, type Lane, type Playlist } from "./playlist";

const TICK = 100; // ms
/** Seconds an element may be off before it is put right: gently, then by a jump. */
const NEAR = 0.06;
const FAR = 0.4;
const NUDGE = 0.06;

/** One element of one person: shows or sounds whichever file has the moment. */
interface Outlet {
  readonly lane: Lane;
  readonly kind: Clip["kind"];
  readonly element: HTMLMediaElement;
  clip: Clip | null;
}

export interface PlayerOptions {
  readonly playlist: Playlist;
  /** Where a file is fetched from. */
  readonly address: (clip: Clip) => string;
  readonly now?: () => number;
}

export class Player extends Emitter<{ change: void; failed: Clip }> {
  readonly #options: PlayerOptions;
  readonly #outlets: Outlet[] = [];
  readonly #now: () => number;
  #at = 0;
  #ticked = 0;
  #playing = false;
  #waiting = false;
  #timer: ReturnType<typeof setInterval> | null = null;

  constructor(options: PlayerOptions) {
    super();
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
  }

  /** Seconds from the beginning. */
  get at(): number {
    return this.#at;
  }

  get playing(): boolean {
    return this.#playing;
  }

  /** A file is on its way: the clock stands until everybody is there. */
  get waiting(): boolean {
    return this.#waiting;
  }

  get seconds(): number {
    return this.#options.playlist.seconds;
  }

  /** Gives one person's element to the player. */
  attach(lane: Lane, kind: Clip["kind"], element: HTMLMediaElement): void {
    const outlet: Outlet = { lane, kind, element, clip: null };
    element.addEventListener("error", () => outlet.clip && this.emit("failed", outlet.clip));
    this.#outlets.push(outlet);
    this.#follow(outlet);
  }

  play(): void {
    if (this.#playing) return;
    if (this.#at >= this.seconds) this.#at = 0;
    this.#playing = true;
    this.#ticked = this.#now();
    this.#timer ??= setInterval(() => this.#tick(), TICK);
    this.#tick();
  }

  pause(): void {
    this.#playing = false;
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
    for (const { element } of this.#outlets) element.pause();
    this.emit("change", undefined);
  }

  seek(to: number): void {
    this.#at = Math.min(Math.max(0, to), this.seconds);
    this.#ticked = this.#now();
    for (const outlet of this.#outlets) this.#follow(outlet, true);
    this.emit("change", undefined);
  }

  #tick(): void {
    const now = this.#now();
    const passed = (now - this.#ticked) / 1000;
    this.#ticked = now;
    this.#waiting = this.#outlets.some(isComing);
    if (!this.#waiting) this.#at = Math.min(this.#at + passed, this.seconds);
    for (const outlet of this.#outlets) this.#follow(outlet);
    if (this.#at >= this.seconds) this.pause();
    else this.emit("change", undefined);
  }

  #follow(outlet: Outlet, jump = false): void {
    // At the very end the last picture stays.
    const clip = this.#at >= this.seconds ? outlet.clip : clipAt(outlet.lane, outlet.kind, this.#at);
    if (clip !== outlet.clip) this.#load(outlet, clip);
    if (clip) keepTo(outlet.element, Math.min(this.#at, clip.end) - clip.shift, jump);
    const runs = clip !== null && this.#playing && !this.#waiting;
    if (runs && outlet.element.paused) void outlet.element.play().catch(() => undefined);
    if (!runs && !outlet.element.paused) outlet.element.pause();
  }

  #load(outlet: Outlet, clip: Clip | null): void {
    outlet.clip = clip;
    if (clip) outlet.element.src = this.#options.address(clip);
    else outlet.element.removeAttribute("src");
    outlet.element.load();
  }
}

function isComing({ clip, element }: Outlet): boolean {
  return clip !== null && element.error === null && (element.seeking || element.readyState < HTMLMediaElement.HAVE_FUTURE_DATA) && !element.ended;
}

/** Puts an element where the clock is: a little off by its speed, far off by a jump. */
function keepTo(element: HTMLMediaElement, target: number, jump: boolean): void {
  if (element.readyState < HTMLMediaElement.HAVE_METADATA) {
    // Before anything is known of the file this is where it will begin.
    if (Math.abs(element.currentTime - target) > FAR) element.currentTime = target;
    return;
  }
  const off = element.currentTime - target;
  if (element.seeking && !jump) return;
  if (jump || Math.abs(off) > FAR) element.currentTime = target;
  element.playbackRate = Math.abs(off) < NEAR ? 1 : off > 0 ? 1 - NUDGE : 1 + NUDGE;
}
