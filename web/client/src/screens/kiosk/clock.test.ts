// Waiting times read like a clock.
import assert from "node:assert/strict";
import { test } from "node:test";
import { elapsed } from "./clock";

test("minutes and seconds, hours only when there are any", () => {
  assert.equal(elapsed(0), "0:00");
  assert.equal(elapsed(245_900), "4:05");
  assert.equal(elapsed(3_729_000), "1:02:09");
});

test("a clock that is a little behind shows zero and not a negative wait", () => {
  assert.equal(elapsed(-1_500), "0:00");
});
