"""The hub's settings: what it shares with the centre, and its own branch, centre and agent."""

from datetime import time
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from branch.settings import CommonSettings


class HubSettings(CommonSettings):
    """Every key is `MARU_HUB_<FIELD>`.

    `centre_url` is what the hub itself dials, `public_centre_url` what QR codes and browsers are given; they differ
    behind a proxy. `agent_socket_url` is what the kiosk's page dials for the mirror. `pairing` says whether kiosk and
    display pages are for paired devices only; unless it is set, they are in production and are not in development.
    """

    model_config = SettingsConfigDict(env_prefix="MARU_HUB_", frozen=True, extra="forbid")

    port: int = Field(default=8100, ge=1, le=65535)
    branch_id: str = "seongsu"
    kiosk_name: str = "입구 키오스크"
    centre_url: str
    public_centre_url: str | None = None
    link_key: SecretStr = Field(min_length=16)
    agent_url: str = "http://127.0.0.1:8300"
    agent_key: SecretStr = Field(min_length=16)
    agent_socket_url: str | None = None

    pairing: Literal["required", "open"] | None = None
    return_minutes: int = Field(default=15, ge=1, description="after a missed call, to come back")

    voice_dir: Path = Field(default=Path(".maru/voice"), description="where spoken calls are kept")
    voice_cache_mb: int = Field(default=200, ge=1, description="how much of them is kept")
    recorded_voice_dir: Path | None = Field(default=None, description="a bank's own recordings, taken first")
    announcement_volume: int = Field(default=80, ge=0, le=100, description="percent; 0 is never a sound")
    announce_seconds: int = Field(default=120, ge=10, description="a call older than that is not called late")
    quiet_hours: tuple[time, time] | None = Field(default=None, description='such as ["20:00", "08:00"]')

    @property
    def pairing_required(self) -> bool:
        """Whether a screen without a key shows its pairing code and nothing else."""
        return self.pairing == "required" or (self.pairing is None and self.environment == "production")

    @property
    def phone_url(self) -> str:
        """The centre as a visitor's phone and the kiosk's browser reach it."""
        return (self.public_centre_url or self.centre_url).rstrip("/")

    @property
    def vision_origin(self) -> str:
        """The device agent as the kiosk's page reaches it by WebSocket."""
        dialled = self.agent_socket_url or self.agent_url.replace("http", "ws", 1)
        return dialled.rstrip("/")
