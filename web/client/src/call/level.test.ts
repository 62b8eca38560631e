// The level of a voice on a scale that a meter can show.
import assert from "node:assert/strict";
import { test } from "node:test";
import { levelOf } from "./level";

test("silence is nothing, full scale is everything, speech is between", () => {
  assert.equal(levelOf(new Float32Array(64)), 0);
  assert.equal(levelOf(new Float32Array(64).fill(1)), 1);
  const speech = levelOf(new Float32Array(64).fill(0.05));
  assert.ok(speech > 0.4 && speech < 0.7, `speech at ${speech}`);
});
