// Seats and places: the same numbers as in consult/seating.py.
import assert from "node:assert/strict";
import { test } from "node:test";
import { placeOf, placesFor } from "./places";

test("one's own seat is left out of the places", () => {
  assert.deepEqual([placeOf(1, 0), placeOf(5, 0), placeOf(0, 5), placeOf(1, 2), placeOf(3, 2)], [0, 4, 0, 1, 2]);
});

test("room is made in steps: for one, for three, for five others", () => {
  assert.equal(placesFor([], 0), 1);
  assert.equal(placesFor([0, 1], 1), 1);
  assert.equal(placesFor([0, 1, 2], 0), 3);
  assert.equal(placesFor([0, 1], 2), 3);
  assert.equal(placesFor([0, 1, 2, 3], 3), 3);
  assert.equal(placesFor([0, 1, 4], 0), 5);
});
