// The idle question is put off by a touch as often as one likes, and ends the visit only when nobody answers.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Clock } from "../../call/clock";
import { IdleWatch } from "./idle";

class HandClock implements Clock {
  #now = 0;
  #waiting: { at: number; run: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  after(milliseconds: number, run: () => void): () => void {
    const entry = { at: this.#now + milliseconds, run };
    this.#waiting.push(entry);
    return () => (this.#waiting = this.#waiting.filter((other) => other !== entry));
  }

  turn(seconds: number): void {
    const end = this.#now + seconds * 1000;
    for (let next = this.#next(end); next; next = this.#next(end)) {
      this.#waiting = this.#waiting.filter((other) => other !== next);
      this.#now = next.at;
      next.run();
    }
    this.#now = end;
  }

  #next(end: number) {
    return this.#waiting.filter((entry) => entry.at <= end).sort((one, other) => one.at - other.at)[0];
  }
}

function watched() {
  const clock = new HandClock();
  const idle = new IdleWatch(clock, { seconds: 60, warning: 20 });
  const told: (number | null | "gone")[] = [];
  idle.on("left", (left) => told.push(left));
  idle.on("gone", () => told.push("gone"));
  idle.stay();
  return { clock, idle, told };
}

test("nothing is asked while somebody touches the screen", () => {
  const { clock, idle, told } = watched();
  for (let touch = 0; touch < 20; touch++) {
    clock.turn(59);
    idle.stay();
  }
  assert.deepEqual(told, []);
});

test("the question counts twenty seconds down and then the visit is over", () => {
  const { clock, told } = watched();
  clock.turn(60);
  assert.deepEqual(told, [20]);
  clock.turn(19);
  assert.equal(told.at(-1), 1);
  clock.turn(1);
  assert.equal(told.at(-1), "gone");
});

test("one tap puts the question off, more than ten times", () => {
  const { clock, idle, told } = watched();
  for (let time = 0; time < 12; time++) {
    clock.turn(79);
    assert.equal(told.at(-1), 1);
    idle.stay();
    assert.equal(told.at(-1), null);
  }
  assert.ok(!told.includes("gone"));
});

test("a touch that comes after the end does not bring the visit back", () => {
  const { clock, idle, told } = watched();
  clock.turn(80);
  idle.stay();
  clock.turn(200);
  assert.equal(told.filter((word) => word === "gone").length, 1);
});
