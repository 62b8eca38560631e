// Which way the door slides between two pages of a visit.
import assert from "node:assert/strict";
import { test } from "node:test";
import { directionBetween } from "./transitions";

const journeys: readonly (readonly [string, string, string])[] = [
  ["/", "/language", "forward"],
  ["/menu", "/quiz", "forward"],
  ["/quiz", "/quiz/1", "forward"],
  ["/quiz/9", "/quiz/10", "forward"],
  ["/quiz/10", "/quiz/9", "back"],
  ["/quiz/12", "/quiz/result", "forward"],
  ["/quiz/result", "/menu", "back"],
  ["/ticket/issued", "/", "back"],
  ["/visit", "/consult", "forward"],
];

for (const [from, to, direction] of journeys) {
  test(`${from} to ${to} slides ${direction}`, () => assert.equal(directionBetween(from, to), direction));
}
