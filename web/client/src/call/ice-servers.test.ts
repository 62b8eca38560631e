import assert from "node:assert/strict";
import { test } from "node:test";
import { keepFresh } from "./ice-servers";

const OLD = { urls: "turn:relay.example", username: "1:old" };
const FRESH = { urls: "turn:relay.example", username: "2:fresh" };

/** Asks once, and returns the list as it stands after that. */
function afterOneRound(servers: RTCIceServer[], answer: () => Promise<RTCIceServer[]>): Promise<RTCIceServer[]> {
  return new Promise((resolve) => {
    const stop = keepFresh(
      servers,
      () => {
        stop();
        setTimeout(() => resolve(servers));
        return answer();
      },
      1,
    );
  });
}

test("new connections find fresh credentials in the list they were given", async () => {
  assert.deepEqual(await afterOneRound([OLD], () => Promise.resolve([FRESH])), [FRESH]);
});

test("without an answer the old credentials stay", async () => {
  assert.deepEqual(await afterOneRound([OLD], () => Promise.reject(new Error("away"))), [OLD]);
});
