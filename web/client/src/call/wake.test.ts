// A page that was away, with a clock that can jump as it does while a laptop sleeps.
import assert from "node:assert/strict";
import { test } from "node:test";
import { HandClock } from "./testing";
import { watchWaking, type Sight } from "./wake";

class Page extends EventTarget {
  visibilityState: DocumentVisibilityState = "visible";

  turns(state: DocumentVisibilityState): void {
    this.visibilityState = state;
    this.dispatchEvent(new Event("visibilitychange"));
  }
}

class SleepyClock extends HandClock {
  #slept = 0;

  override now(): number {
    return super.now() + this.#slept;
  }

  sleeps(milliseconds: number): void {
    this.#slept += milliseconds;
    this.pass(1_000);
  }
}

function watched(): { page: Page; clock: SleepyClock; waked: () => number; stop: () => void } {
  const page = new Page();
  const clock = new SleepyClock();
  let times = 0;
  const stop = watchWaking(() => (times += 1), page as unknown as Sight, clock);
  return { page, clock, waked: () => times, stop };
}

test("a page that is looked at wakes nobody", () => {
  const { clock, waked } = watched();
  clock.pass(60_000);
  assert.equal(waked(), 0);
});

test("a laptop that slept is noticed by its clock", () => {
  const { clock, waked } = watched();
  clock.pass(5_000);
  clock.sleeps(60_000);
  assert.equal(waked(), 1);
  clock.pass(10_000);
  assert.equal(waked(), 1);
});

test("a page behind another app is looked at when it is shown again, not while timers come late", () => {
  const { page, clock, waked } = watched();
  page.turns("hidden");
  clock.sleeps(60_000);
  assert.equal(waked(), 0);
  page.turns("visible");
  assert.equal(waked(), 1);
});

test("a short look elsewhere is no absence", () => {
  const { page, clock, waked } = watched();
  page.turns("hidden");
  clock.pass(1_000);
  page.turns("visible");
  assert.equal(waked(), 0);
});

test("what was stopped wakes nobody", () => {
  const { page, clock, waked, stop } = watched();
  stop();
  page.turns("hidden");
  clock.sleeps(60_000);
  page.turns("visible");
  assert.equal(waked(), 0);
});
