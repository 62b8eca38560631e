// Where a crown or a frame goes in the mirrored picture: pure functions of points and sizes.
import type { Landmarks, Point } from "./landmarks";

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Region extends Size, Point {}

/** What the character wears: a crown stands on the forehead, a frame goes around the face. */
export type Wear = "crown" | "frame";

/** Where the overlay's anchor goes, in pixels of the mirror; `turn` is degrees clockwise.
 *  The anchor is the middle of a crown's lower edge, and the centre of a frame. */
export interface Placement extends Point {
  readonly width: number;
  readonly turn: number;
}

// A crown sits on the hair: wider than the face, its rim a little above the top of the forehead.
const CROWN_TO_FACE = 1.5;
const RIM_BELOW_FOREHEAD = -0.05;
const FRAME_TO_FACE = 2.1;

/** The part of the camera's picture that `object-fit: cover` shows in the mirror, in camera pixels. */
export function visibleRegion(camera: Size, mirror: Size): Region {
  const scale = Math.max(mirror.width / camera.width, mirror.height / camera.height);
  const width = mirror.width / scale;
  const height = mirror.height / scale;
  return { x: (camera.width - width) / 2, y: (camera.height - height) / 2, width, height };
}

/** The size a region is sent in: its own proportions, the longer side at most `longest`. */
export function frameSize(region: Size, longest = 320): Size {
  const scale = Math.min(1, longest / Math.max(region.width, region.height));
  return {
    width: Math.max(1, Math.round(region.width * scale)),
    height: Math.max(1, Math.round(region.height * scale)),
  };
}

/** A point of the sent frame, in pixels of the mirror, which shows the frame flipped. */
export function inMirror(point: Point, mirror: Size): Point {
  return { x: (1 - point.x) * mirror.width, y: point.y * mirror.height };
}

/** Place what is worn on a face seen in the visible region. */
export function place(wear: Wear, face: Landmarks, mirror: Size): Placement {
  const at = (name: keyof Landmarks): Point => inMirror(face[name], mirror);
  // The person's right eye is on the right of a mirror, so this vector runs to the right when upright.
  const turn = degrees(direction(at("leftEyeOuter"), at("rightEyeOuter")));
  const width = distance(at("leftCheek"), at("rightCheek"));
  const forehead = at("forehead");
  const chin = at("chin");
  if (wear === "frame") return { ...between(forehead, chin, 0.5), width: width * FRAME_TO_FACE, turn };
  return { ...between(forehead, chin, RIM_BELOW_FOREHEAD), width: width * CROWN_TO_FACE, turn };
}

/** A placement on the way from one to another; `share` 0 is the first, 1 the second. */
export function onTheWay(from: Placement, to: Placement, share: number): Placement {
  const mix = (start: number, end: number): number => start + (end - start) * share;
  const turn = ((to.turn - from.turn + 540) % 360) - 180; // the short way round
  return {
    x: mix(from.x, to.x),
    y: mix(from.y, to.y),
    width: mix(from.width, to.width),
    turn: from.turn + turn * share,
  };
}

/** How far to go in `elapsed` milliseconds so that, at any frame rate, half is done after `half` of them. */
export function easing(elapsed: number, half: number): number {
  return 1 - 2 ** (-elapsed / half);
}

function between(from: Point, to: Point, share: number): Point {
  return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
}

function distance(from: Point, to: Point): number {
  return Math.hypot(to.x - from.x, to.y - from.y);
}

function direction(from: Point, to: Point): number {
  return Math.atan2(to.y - from.y, to.x - from.x);
}

function degrees(radians: number): number {
  return (radians * 180) / Math.PI;
}
