"""The one place that knows OpenCV and MediaPipe: a JPEG becomes a picture, a picture becomes a face reading."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any, Final

import cv2
import mediapipe
import numpy
from mediapipe.tasks.python import vision
from mediapipe.tasks.python.core.base_options import BaseOptions
from numpy.typing import NDArray

from hardware.errors import BadFrame
from hardware.vision.face import FaceReading, Pose

Picture = NDArray[numpy.uint8]

JPEG_START: Final = b"\xff\xd8\xff"
# Larger pictures read no better and cost the kiosk its processor.
LONGEST_SIDE: Final = 640


def decode_frame(jpeg: bytes) -> Picture:
    """Decode a JPEG into RGB rows (height, width, 3). Raises BadFrame for anything else.

    Other formats that OpenCV could read are refused unseen: every decoder is a door.
    """
    if not jpeg.startswith(JPEG_START):
        raise BadFrame
    try:
        bgr = cv2.imdecode(numpy.frombuffer(jpeg, dtype=numpy.uint8), cv2.IMREAD_COLOR)
    except cv2.error as error:
        raise BadFrame from error
    if bgr is None:
        raise BadFrame
    rgb = cv2.cvtColor(_at_most(bgr, LONGEST_SIDE), cv2.COLOR_BGR2RGB)
    return numpy.ascontiguousarray(rgb, dtype=numpy.uint8)


def _at_most(picture: cv2.typing.MatLike, longest: int) -> cv2.typing.MatLike:
    height, width = picture.shape[:2]
    scale = longest / max(height, width)
    if scale >= 1:
        return picture
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return cv2.resize(picture, size, interpolation=cv2.INTER_AREA)


class FaceLandmarker:
    """MediaPipe's face landmarker in VIDEO mode: one face, followed from frame to frame."""

    def __init__(self, model: Path) -> None:
        options = vision.FaceLandmarkerOptions(
            base_options=BaseOptions(model_asset_path=str(model)),
            running_mode=vision.RunningMode.VIDEO,
            num_faces=1,
            output_face_blendshapes=True,
            output_facial_transformation_matrixes=True,
        )
        self._graph = vision.FaceLandmarker.create_from_options(options)

    def read(self, picture: Picture, at: int) -> FaceReading | None:
        """Read one frame taken at `at` milliseconds, which must grow from call to call; None without a face."""
        image = mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=picture)
        result = self._graph.detect_for_video(image, at)
        if not result.face_landmarks:
            return None
        return FaceReading(
            points=[(float(point.x), float(point.y)) for point in result.face_landmarks[0]],
            pose=pose_from_matrix(result.facial_transformation_matrixes[0]),
            smile=_smile(result.face_blendshapes[0]),
        )


def pose_from_matrix(matrix: Any) -> Pose:
    """Angles from MediaPipe's 4x4 face transform (columns are the face's axes; x right, y up, z to the viewer)."""
    return Pose(
        yaw=math.degrees(math.atan2(matrix[0][2], matrix[2][2])),
        pitch=math.degrees(math.asin(max(-1.0, min(1.0, float(matrix[1][2]))))),
        roll=math.degrees(math.atan2(-matrix[1][0], matrix[0][0])),
    )


def _smile(blendshapes: Any) -> float:
    corners = [shape.score for shape in blendshapes if shape.category_name.startswith("mouthSmile")]
    return float(sum(corners) / len(corners)) if corners else 0.0
