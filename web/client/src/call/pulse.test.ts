import assert from "node:assert/strict";
import { test } from "node:test";
import { Pulse } from "./pulse";
import { readSample, type Sample } from "./quality";

/** A look after so many packets had come and gone. */
function look(arrived: number, sent: number): Sample {
  const report = new Map<string, unknown>([
    ["t", { type: "transport", packetsReceived: arrived }],
    ["a", { type: "outbound-rtp", kind: "audio", packetsSent: sent }],
  ]);
  return readSample(report, sent * 20);
}

test("three seconds without anything are death, one packet is life", () => {
  const pulse = new Pulse();
  assert.deepEqual([look(10, 50), look(10, 100), look(10, 150), look(11, 200)].map((each) => pulse.feel(each)), [false, false, false, false]);
  assert.deepEqual([look(11, 250), look(11, 300), look(11, 350)].map((each) => pulse.feel(each)), [false, false, true]);
});

test("who sends nothing hears nothing and is not dead", () => {
  const pulse = new Pulse();
  assert.deepEqual([1, 2, 3, 4, 5].map(() => pulse.feel(look(10, 50))), Array(5).fill(false));
});

test("another connection starts anew", () => {
  const pulse = new Pulse();
  for (const sent of [50, 100, 150]) pulse.feel(look(10, sent));
  pulse.forget();
  assert.equal(pulse.feel(look(10, 200)), false);
});
