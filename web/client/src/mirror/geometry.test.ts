// Placing what is worn: cover-fit, mirroring, turn.
import assert from "node:assert/strict";
import { test } from "node:test";
import { easing, frameSize, inMirror, onTheWay, place, visibleRegion } from "./geometry";
import { LANDMARKS, readAnswer, type LandmarkName, type Landmarks, type Point } from "./landmarks";
import { FaceSmoother, OneEuro } from "./one-euro";

const PORTRAIT = { width: 1080, height: 1920 };
const SQUARE = { width: 1000, height: 1000 };

/** An upright face around (0.4, 0.5) of the frame: cheeks 0.2 apart, forehead to chin 0.3. */
const UPRIGHT: Partial<Record<LandmarkName, Point>> = {
  forehead: { x: 0.4, y: 0.35 },
  chin: { x: 0.4, y: 0.65 },
  rightCheek: { x: 0.3, y: 0.5 },
  leftCheek: { x: 0.5, y: 0.5 },
  rightEyeOuter: { x: 0.34, y: 0.45 },
  leftEyeOuter: { x: 0.46, y: 0.45 },
};

function face(points: Partial<Record<LandmarkName, Point>>): Landmarks {
  return Object.fromEntries(LANDMARKS.map((name) => [name, points[name] ?? { x: 0.4, y: 0.5 }])) as Landmarks;
}

/** Turned clockwise in the frame about its own middle; the person's head then leans the other way in a mirror. */
function turned(points: Partial<Record<LandmarkName, Point>>, degrees: number): Landmarks {
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  const turn = ({ x, y }: Point): Point => {
    const [across, down] = [x - 0.4, y - 0.5];
    return { x: 0.4 + across * cos - down * sin, y: 0.5 + across * sin + down * cos };
  };
  return face(Object.fromEntries(Object.entries(points).map(([name, point]) => [name, turn(point)])));
}

function near(actual: number, expected: number, tolerance = 1e-6): void {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected}`);
}

test("a landscape camera on a portrait kiosk shows the middle of its picture, full height", () => {
  const region = visibleRegion({ width: 1280, height: 720 }, PORTRAIT);
  near(region.height, 720);
  near(region.width, 405);
  near(region.x, (1280 - 405) / 2);
  near(region.y, 0);
});

test("a portrait camera on a landscape kiosk loses top and bottom", () => {
  const region = visibleRegion({ width: 720, height: 1280 }, { width: 1920, height: 1080 });
  near(region.width, 720);
  near(region.height, 405);
  near(region.y, (1280 - 405) / 2);
});

test("a frame keeps the region's proportions and is never blown up", () => {
  assert.deepEqual(frameSize({ width: 405, height: 720 }), { width: 180, height: 320 });
  assert.deepEqual(frameSize({ width: 100, height: 50 }), { width: 100, height: 50 });
});

test("what is left in the frame is right in the mirror", () => {
  assert.deepEqual(inMirror({ x: 0, y: 0.25 }, PORTRAIT), { x: 1080, y: 480 });
});

test("a crown's lower edge is a little above the forehead, wider than the face", () => {
  const crown = place("crown", face(UPRIGHT), SQUARE);
  near(crown.x, 600);
  assert.ok(crown.y > 310 && crown.y < 350, `${crown.y}`);
  assert.ok(crown.width > 250 && crown.width < 350, `${crown.width}`);
  near(crown.turn, 0);
});

test("a frame is centred on the face", () => {
  const frame = place("frame", face(UPRIGHT), SQUARE);
  near(frame.x, 600);
  near(frame.y, 500);
  assert.ok(frame.width > 300);
});

test("a head that leans clockwise in the frame leans the other way in the mirror", () => {
  const crown = place("crown", turned(UPRIGHT, 20), SQUARE);
  near(crown.turn, -20, 1e-6);
  assert.ok(crown.x < 600, "the top of the head went to the left of the mirror");
});

test("gliding takes the short way round and ends at the end", () => {
  const from = { x: 0, y: 0, width: 10, turn: 170 };
  const to = { x: 10, y: 20, width: 30, turn: -170 };
  assert.deepEqual(onTheWay(from, to, 0.5), { x: 5, y: 10, width: 20, turn: 180 });
  assert.equal(onTheWay(from, to, 1).width, 30);
  near(easing(35, 35), 0.5);
});

test("the filter calms a still face and follows a moving one", () => {
  const still = new OneEuro({ rest: 1.6, speed: 18 });
  const jitter = Array.from({ length: 40 }, (_, step) => still.next(0.5 + (step % 2 ? 0.002 : -0.002), step / 12));
  const spread = Math.max(...jitter.slice(20)) - Math.min(...jitter.slice(20));
  assert.ok(spread < 0.004, `${spread}`);

  const moving = new OneEuro({ rest: 1.6, speed: 18 });
  let last = 0;
  for (let step = 0; step <= 12; step += 1) last = moving.next(step / 12, step / 12);
  assert.ok(last > 0.93, `${last}`);
});

test("after the face was lost the next one is taken as it is", () => {
  const smoother = new FaceSmoother();
  smoother.next(face({ forehead: { x: 0.1, y: 0.1 } }), 1);
  smoother.forget();
  assert.deepEqual(smoother.next(face({ forehead: { x: 0.9, y: 0.9 } }), 1.1).forehead, { x: 0.9, y: 0.9 });
});

test("the agent's answers are read, and what is not one is not", () => {
  const landmarks = LANDMARKS.map((_, index) => [index / 100, 0.5]);
  const answer = readAnswer(JSON.stringify({ type: "face", landmarks, smile: 0.5, pose: {}, box: {} }));
  assert.ok(answer?.type === "face");
  assert.equal(answer.landmarks.chin.x, 0.01);
  assert.deepEqual(readAnswer('{"type":"unavailable","code":"vision.no_model"}'), {
    type: "unavailable",
    code: "vision.no_model",
  });
  for (const text of ["", "[]", "3", '{"type":"face","landmarks":[[1,2]]}', '{"type":"other"}'])
    assert.equal(readAnswer(text), null, text);
});
