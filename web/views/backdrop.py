"""What a page needs to hide the room behind a person: the model, and the bank's own picture. Nothing comes from outside."""

from pathlib import Path

from flask import Blueprint, send_file, url_for
from flask.typing import ResponseReturnValue

from branch.errors import NotFound
from web.context import Centre
from web.settings import CentreSettings

MODEL = "selfie_segmentation_landscape.tflite"
KEPT_FOR = 24 * 60 * 60  # seconds, in the browser's cache


def blueprint(centre: Centre) -> Blueprint:
    """Routes under `/backdrop`."""
    pages, settings = Blueprint("backdrop", __name__, url_prefix="/backdrop"), centre.settings

    @pages.get("/model")
    def model() -> ResponseReturnValue:
        return _file(settings.models_dir / MODEL, "application/octet-stream")

    @pages.get("/picture")
    def picture() -> ResponseReturnValue:
        return _file(settings.backdrop or settings.static_dir / "backdrops" / "maru.svg")

    return pages


def offer(settings: CentreSettings) -> dict[str, object] | None:
    """What the page's script is told; None where the model was not installed, and the choice is not offered."""
    if not (settings.models_dir / MODEL).is_file():
        return None
    return {
        "script": url_for("static", filename="dressing.js"),
        "loader": url_for("static", filename="vision/segmenter.js"),
        "binary": url_for("static", filename="vision/segmenter.wasm"),
        "model": url_for("backdrop.model"),
        "picture": url_for("backdrop.picture"),
        "patience": settings.backdrop_frame_ms,
    }


def _file(path: Path, kind: str | None = None) -> ResponseReturnValue:
    if not path.is_file():
        raise NotFound()
    return send_file(path.resolve(), mimetype=kind, max_age=KEPT_FOR)
