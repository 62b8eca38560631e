"""What is told about a face: named points, box, turn of the head, smile. Plain data, no vendor types."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

Point = tuple[float, float]

# Name and index in MediaPipe's face mesh of 478 points, in the order the points are sent.
# Left and right are the person's own. web/client/src/mirror/landmarks.ts keeps the same order.
LANDMARKS: Final[tuple[tuple[str, int], ...]] = (
    ("forehead", 10),
    ("chin", 152),
    ("rightForehead", 54),
    ("leftForehead", 284),
    ("rightTemple", 127),
    ("leftTemple", 356),
    ("rightCheek", 234),
    ("leftCheek", 454),
    ("rightBrow", 105),
    ("leftBrow", 334),
    ("rightEyeOuter", 33),
    ("rightEyeInner", 133),
    ("leftEyeInner", 362),
    ("leftEyeOuter", 263),
    ("rightPupil", 468),
    ("leftPupil", 473),
    ("noseBridge", 168),
    ("noseTip", 1),
    ("mouthRight", 61),
    ("mouthLeft", 291),
    ("lipUpper", 13),
    ("lipLower", 14),
)


@dataclass(frozen=True)
class Pose:
    """Turn of the head in degrees: yaw towards the frame's right, pitch upwards, roll clockwise."""

    yaw: float
    pitch: float
    roll: float


@dataclass(frozen=True)
class FaceReading:
    """One face in one frame.

    `points` holds all mesh points; coordinates run from 0 to 1 over the frame, which is not mirrored,
    with the origin at the top left. `smile` runs from 0 to 1.
    """

    points: Sequence[Point]
    pose: Pose
    smile: float

    def as_json(self) -> dict[str, object]:
        return {
            "type": "face",
            "box": self._box(),
            "landmarks": [[round(axis, 4) for axis in self.points[index]] for _, index in LANDMARKS],
            "pose": {
                "yaw": round(self.pose.yaw, 1),
                "pitch": round(self.pose.pitch, 1),
                "roll": round(self.pose.roll, 1),
            },
            "smile": round(self.smile, 3),
        }

    def _box(self) -> dict[str, float]:
        across = [x for x, _ in self.points]
        down = [y for _, y in self.points]
        return {
            "x": round(min(across), 4),
            "y": round(min(down), 4),
            "width": round(max(across) - min(across), 4),
            "height": round(max(down) - min(down), 4),
        }
