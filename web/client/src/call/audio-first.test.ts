// What gives way on a thin line, and when it comes back: looks at a line, one a second.
import assert from "node:assert/strict";
import { test } from "node:test";
import { AudioFirst, LIMITS, readLine, type LineSight, type Rung } from "./audio-first";

const GOOD = { available: 1_500_000, roundTrip: 30, voiceLoss: 0 };
const THIN = { ...GOOD, available: 150_000 };
const THREAD = { ...GOOD, available: 60_000 };

/** Looks at a line that stays the same; returns the rungs it led to, one a second. */
class Watcher {
  readonly line = new AudioFirst();
  #second = 0;

  sees(sight: Omit<LineSight, "at">, seconds: number): Rung[] {
    return Array.from({ length: seconds }, () => {
      this.#second += 1;
      this.line.look({ ...sight, at: this.#second * 1000 });
      return this.line.rung;
    });
  }
}

test("a good line keeps the picture", () => {
  assert.deepEqual(new Set(new Watcher().sees(GOOD, 60)), new Set(["full"]));
});

test("one bad look changes nothing", () => {
  const watcher = new Watcher();
  for (let time = 0; time < 5; time += 1) {
    assert.deepEqual(watcher.sees(THREAD, 1), ["full"]);
    watcher.sees(GOOD, 1);
  }
});

test("a thin line makes the picture small, a thread switches it off, and nothing goes below", () => {
  const watcher = new Watcher();
  assert.deepEqual(watcher.sees(THIN, 3), ["full", "small", "small"]);
  assert.deepEqual(watcher.sees(THREAD, 4), ["small", "off", "off", "off"]);
});

test("packets that queue up count as a thin line, a long way does not", () => {
  const far = { ...GOOD, roundTrip: 700 };
  const swollen = new Watcher();
  swollen.sees(GOOD, 3);
  assert.equal(swollen.sees(far, 2).at(-1), "small");
  assert.deepEqual(new Set(new Watcher().sees(far, 20)), new Set(["full"]));
});

test("a voice that is lost on the way counts where a browser tells nothing else", () => {
  const silent = { available: null, roundTrip: null, voiceLoss: 0.2 };
  assert.equal(new Watcher().sees(silent, 4).at(-1), "off");
});

test("the picture comes back by itself, rung by rung", () => {
  const watcher = new Watcher();
  watcher.sees(THREAD, 4);
  const back = watcher.sees(GOOD, 30);
  assert.deepEqual([...new Set(back)], ["off", "small", "full"]);
});

test("each trial that fails makes the next one wait longer", () => {
  const watcher = new Watcher();
  watcher.sees(THREAD, 4);
  const waits = [1, 2, 3].map(() => {
    const wait = secondsUntil(watcher, "small");
    assert.equal(watcher.sees(THREAD, 2).at(-1), "off");
    return wait;
  });
  assert.deepEqual(waits, [...waits].sort((one, other) => one - other));
  assert.ok((waits[2] ?? 0) >= 2 * (waits[0] ?? Infinity), `seconds before each trial: ${waits.join(", ")}`);
});

function secondsUntil(watcher: Watcher, rung: Rung): number {
  const seconds = Array.from({ length: 100 }, (_, index) => index + 1).find(() => watcher.sees(GOOD, 1)[0] === rung);
  return seconds ?? assert.fail(`never ${rung}`);
}

test("numbers are read from what the browser counts", () => {
  const report = new Map<string, unknown>([
    ["1", { type: "candidate-pair", nominated: true, state: "succeeded", availableOutgoingBitrate: 300_000, currentRoundTripTime: 0.05 }],
    ["2", { type: "remote-inbound-rtp", kind: "audio", fractionLost: 0.25 }],
  ]);
  assert.deepEqual(readLine(report, 7), { at: 7, available: 300_000, roundTrip: 50, voiceLoss: 0.25 });
  assert.deepEqual(readLine(new Map(), 7), { at: 7, available: null, roundTrip: null, voiceLoss: null });
});

test("off sends nothing", () => {
  assert.deepEqual([LIMITS.full.active, LIMITS.small.active, LIMITS.off.active], [true, true, false]);
});
