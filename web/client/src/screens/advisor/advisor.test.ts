// The console's keys and drafts.
import assert from "node:assert/strict";
import { test } from "node:test";
import { dropDraft, keepDraft, readDraft } from "./draft";
import { actionOf } from "./keys";

function pressed(code: string, held: Partial<KeyboardEvent> = {}) {
  return { altKey: true, ctrlKey: false, metaKey: false, repeat: false, code, ...held };
}

test("Alt with a key acts by its place on the keyboard", () => {
  assert.deepEqual(["Digit1", "KeyM", "KeyV", "KeyE", "KeyX"].map((code) => actionOf(pressed(code))), ["accept", "mute", "camera", "end", null]);
});

test("a key without Alt, held down, or with another modifier is not ours", () => {
  assert.equal(actionOf(pressed("KeyE", { altKey: false })), null);
  assert.equal(actionOf(pressed("KeyE", { repeat: true })), null);
  assert.equal(actionOf(pressed("KeyE", { ctrlKey: true })), null);
});

function shelf(): Pick<Storage, "getItem" | "setItem" | "removeItem"> {
  const kept = new Map<string, string>();
  return { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value), removeItem: (key) => void kept.delete(key) };
}

test("a draft outlives a reload and belongs to its consult alone", () => {
  const kept = shelf();
  keepDraft("c1", "서류 준비", kept);
  assert.deepEqual([readDraft("c1", kept), readDraft("c2", kept)], ["서류 준비", ""]);
  dropDraft(kept);
  assert.equal(readDraft("c1", kept), "");
});
