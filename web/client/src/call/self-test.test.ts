// What is said of each piece of the way, from what was seen.
import assert from "node:assert/strict";
import { test } from "node:test";
import { RequestFailed } from "../protocol/errors";
import { verdict } from "../screens/selftest/verdict";
import { checkConnection, type Looks } from "./check";
import { relaysByWay } from "./paths";
import { judge, type WaysSeen } from "./self-test";

const NO_RELAYS = new Map();
const GOOD: WaysSeen = { centre: true, node: null, direct: true, relays: NO_RELAYS };

function results(seen: WaysSeen): string[] {
  return Object.values(judge(seen)).map((finding) => ("cause" in finding ? `${finding.result} ${finding.cause}` : finding.result));
}

test("before anything was seen everything waits", () => {
  assert.deepEqual(results({}), ["wait", "wait", "wait", "wait"]);
  assert.equal(verdict(Object.values(judge({}))), "wait");
});

test("where all is open, a relay that is not set up is no trouble", () => {
  assert.deepEqual(results(GOOD), ["pass", "pass", "pass", "none"]);
  assert.equal(verdict(Object.values(judge(GOOD))), "pass");
});

test("without the centre nothing else can be told", () => {
  assert.deepEqual(new Set(results({ centre: false })), new Set(["fail unreachable"]));
});

test("a media node that does not answer is named, and one that is full", () => {
  const away = { ...GOOD, node: new RequestFailed("media.unreachable", 503, ""), direct: false };
  assert.deepEqual(results(away).slice(1, 3), ["fail no-node", "fail no-node"]);
  assert.equal(results({ ...away, node: new RequestFailed("media.full", 503, "") })[1], "fail full");
});

test("without UDP it depends on the relays", () => {
  const closed = { ...GOOD, direct: false };
  assert.equal(results(closed)[2], "fail no-route");
  const tls = new Map([["udp", false], ["tls", true]] as const);
  assert.deepEqual(results({ ...closed, relays: tls }).slice(2), ["warn no-udp", "warn some-relays"]);
  const none = new Map([["tls", false]] as const);
  assert.deepEqual(results({ ...closed, relays: none }).slice(2), ["fail no-route", "fail no-relay"]);
  assert.equal(results({ ...GOOD, relays: none })[3], "warn no-relay");
});

test("each way through a relay is told apart by its address", () => {
  const urls = ["turn:a:3478?transport=udp", "turn:a:3478?transport=tcp", "turns:a:443?transport=tcp"];
  const ways = relaysByWay([{ urls: "stun:b" }, { urls, username: "u" }]);
  assert.deepEqual([...ways.keys()], ["udp", "tcp", "tls"]);
  assert.deepEqual(ways.get("tls"), { urls: urls[2], username: "u" });
});

test("the check before a call asks the centre first, then joins, then tries the relays", async () => {
  const open: Looks = { ask: async () => undefined, direct: async () => true, relayed: async () => false };
  const no = async () => Promise.reject(new RequestFailed("media.unreachable", 503, ""));
  const closed = { ...open, direct: async () => false };
  assert.deepEqual(await checkConnection(open), { result: "pass" });
  assert.deepEqual(await checkConnection({ ...open, ask: no }), { result: "fail", cause: "unreachable" });
  assert.deepEqual(await checkConnection({ ...open, direct: no }), { result: "warn", cause: "no-node" });
  assert.deepEqual(await checkConnection(closed), { result: "fail", cause: "no-route" });
  assert.deepEqual(await checkConnection({ ...closed, relayed: async () => true }), { result: "warn", cause: "no-udp" });
});
