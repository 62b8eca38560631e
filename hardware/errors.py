"""Everything that can go wrong at the device agent, as one tree with stable codes.

DeviceError
├── BadKey               agent.bad_key            401
├── WrongOrigin          agent.wrong_origin       403
├── TooManyPages         agent.too_many_pages     503
├── RequestTooLarge      agent.too_large          413
├── VisionError
│   ├── NoModel          vision.no_model
│   ├── VisionFailed     vision.failed
│   ├── BadFrame         vision.bad_frame
│   ├── FrameTooLarge    vision.frame_too_large
│   └── BadMessage       vision.bad_message
└── PrinterError
    ├── BadJob           printer.bad_job          400
    ├── NotSimulated     printer.real             409
    └── PrinterUnavailable  printer.unavailable   503
        ├── PrinterTimeout  printer.timeout       503
        ├── PaperOut        printer.paper_out     503   nothing was sent
        ├── CoverOpen       printer.cover_open    503   nothing was sent
        ├── DriverMissing   printer.driver_missing 503
        ├── PrinterDenied   printer.denied        503   the agent has no right to the device
        └── PrinterInterrupted  printer.interrupted 503 part of the slip may be on paper
"""

from __future__ import annotations

from typing import ClassVar


class DeviceError(Exception):
    """A refusal or a failure, with a stable code for programs and a sentence for the operator."""

    code: ClassVar[str] = "agent.failed"
    status: ClassVar[int] = 500
    sentence: ClassVar[str] = "The device agent failed."

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or self.sentence)

    def as_json(self) -> dict[str, str]:
        return {"code": self.code, "message": str(self)}


class BadKey(DeviceError):
    code = "agent.bad_key"
    status = 401
    sentence = "The header X-Maru-Key does not carry this agent's key."


class WrongOrigin(DeviceError):
    code = "agent.wrong_origin"
    status = 403
    sentence = "Only the kiosk pages named in MARU_AGENT_ALLOWED_ORIGINS may use the camera's agent."


class TooManyPages(DeviceError):
    code = "agent.too_many_pages"
    status = 503
    sentence = "Too many pages are using the mirror at once."


class RequestTooLarge(DeviceError):
    code = "agent.too_large"
    status = 413
    sentence = "The request is larger than a slip can be."


class VisionError(DeviceError):
    """Something about a camera frame, or about the process that reads it."""


class NoModel(VisionError):
    code = "vision.no_model"
    status = 503
    sentence = "The face model is not installed: run make models."


class VisionFailed(VisionError):
    code = "vision.failed"
    status = 503
    sentence = "Reading faces stopped and is being started again."


class BadFrame(VisionError):
    code = "vision.bad_frame"
    status = 400
    sentence = "The frame is not a JPEG picture of a sane size."


class FrameTooLarge(VisionError):
    code = "vision.frame_too_large"
    status = 413
    sentence = "A frame may have at most 256 KiB."


class BadMessage(VisionError):
    code = "vision.bad_message"
    status = 400
    sentence = "The vision socket takes binary JPEG frames only."


class PrinterError(DeviceError):
    """Something about a slip, or about the printer."""


class BadJob(PrinterError):
    code = "printer.bad_job"
    status = 400
    sentence = "The slip cannot be read."


class PrinterUnavailable(PrinterError):
    code = "printer.unavailable"
    status = 503
    sentence = "The printer does not take the slip."


class PrinterTimeout(PrinterUnavailable):
    code = "printer.timeout"
    sentence = "The printer did not take the slip in time."


class NotSimulated(PrinterError):
    code = "printer.real"
    status = 409
    sentence = "This printer is a real one and plays nothing."


class PaperOut(PrinterUnavailable):
    code = "printer.paper_out"
    sentence = "The printer has no paper."


class CoverOpen(PrinterUnavailable):
    code = "printer.cover_open"
    sentence = "The printer's cover is open."


class DriverMissing(PrinterUnavailable):
    code = "printer.driver_missing"
    sentence = "A package for this printer is not installed."


class PrinterDenied(PrinterUnavailable):
    code = "printer.denied"
    sentence = "The agent has no right to the printer's device."


class PrinterInterrupted(PrinterUnavailable):
    code = "printer.interrupted"
    sentence = "The printer stopped in the middle of the slip."
