"""Settings of the centre: where its media nodes are, which hubs it trusts, where a kiosk's browser goes back to."""

import re
from pathlib import Path
from typing import Any

from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import SettingsConfigDict

from branch.settings import CommonSettings
from web.push import is_private_key

# RFC 7065, section 3.1: as far as browsers take it.
TURN_URL = re.compile(r"turns?:[^\s?/]+(\?transport=(udp|tcp))?")

# Whom browsers name: Chrome and Edge, Firefox, Safari, Windows. The centre posts to no other host.
PUSH_SERVICES = (
    "fcm.googleapis.com",
    "push.services.mozilla.com",
    "push.apple.com",
    "notify.windows.com",
)


class CentreSettings(CommonSettings):
    """`python -m web` reads MARU_CENTRE_*; lists and tables are JSON.

    `link_keys` holds each branch's key for the link; `ice_servers` is given to browsers as it is
    (W3C WebRTC, RTCIceServer), empty by default so that nobody outside is asked; `proxies` counts the
    reverse proxies whose X-Forwarded headers are believed. `branch` is the one a link without a code opens.
    `turn_urls` and `turn_secret` (coturn's static-auth-secret) make credentials that last `turn_seconds`.
    `hold_seconds` is how long people are told that a consult is kept for somebody whose line broke.
    `backdrop` is the bank's own picture behind its advisors; `backdrop_frame_ms` is how long a frame may take on a machine
    that hides its room, and `models_dir` has the model that finds a person.
    `announce_supervisors` false: a customer is not told of a manager who only listens or whispers.
    """

    model_config = SettingsConfigDict(frozen=True, extra="forbid", env_prefix="MARU_CENTRE_")

    port: int = Field(default=8000, ge=1, le=65535)
    media_nodes: tuple[str, ...] = Field(min_length=1)
    media_secret: SecretStr = Field(min_length=32)
    link_keys: dict[str, SecretStr] = Field(min_length=1)
    hub_url: str
    hub_urls: dict[str, str] = Field(
        default_factory=dict, description="the same for other branches than the first, by id"
    )
    branch: str = "seongsu"
    ice_servers: tuple[dict[str, Any], ...] = ()
    turn_urls: tuple[str, ...] = ()
    turn_secret: SecretStr | None = Field(default=None, validate_default=True)
    turn_seconds: int = Field(default=12 * 60 * 60, ge=60)
    models_dir: Path = Path(".maru/models")
    backdrop: Path | None = None
    backdrop_frame_ms: int = Field(default=45, ge=1)
    hold_seconds: int = Field(default=120, ge=1)
    proxies: int = Field(default=0, ge=0)
    https: bool = False
    announce_supervisors: bool = True
    recording_days: int = Field(
        default=90, ge=1, description="then a recording is deleted; the texts of the consent say the same"
    )

    vapid_key: SecretStr | None = Field(
        default=None, description="switches Web Push on; its services are outside"
    )
    vapid_contact: str = "mailto:operator@localhost"
    push_services: tuple[str, ...] = PUSH_SERVICES
    messages_file: Path | None = Field(default=None, description="switches the simulated text messages on")
    public_url: str = Field(default="", description="where phones reach the centre, for links in messages")
    arrival_grace_minutes: int = Field(default=20, ge=1, description="after the travel time, a place is kept")
    answer_seconds: float = Field(
        default=3.0, ge=0, description="a page waits so long for the branch's answer"
    )

    @field_validator("vapid_key")
    @classmethod
    def _signs(cls, key: SecretStr | None) -> SecretStr | None:
        if key is not None and not is_private_key(key.get_secret_value()):
            raise ValueError("it is no private key for Web Push: 32 bytes of P-256 in base64url")
        return key

    @field_validator("vapid_contact")
    @classmethod
    def _can_be_reached(cls, contact: str) -> str:
        if not contact.startswith(("mailto:", "https://")):
            raise ValueError(f"{contact} is neither a mailto: nor an https:// address")
        return contact

    @field_validator("backdrop")
    @classmethod
    def _is_there(cls, picture: Path | None) -> Path | None:
        if picture is not None and not picture.is_file():
            raise ValueError(f"there is no file {picture}")
        return picture

    @field_validator("turn_urls")
    @classmethod
    def _are_relay_addresses(cls, urls: tuple[str, ...]) -> tuple[str, ...]:
        wrong = next((url for url in urls if TURN_URL.fullmatch(url) is None), None)
        if wrong is not None:
            raise ValueError(f"{wrong} is no turn: or turns: address")
        return urls

    @field_validator("turn_secret")
    @classmethod
    def _relay_is_whole(cls, secret: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if bool(info.data.get("turn_urls")) != (secret is not None):
            raise ValueError("it and MARU_CENTRE_TURN_URLS belong together: set both or none")
        return secret

    def hub_of(self, branch: str) -> str:
        """Where the browser of this branch's kiosks goes back to."""
        return self.hub_urls.get(branch, self.hub_url).rstrip("/")

    @property
    def secure_cookies(self) -> bool:
        """Over TLS, our own or that of the proxy in front, which `https` tells."""
        return self.https or super().secure_cookies
