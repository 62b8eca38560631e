// A device that is there and not forbidden counts as there, since nobody is asked before it is needed.
import assert from "node:assert/strict";
import { test } from "node:test";
import { senseOf } from "./pulse";

test("only a refusal blocks a camera", () => {
  assert.equal(senseOf("denied"), "denied");
  assert.equal(senseOf("granted"), "ok");
  assert.equal(senseOf("prompt"), "ok");
  assert.equal(senseOf(undefined), "ok");
});
