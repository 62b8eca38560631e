// What the device agent tells about a face, read from its JSON and checked.

/** The named points in the order the agent sends them; left and right are the person's own.
 *  hardware/vision/face.py holds the same list, and a test holds the two together. */
export const LANDMARKS = [
  "forehead",
  "chin",
  "rightForehead",
  "leftForehead",
  "rightTemple",
  "leftTemple",
  "rightCheek",
  "leftCheek",
  "rightBrow",
  "leftBrow",
  "rightEyeOuter",
  "rightEyeInner",
  "leftEyeInner",
  "leftEyeOuter",
  "rightPupil",
  "leftPupil",
  "noseBridge",
  "noseTip",
  "mouthRight",
  "mouthLeft",
  "lipUpper",
  "lipLower",
] as const;

export type LandmarkName = (typeof LANDMARKS)[number];

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Points of one face, 0 to 1 across and down the frame that was sent, which is not mirrored. */
export type Landmarks = Readonly<Record<LandmarkName, Point>>;

export type Answer =
  | { readonly type: "face"; readonly landmarks: Landmarks; readonly smile: number }
  | { readonly type: "no-face" }
  | { readonly type: "unavailable" | "error"; readonly code: string };

/** Read one message of the agent; null when it is not one. */
export function readAnswer(text: string): Answer | null {
  const message = parseObject(text);
  switch (message?.["type"]) {
    case "face":
      return readFace(message);
    case "no-face":
      return { type: "no-face" };
    case "unavailable":
    case "error":
      return { type: message["type"], code: String(message["code"] ?? "vision.failed") };
    default:
      return null;
  }
}

function readFace(message: Record<string, unknown>): Answer | null {
  const sent = message["landmarks"];
  if (!Array.isArray(sent) || sent.length !== LANDMARKS.length || !sent.every(isPair)) return null;
  const points = LANDMARKS.map((name, index) => {
    const [x, y] = sent[index] as [number, number];
    return [name, { x, y }] as const;
  });
  const smile = typeof message["smile"] === "number" ? message["smile"] : 0;
  return { type: "face", landmarks: Object.fromEntries(points) as Record<LandmarkName, Point>, smile };
}

function isPair(value: unknown): value is [number, number] {
  return Array.isArray(value) && value.length === 2 && value.every((axis) => Number.isFinite(axis));
}

function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
