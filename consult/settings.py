"""Settings of the media node: read once at start from MARU_MEDIA_* variables, never changed after."""

from __future__ import annotations

import os
import re
import socket
from pathlib import Path
from typing import Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import SettingsConfigDict
from pydantic_settings.exceptions import SettingsError as NotJson

from consult.recording.keys import RecordingKey
from consult.store.settings import StoreSettings, sentence

PREFIX = "MARU_MEDIA_"
SrtpProfile = Literal["AEAD_AES_128_GCM", "AEAD_AES_256_GCM", "AES128_CM_SHA1_80"]


class SettingsError(Exception):
    """A setting is unknown, missing or wrong; the message is one line that names it."""


class IceServer(BaseModel):
    """One STUN or TURN server, as in RTCIceServer of the W3C WebRTC recommendation."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    urls: list[str]
    username: str | None = None
    credential: str | None = None

    @field_validator("urls")
    @classmethod
    def _are_ice_urls(cls, urls: list[str]) -> list[str]:
        for url in urls:
            if re.fullmatch(r"(stuns?|turns?):[^\s?:]+(:\d+)?(\?transport=(udp|tcp))?", url) is None:
                raise ValueError(f"{url} is no stun: or turn: address")
        return urls


class MediaSettings(StoreSettings):
    """What an operator may choose for one media node; only the secret has no default."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid", env_ignore_empty=True)

    secret: SecretStr = Field(min_length=32)
    """Shared with web; tokens are signed with it."""
    host: str = "127.0.0.1"
    """Address of the HTTP side; media sockets are bound to `addresses`."""
    port: int = Field(default=8200, ge=1, le=65535)
    node: str = Field(default_factory=socket.gethostname, min_length=1)
    """Name of this node in answers, logs and recordings."""
    environment: Literal["development", "production"] = "development"
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    ice_servers: tuple[IceServer, ...] = ()
    """Empty means none: no public server is ever asked."""
    addresses: tuple[str, ...] = ()
    """Local addresses to bind media sockets to; empty means every address of this machine."""
    advertise: str | None = None
    """Address to tell browsers in place of the bound ones, for a node behind one-to-one address translation."""
    loopback: bool = True
    """Offer 127.0.0.1 too, so that a browser on this machine connects even without a network."""
    port_min: int | None = Field(default=None, ge=1024, le=65535)
    port_max: int | None = Field(default=None, ge=1024, le=65535)
    """UDP ports for media; without both, the system picks them."""
    recordings_dir: Path = Path(".maru/recordings")
    recording_key: SecretStr | None = None
    """32 bytes in base64 that recordings are sealed with; without it they are kept in plain."""
    max_rooms: int = Field(default=100, ge=1)
    max_load: float = Field(default=0.85, gt=0, le=64)
    """Share of a core at which the node counts as full; rooms that are open go on."""
    max_participants: int = Field(default=6, ge=2, le=16)
    """Most participants in one room."""
    participant_timeout: float = Field(default=120.0, gt=0)
    """Seconds that a lost participant's place is kept."""
    unrecorded_timeout: float = Field(default=5.0, gt=0)
    """Seconds after a loss was noticed that somebody who did not agree still keeps the recording stopped."""
    max_bitrate: int = Field(default=8000, ge=300, le=100_000)
    """Kilobits a second of pictures one participant may send, camera and screen together; the rest is let go."""
    max_streams: int = Field(default=4, ge=2, le=16)
    """Streams one participant may send: camera and voice, screen and its sound."""
    start_bitrate: int = Field(default=1000, ge=100, le=5000)
    """Video kilobits a second browsers begin with, before they have measured: 500 or more begins at 720p."""
    srtp_profiles: tuple[SrtpProfile, ...] = Field(
        default=("AEAD_AES_128_GCM", "AEAD_AES_256_GCM", "AES128_CM_SHA1_80"), min_length=1
    )
    """In order of preference; GCM halves the cost of encryption and every browser accepts it."""

    @field_validator("recording_key")
    @classmethod
    def _is_a_key(cls, key: SecretStr | None) -> SecretStr | None:
        if key is not None:
            RecordingKey.parse(key.get_secret_value())
        return key

    @model_validator(mode="after")
    def _ports_make_a_range(self) -> Self:
        if (self.port_min is None) != (self.port_max is None):
            raise ValueError("MARU_MEDIA_PORT_MIN and MARU_MEDIA_PORT_MAX belong together")
        if self.port_min is not None and self.port_max is not None and self.port_min > self.port_max:
            raise ValueError("MARU_MEDIA_PORT_MIN is above MARU_MEDIA_PORT_MAX")
        return self

    @property
    def sealing_key(self) -> RecordingKey | None:
        """The key to seal recordings with, or None when they are kept in plain."""
        key = self.recording_key
        return None if key is None else RecordingKey.parse(key.get_secret_value())

    @property
    def udp_ports(self) -> range | None:
        """The ports media sockets may use, or None when the system picks them."""
        if self.port_min is None or self.port_max is None:
            return None
        return range(self.port_min, self.port_max + 1)


def load() -> MediaSettings:
    """Read the settings; raise SettingsError with one line that names what is unknown, missing or wrong."""
    known = {PREFIX + name.upper() for name in MediaSettings.model_fields}
    for name in sorted(os.environ):
        if name.startswith(PREFIX) and name not in known:
            raise SettingsError(f"{name} is not a setting of the media node")
    try:
        return MediaSettings()  # type: ignore[call-arg]  # the fields come from the environment
    except ValidationError as error:
        raise SettingsError(sentence(error)) from None
    except NotJson as error:
        found = re.search(r'field "(\w+)"', str(error))
        name = f"{PREFIX}{found[1] if found else ''}".upper()
        raise SettingsError(f'{name} must be JSON, such as ["…"]') from None
