// Typed events: who listens hears, who stopped does not.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Emitter } from "./emitter";

class Bell extends Emitter<{ rung: number }> {
  ring(times: number): void {
    this.emit("rung", times);
  }
}

test("a listener hears until it stops, also when it stops while hearing", () => {
  const bell = new Bell();
  const heard: number[] = [];
  const stop = bell.on("rung", (times) => {
    heard.push(times);
    stop();
  });
  bell.on("rung", (times) => heard.push(times * 10));
  bell.ring(1);
  bell.ring(2);
  assert.deepEqual(heard, [1, 10, 20]);
});
