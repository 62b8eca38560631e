import assert from "node:assert/strict";
import { test } from "node:test";
import { programme } from "./scenes";

test("notes and the tree take turns, and each note comes once a round", () => {
  assert.deepEqual(programme(["note", "note", "tree"]), [0, 2, 1, 2]);
});

test("without notes there is the tree, without a tree there are notes, and without both nothing", () => {
  assert.deepEqual(programme(["tree"]), [0]);
  assert.deepEqual(programme(["note", "note"]), [0, 1]);
  assert.deepEqual(programme([]), []);
});
