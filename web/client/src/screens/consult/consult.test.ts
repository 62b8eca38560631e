// Which screen follows from a snapshot, and when a kiosk page counts as left.
import assert from "node:assert/strict";
import { test } from "node:test";
import { HandClock } from "../../call/testing";
import { RequestFailed } from "../../protocol/errors";
import type { ConsultState, ConsultView } from "../../protocol/types";
import { IdleWatch } from "./idle";
import { screenOf } from "./screen";

function view(state: ConsultState, fields: Partial<ConsultView> = {}): ConsultView {
  const topic = { slug: "tax", name: "세금", prepare: "" };
  return { id: "c1", state, topic, place: null, wait: null, advisor: null, recording: true, agreed: null, surveyed: false, ...fields };
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

function watched(): { idle: IdleWatch; clock: HandClock; gone: () => number } {
  const clock = new HandClock();
  const idle = new IdleWatch(clock);
  let times = 0;
  idle.on("gone", () => (times += 1));
  return { idle, clock, gone: () => times };
}

test("an untouched screen warns for twenty seconds, then is left", () => {
  const { idle, clock, gone } = watched();
  idle.watch("survey");
  clock.pass(60_000);
  assert.equal(idle.left, 20);
  clock.pass(19_000);
  assert.deepEqual([idle.left, gone()], [1, 0]);
  clock.pass(1_000);
  assert.equal(gone(), 1);
});

test("one tap puts it off, any number of times", () => {
  const { idle, clock, gone } = watched();
  idle.watch("consent");
  for (let time = 0; time < 12; time += 1) {
    clock.pass(75_000);
    assert.notEqual(idle.left, null);
    idle.stay();
    assert.equal(idle.left, null);
  }
  assert.equal(gone(), 0);
});

test("a call is never interrupted by the idle watch", () => {
  const { idle, clock } = watched();
  idle.watch("call");
  clock.pass(3_600_000);
  assert.equal(idle.left, null);
});
