import assert from "node:assert/strict";
import test from "node:test";
import { Opposite } from "./opposite";

const FINE = { hearing: true, hushed: false, framesPerSecond: 30 };

function after(samples: number, told: Partial<typeof FINE>): Opposite {
  const opposite = new Opposite();
  for (let sample = 0; sample < samples; sample += 1) opposite.note({ ...FINE, ...told });
  return opposite;
}

test("a picture that stands still for a moment is no voice alone", () => {
  assert.deepEqual([1, 2].map((samples) => after(samples, { framesPerSecond: 0 }).voiceOnly), [false, true]);
});

test("somebody who only listens is not called hushed at once, and nobody who is heard", () => {
  assert.deepEqual([3, 4].map((samples) => after(samples, { hushed: true }).hushed), [false, true]);
  assert.equal(after(9, {}).hushed, false);
});

test("nothing of them is no picture that stands still", () => {
  const gone = after(3, { hearing: false, framesPerSecond: 0 });
  assert.deepEqual([gone.missing, gone.voiceOnly], [true, false]);
});

test("one good sample, or another connection, begins the count anew", () => {
  const back = after(3, { hearing: false });
  back.note(FINE);
  const anew = after(3, { hearing: false });
  anew.forget();
  assert.deepEqual([back.missing, anew.missing], [false, false]);
});
