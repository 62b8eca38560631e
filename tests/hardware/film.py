"""A film of a person who stands still, for the camera of a browser that has none."""

from pathlib import Path
from typing import Final

import cv2
import numpy
from skimage import data

# Where the 640x480 picture has the forehead, in pixels, and how wide the face is.
FOREHEAD: Final = (350, 66)
FACE_WIDTH: Final = 86


def film_a_person(path: Path) -> Path:
    """Write a motion JPEG of somebody a little to the right of the picture's middle; returns `path`."""
    picture = numpy.full((480, 640, 3), 90, dtype=numpy.uint8)
    portrait = data.astronaut()  # type: ignore[no-untyped-call]
    picture[:, 139:619] = cv2.resize(cv2.cvtColor(portrait, cv2.COLOR_RGB2BGR), (480, 480))
    written, jpeg = cv2.imencode(".jpg", picture)
    assert written
    path.write_bytes(jpeg.tobytes() * 10)
    return path
