"""Settings that web and kiosk share, and the one function that reads settings and refuses what it does not know."""

import os
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

LANGUAGES = ("ko", "en", "zh", "ja", "vi", "th", "fil", "ne")
COMPLETE_LANGUAGES = ("ko", "en")

Settings = TypeVar("Settings", bound=BaseSettings)


class SettingsError(Exception):
    """A setting is unknown, missing or malformed; the text is one line that names it."""


class CommonSettings(BaseSettings):
    """What every process with a database and pages needs; subclasses set `env_prefix`."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid")

    environment: Literal["development", "production"] = "production"
    host: str = "127.0.0.1"
    database_url: str
    secret_key: SecretStr = Field(min_length=32)
    redis_url: str | None = None
    static_dir: Path = Path("web/client/dist")
    content_dir: Path | None = None
    languages: tuple[str, ...] = COMPLETE_LANGUAGES
    idle_seconds: int = Field(default=60, ge=1, description="without a touch, until a kiosk asks")
    warning_seconds: int = Field(default=20, ge=1, description="to answer; WCAG 2.2.1 asks for 20 or more")
    tls_certificate: Path | None = None
    tls_key: Path | None = None

    @property
    def secure_cookies(self) -> bool:
        """Whether cookies may carry the Secure flag: only where pages are served over TLS."""
        return self.tls_certificate is not None


def load(kind: type[Settings]) -> Settings:
    """Read `kind` from the environment.

    Raises SettingsError with one line when a key with the kind's prefix is unknown, missing or malformed.
    """
    prefix = str(kind.model_config.get("env_prefix", ""))
    known = {f"{prefix}{name}".upper() for name in kind.model_fields}
    unknown = sorted(key for key in os.environ if key.startswith(prefix) and key not in known)
    if unknown:
        raise SettingsError(f"unknown setting {unknown[0]}: remove it or correct its name")
    try:
        return kind()
    except ValidationError as error:
        first = error.errors()[0]
        name = f"{prefix}{first['loc'][0]}".upper() if first["loc"] else prefix
        raise SettingsError(f"setting {name}: {first['msg'].lower()}") from None
