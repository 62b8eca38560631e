"""Settings that web and kiosk share, and the one function that reads settings and refuses what it does not know."""

import os
import re
from pathlib import Path
from typing import Literal, Self, TypeVar

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from pydantic_settings.exceptions import SettingsError as NotJson
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

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

    @field_validator("database_url")
    @classmethod
    def _is_an_address(cls, url: str) -> str:
        try:
            make_url(url)
        except ArgumentError:
            raise ValueError("no address of a database, such as sqlite:///maru.db") from None
        return url

    @field_validator("languages")
    @classmethod
    def _are_known(cls, languages: tuple[str, ...]) -> tuple[str, ...]:
        strange = [language for language in languages if language not in LANGUAGES]
        if strange or not languages:
            raise ValueError(f"some of {', '.join(LANGUAGES)}")
        return languages

    @model_validator(mode="after")
    def _certificate_is_whole(self) -> Self:
        prefix = str(self.model_config.get("env_prefix", ""))
        for name, file in (("TLS_CERTIFICATE", self.tls_certificate), ("TLS_KEY", self.tls_key)):
            if file is not None and not file.is_file():
                raise ValueError(f"{prefix}{name} names no file: {file}")
        if (self.tls_certificate is None) != (self.tls_key is None):
            raise ValueError(f"{prefix}TLS_CERTIFICATE and {prefix}TLS_KEY belong together: set both or none")
        return self

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
        raise SettingsError(_complaint(prefix, error)) from None
    except NotJson as error:
        raise SettingsError(f'setting {_named(prefix, error)}: must be JSON, such as ["…"]') from None


def _complaint(prefix: str, error: ValidationError) -> str:
    first = error.errors(include_input=False)[0]
    reason = first["msg"].removeprefix("Value error, ")
    if not first["loc"]:
        return reason
    name = f"{prefix}{first['loc'][0]}".upper()
    if first["type"] == "missing" and len(first["loc"]) == 1:
        return f"setting {name}: must be set"
    return f"setting {name}: {reason[0].lower()}{reason[1:]}"


def _named(prefix: str, error: NotJson) -> str:
    """Which setting it is stands in the error's sentence alone."""
    found = re.search(r'field "(\w+)"', str(error))
    return f"{prefix}{found[1] if found else ''}".upper()
