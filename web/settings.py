"""Settings of the centre: where its media nodes are, which hubs it trusts, where a kiosk's browser goes back to."""

from typing import Any

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from branch.settings import CommonSettings


class CentreSettings(CommonSettings):
    """`python -m web` reads MARU_CENTRE_*; lists and tables are JSON.

    `link_keys` holds each branch's key for the link; `ice_servers` is given to browsers as it is
    (W3C WebRTC, RTCIceServer), empty by default so that nobody outside is asked; `proxies` counts the
    reverse proxies whose X-Forwarded headers are believed. `branch` is the one a link without a code opens.
    """

    model_config = SettingsConfigDict(frozen=True, extra="forbid", env_prefix="MARU_CENTRE_")

    port: int = Field(default=8000, ge=1, le=65535)
    media_nodes: tuple[str, ...] = Field(min_length=1)
    media_secret: SecretStr = Field(min_length=32)
    link_keys: dict[str, SecretStr] = Field(min_length=1)
    hub_url: str
    branch: str = "seongsu"
    ice_servers: tuple[dict[str, Any], ...] = ()
    proxies: int = Field(default=0, ge=0)
    https: bool = False

    @property
    def secure_cookies(self) -> bool:
        """Over TLS, our own or that of the proxy in front, which `https` tells."""
        return self.https or super().secure_cookies
