import assert from "node:assert/strict";
import { test } from "node:test";
import { backOff, Recovery } from "./recovery";

const HEALTHY = 120_000;

function house(answering: boolean[], saved = 0) {
  const seen = { waited: [] as number[], reloads: 0, attempts: saved };
  const recovery = new Recovery({
    attempts: { load: () => seen.attempts, save: (count) => void (seen.attempts = count) },
    wait: (milliseconds) => (milliseconds === HEALTHY ? new Promise(() => undefined) : (seen.waited.push(milliseconds), Promise.resolve())),
    answers: async () => answering.shift() ?? true,
    reload: () => void (seen.reloads += 1),
  });
  return { recovery, seen };
}

test("each reload in a row waits twice as long, up to a minute", () => {
  assert.deepEqual([0, 1, 2, 3, 6, 50].map(backOff), [1_000, 2_000, 4_000, 8_000, 60_000, 60_000]);
});

test("many errors are one reload", async () => {
  const { recovery, seen } = house([]);
  await Promise.all([recovery.reloadSoon(), recovery.reloadSoon(), recovery.reloadSoon()]);
  assert.equal(seen.reloads, 1);
  assert.equal(seen.attempts, 1);
});

test("it does not reload while the hub is away", async () => {
  const { recovery, seen } = house([false, false, true], 2);
  await recovery.reloadSoon();
  assert.deepEqual(seen.waited, [4_000, 4_000, 4_000]);
  assert.equal(seen.reloads, 1);
});
