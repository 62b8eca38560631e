"""Settings of the store of recordings: a part of the node's own, which its chores read by themselves."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

ADDRESS = re.compile(r"s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/([A-Za-z0-9._/-]*))?")
"""Bucket and prefix; names as the S3 API reference allows them."""
NEEDED = ("store_endpoint", "store_access_key", "store_secret_key")


@dataclass(frozen=True)
class Address:
    """A bucket and what all keys in it begin with: empty, or ending in a slash."""

    bucket: str
    prefix: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read s3://bucket/prefix. Raises ValueError."""
        found = ADDRESS.fullmatch(text)
        prefix = (found[2] or "").strip("/") if found else ""
        if found is None or "//" in prefix or ".." in prefix:
            raise ValueError(f"{text} is no address such as s3://recordings/maru")
        return cls(found[1], f"{prefix}/" if prefix else "")


class StoreSettings(BaseSettings):
    """What an operator may choose of the store; without `store` recordings stay on the node's disk."""

    model_config = SettingsConfigDict(
        env_prefix="MARU_MEDIA_", frozen=True, extra="ignore", env_ignore_empty=True
    )

    store: str | None = None
    """s3://bucket/prefix: where recordings go once they are closed."""
    store_endpoint: str | None = Field(default=None, pattern=r"^https?://[^\s/]+/?$")
    """Address of the server that speaks S3. None is guessed: nothing leaves the building by accident."""
    store_region: str = Field(default="us-east-1", min_length=1)
    """What requests are signed for; servers of one's own mostly take this one."""
    store_access_key: SecretStr | None = None
    store_secret_key: SecretStr | None = None
    store_ca_file: Path | None = None
    """Certificates of the authorities that may vouch for the server; without it those that the system trusts."""

    @field_validator("store")
    @classmethod
    def _is_an_address(cls, store: str | None) -> str | None:
        if store is not None:
            Address.parse(store)
        return store

    @field_validator("store_ca_file")
    @classmethod
    def _is_there(cls, file: Path | None) -> Path | None:
        if file is not None and not file.is_file():
            raise ValueError(f"there is no file {file}")
        return file

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        given = [name for name in (*NEEDED, "store_ca_file") if getattr(self, name) is not None]
        if self.store is None and given:
            raise ValueError(f"{_variable(given[0])} does nothing without MARU_MEDIA_STORE")
        for name in NEEDED:
            if self.store is not None and getattr(self, name) is None:
                raise ValueError(f"{_variable(name)} is missing: MARU_MEDIA_STORE needs it")
        return self

    @property
    def address(self) -> Address | None:
        """The bucket and prefix, None when recordings stay on the disk."""
        return None if self.store is None else Address.parse(self.store)

    def as_environment(self) -> dict[str, str]:
        """These settings as variables, for a chore that runs beside the node."""
        told = {name: getattr(self, name) for name in StoreSettings.model_fields}
        return {_variable(name): text_of(value) for name, value in told.items() if value is not None}


def load_store() -> StoreSettings:
    """Read the settings of the store alone; raise ValueError with one line that names what is missing or wrong."""
    try:
        return StoreSettings()
    except ValidationError as error:
        raise ValueError(sentence(error)) from None


def sentence(error: ValidationError) -> str:
    """The first thing that is wrong with settings, as one line that names it."""
    first = error.errors(include_input=False)[0]
    reason = first["msg"].removeprefix("Value error, ")
    if not first["loc"]:
        return reason
    name = _variable(str(first["loc"][0]))
    return f"{name} is missing: set it" if first["type"] == "missing" else f"{name}: {reason}"


def _variable(name: str) -> str:
    return f"MARU_MEDIA_{name.upper()}"


def text_of(value: object) -> str:
    """A setting as an operator would write it, secret or not."""
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)
