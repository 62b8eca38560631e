// Typing a number on the glass.
import assert from "node:assert/strict";
import { test } from "node:test";
import { typed } from "./keypad";

const after = (...keys: string[]): string => keys.reduce(typed, "");

test("a number is spelled as on the ticket", () => {
  assert.equal(after("A", "0", "1", "2"), "A-012");
  assert.equal(after("A", "1", "B"), "B-1");
  assert.equal(after("1", "2", "C"), "C-12");
});

test("it holds no more than a number has, and can be taken back", () => {
  assert.equal(after("A", "0", "1", "2", "3"), "A-012");
  assert.equal(after("A", "1", "delete"), "A");
  assert.equal(after("A", "1", "delete", "delete"), "");
  assert.equal(after("4", "8", "2", "1", "0", "7", "9"), "482107");
});
