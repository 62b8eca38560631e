"""The agent's settings: one frozen object, read once from MARU_AGENT_* at the start."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated, Literal, NoReturn, Self

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

PREFIX = "MARU_AGENT_"


class AgentSettings(BaseSettings):
    """What one kiosk's device agent needs to know; every key is `MARU_AGENT_<FIELD>`."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    environment: Literal["development", "production"] = "development"
    host: str = "127.0.0.1"
    port: int = Field(default=8300, ge=1, le=65535)
    key: str = Field(min_length=16, repr=False)
    allowed_origins: Annotated[tuple[str, ...], NoDecode] = (
        "http://127.0.0.1:8100",
        "http://localhost:8100",
    )

    models_dir: Path = Path(".maru/models")
    vision_timeout: float = Field(default=3.0, gt=0, description="seconds a frame may take")

    spool_dir: Path = Path(".maru/spool")
    spool_days: int = Field(default=7, ge=1, description="days a printed job is remembered")
    font_dir: Path | None = Field(default=None, description="looked into before the usual places")
    printer_driver: Literal["simulated", "file", "network", "serial", "usb"] = "simulated"
    printer_width: Literal[384, 576] = 576
    printer_timeout: float = Field(default=4.0, gt=0, description="seconds a slip may take")
    printer_device: Path | None = None
    printer_speed: int = Field(default=9600, ge=1200, description="bits a second on a serial line")
    printer_host: str | None = None
    printer_port: int = Field(default=9100, ge=1, le=65535)
    printer_usb_vendor: int | None = None
    printer_usb_product: int | None = None

    @field_validator("allowed_origins", mode="before")
    @classmethod
    def _split_origins(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip().rstrip("/") for part in value.split(",") if part.strip())
        return value

    @field_validator("printer_width", mode="before")
    @classmethod
    def _read_width(cls, value: object) -> object:
        return int(value) if isinstance(value, str) and value.isdigit() else value

    @field_validator("printer_usb_vendor", "printer_usb_product", mode="before")
    @classmethod
    def _read_usb_number(cls, value: object) -> object:
        # As lsusb prints them, with 0x before or not: hexadecimal.
        return int(value, 16) if isinstance(value, str) else value

    @model_validator(mode="after")
    def _driver_has_its_address(self) -> Self:
        needed = {
            "file": ("printer_device",),
            "serial": ("printer_device",),
            "network": ("printer_host",),
            "usb": ("printer_usb_vendor", "printer_usb_product"),
        }
        for field in needed.get(self.printer_driver, ()):
            if getattr(self, field) is None:
                raise ValueError(f"{PREFIX}{field.upper()} is needed by the {self.printer_driver} printer")
        return self


def read_settings() -> AgentSettings:
    """Read the settings, or end the process with one line that names the key (exit code 2)."""
    known = {PREFIX + field.upper() for field in AgentSettings.model_fields}
    for name in sorted(os.environ):
        if name.startswith(PREFIX) and name not in known:
            _stop(f"{name}: no such setting")
    try:
        return AgentSettings()  # type: ignore[call-arg]  # the environment gives the key
    except ValidationError as error:
        _stop(_first_complaint(error))


def _first_complaint(error: ValidationError) -> str:
    first = error.errors()[0]
    reason = "is needed and not set" if first["type"] == "missing" else first["msg"]
    reason = reason.removeprefix("Value error, ")
    if not first["loc"]:
        return reason
    return f"{PREFIX}{str(first['loc'][0]).upper()}: {reason}"


def _stop(line: str) -> NoReturn:
    print(f"hardware: {line}", file=sys.stderr)
    raise SystemExit(2)
