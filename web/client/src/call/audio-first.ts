// When the line gets thin the picture gives way, first in size, then altogether, so that the voice stays clear.

/** full: as the camera gives it; small: little and slow; off: none is sent. */
export type Rung = "full" | "small" | "off";

/** The fields of an RTCRtpEncodingParameters that a rung sets. */
export interface VideoLimit {
  readonly active: boolean;
  readonly maxBitrate: number;
  readonly maxFramerate: number;
  readonly scaleResolutionDownBy: number;
}

/** One look at the line; null is what a browser does not tell. */
export interface LineSight {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Bits a second that the browser thinks it may send (W3C availableOutgoingBitrate). */
  readonly available: number | null;
  /** Milliseconds to the other person and back. */
  readonly roundTrip: number | null;
  /** Share of one's own voice that was lost on the way, 0 to 1. */
  readonly voiceLoss: number | null;
}

/** 1280x720 at 30 frames. */
export const FULL: VideoLimit = { active: true, maxBitrate: 1_700_000, maxFramerate: 30, scaleResolutionDownBy: 1 };

const SMALL: VideoLimit = { active: true, maxBitrate: 150_000, maxFramerate: 12, scaleResolutionDownBy: 3 };

export const LIMITS: Readonly<Record<Rung, VideoLimit>> = { full: FULL, small: SMALL, off: { ...SMALL, active: false } };

/** Below so many bits a second a rung leaves too little for the voice; without a picture nothing can give way any more. */
const NEEDED: Readonly<Record<Rung, number>> = { full: 220_000, small: 95_000, off: 0 };
const BELOW: Readonly<Record<Rung, Rung>> = { full: "small", small: "off", off: "off" };
const ABOVE: Readonly<Record<Rung, Rung>> = { full: "full", small: "full", off: "small" };

const SLOW = 600; // ms; above it two people talk over each other
const SWOLLEN = 3; // a round trip so many times the best one means that packets queue up
const LOSSY = 0.1;
const PATIENCE = 2; // looks at a strained line before something is done
const FIRST_WAIT = 4_000; // ms of calm before the next rung is tried
const LONGEST_WAIT = 60_000;
const TRIAL = 10_000; // ms; a rung that falls within them was tried too early
const WORST_TRUSTED = 30_000; // ms for which the best round trip is remembered

export class AudioFirst {
  #rung: Rung = "full";
  #strained = 0;
  #calmSince: number | null = null;
  #changedAt = 0;
  #wait = FIRST_WAIT;
  #best: { readonly roundTrip: number; readonly at: number } | null = null;

  get rung(): Rung {
    return this.#rung;
  }

  /** Takes one look, about one a second; returns whether the rung changed. */
  look(sight: LineSight): boolean {
    this.#rememberBest(sight);
    if (this.#isStrained(sight)) return this.#suffer(sight.at);
    this.#strained = 0;
    this.#calmSince ??= sight.at;
    return this.#isWorthTrying(sight) && this.#move(ABOVE[this.#rung], sight.at);
  }

  /** Looks stopped, as while reconnecting: what was seen before says nothing about the line to come. */
  forget(): void {
    this.#strained = 0;
    this.#calmSince = this.#best = null;
  }

  #isStrained({ available, roundTrip, voiceLoss }: LineSight): boolean {
    const queued = roundTrip !== null && this.#best !== null && roundTrip > SLOW && roundTrip > SWOLLEN * this.#best.roundTrip;
    return queued || (voiceLoss ?? 0) > LOSSY || (available ?? Infinity) < NEEDED[this.#rung];
  }

  #suffer(at: number): boolean {
    this.#calmSince = null;
    this.#strained += 1;
    if (this.#strained < PATIENCE || this.#rung === "off") return false;
    // The rung was tried too early: the next trial waits longer, since each one costs the voice a moment.
    const tooEarly = this.#changedAt > 0 && at - this.#changedAt < TRIAL;
    this.#wait = tooEarly ? Math.min(this.#wait * 2, LONGEST_WAIT) : FIRST_WAIT;
    return this.#move(BELOW[this.#rung], at);
  }

  /** Nobody can tell how much more a line would carry than is sent over it, so each step up is a trial. */
  #isWorthTrying({ at }: LineSight): boolean {
    return this.#rung !== "full" && this.#calmSince !== null && at - this.#calmSince >= this.#wait;
  }

  #move(rung: Rung, at: number): boolean {
    this.#rung = rung;
    this.#changedAt = at;
    this.#strained = 0;
    this.#calmSince = null;
    return true;
  }

  #rememberBest({ at, roundTrip }: LineSight): void {
    if (roundTrip === null) return;
    const stale = this.#best === null || at - this.#best.at > WORST_TRUSTED;
    if (stale || roundTrip <= (this.#best?.roundTrip ?? Infinity)) this.#best = { roundTrip, at };
  }
}

type Row = Record<string, unknown>;

/** Reads a look from getStats (W3C webrtc-stats). */
export function readLine(report: Iterable<readonly [string, unknown]>, at: number): LineSight {
  const rows = [...report].map(([, row]) => row as Row);
  const pair = rows.find((row) => row["type"] === "candidate-pair" && row["nominated"] === true && row["state"] === "succeeded");
  const voice = rows.find((row) => row["type"] === "remote-inbound-rtp" && row["kind"] === "audio");
  return {
    at,
    available: number(pair, "availableOutgoingBitrate"),
    roundTrip: milliseconds(number(pair, "currentRoundTripTime")),
    voiceLoss: number(voice, "fractionLost"),
  };
}

function number(row: Row | undefined, field: string): number | null {
  const value = row?.[field];
  return typeof value === "number" ? value : null;
}

function milliseconds(seconds: number | null): number | null {
  return seconds === null ? null : seconds * 1000;
}
