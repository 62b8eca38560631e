// Which screen follows from a snapshot, and how long a kiosk screen waits for a touch.
import assert from "node:assert/strict";
import { test } from "node:test";
import { RequestFailed } from "../../protocol/errors";
import type { ConsultState, ConsultView } from "../../protocol/types";
import { patience } from "./patience";
import { screenOf } from "./screen";

function view(state: ConsultState, fields: Partial<ConsultView> = {}): ConsultView {
  const topic = { slug: "tax", name: "세금", prepare: "" };
  return { id: "c1", state, topic, place: null, wait: null, delay: null, advisor: null, recording: true, recorder: null, agreed: null, surveyed: false, guests: [], booked: null, staffed: true, ...fields };
}

const FIRST = { toSurvey: false };
const ON = { toSurvey: true };

test("a consult that is not there shows why, before that it loads", () => {
  assert.equal(screenOf(null, null, FIRST), "loading");
  assert.equal(screenOf(null, new RequestFailed("consult.not_found", 404, ""), FIRST), "problem");
});

test("trouble does not take away what is known", () => {
  assert.equal(screenOf(view("live"), new RequestFailed("centre.unreachable", 0, ""), FIRST), "call");
});

test("the consent is asked once: a refusal is an answer", () => {
  assert.equal(screenOf(view("preparing", { recording: null }), null, FIRST), "consent");
  assert.equal(screenOf(view("preparing", { recording: false }), null, FIRST), "check");
});

test("a reload in a call leads back into the call", () => {
  assert.deepEqual([screenOf(view("accepted"), null, FIRST), screenOf(view("live"), null, FIRST)], ["call", "call"]);
});

test("who answers while the advisor writes is not asked again", () => {
  assert.equal(screenOf(view("ended"), null, ON), "survey");
  assert.equal(screenOf(view("ended", { surveyed: true }), null, ON), "ended");
  assert.equal(screenOf(view("closed", { surveyed: true }), null, ON), "thanks");
});

test("what was agreed is shown before the question", () => {
  assert.equal(screenOf(view("closed"), null, FIRST), "agreed");
  assert.equal(screenOf(view("closed"), null, ON), "survey");
});

test("a waiting person is left in peace longer, a talking one altogether", () => {
  const usual = { seconds: 60, warning: 20 };
  assert.deepEqual(patience("survey", usual), usual);
  assert.deepEqual(patience("waiting", usual), { seconds: 180, warning: 20 });
  assert.deepEqual(patience("ended", usual), { seconds: 180, warning: 20 });
  assert.equal(patience("call", usual), null);
});
