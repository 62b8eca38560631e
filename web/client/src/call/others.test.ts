import assert from "node:assert/strict";
import test from "node:test";
import { Others } from "./others";
import { readSample } from "./quality";

/** What a browser has counted of one place. */
function counted(packetsReceived: number, framesDecoded: number) {
  const rows = { a: { type: "inbound-rtp", kind: "audio", packetsReceived }, v: { type: "inbound-rtp", kind: "video", framesDecoded } };
  return readSample(Object.entries(rows), 0);
}

function after(...samples: readonly (readonly [number, number])[]): Others {
  const others = new Others();
  for (const sample of samples) others.note(2, counted(...sample));
  return others;
}

test("who is heard while their picture stands still is told by voice alone, after two samples", () => {
  assert.equal(after([100, 30], [200, 30]).voiceOnly(2), false);
  assert.equal(after([100, 30], [200, 30], [300, 30]).voiceOnly(2), true);
  assert.equal(after([100, 30], [200, 30], [300, 30], [400, 31]).voiceOnly(2), false);
});

test("who never had a picture, or has gone altogether, is not told so", () => {
  assert.equal(after([100, 0], [200, 0], [300, 0]).voiceOnly(2), false);
  assert.equal(after([100, 30], [100, 30], [100, 30]).voiceOnly(2), false);
  assert.equal(new Others().voiceOnly(1), false);
});

test("who is heard is known by place, and forgotten with the connection", () => {
  const others = after([100, 0], [150, 0]);
  assert.deepEqual([others.hears(2), others.hears(1)], [true, false]);
  others.forget();
  assert.equal(others.hears(2), false);
});
