"""Connecting an account with credentials: each platform says what it wants to know, and checks it with the platform.

A platform that takes a password or a token has a module ``connector`` with a `Connector`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from minutehand.platforms.catalog import PLATFORMS, display_name, load_attribute
from minutehand.platforms.port import Transient

if TYPE_CHECKING:
    import httpx

CONNECTORS = sorted(key for key, platform in PLATFORMS.items() if not platform.oauth)
"""The platforms that take credentials."""
MAX_IDENTIFIER_CHARACTERS = 300

type Now = Callable[[], datetime]


class Credentials(BaseModel):
    """What every platform is told. Its own fields hold secrets: they are kept out of every representation."""

    model_config = ConfigDict(
        strict=True, extra="forbid", frozen=True, alias_generator=to_camel, hide_input_in_errors=True
    )

    platform: str
    make_default: bool = False


@dataclass(frozen=True, slots=True)
class VerifiedAccount:
    """An account that the platform let us into. ``token`` is what its adapter wants to find (`port.Account`)."""

    account_id: str
    handle: str
    base_url: str
    token: Mapping[str, str] = field(repr=False)
    limits: Mapping[str, int] | None = None
    """What the account's server allows, where servers differ; None when it did not tell."""


@dataclass(frozen=True, slots=True)
class Connector[C: Credentials]:
    """How the accounts of one platform are connected."""

    form: type[C]
    verify: Callable[["httpx.Client", C, Now], VerifiedAccount]
    """Ask the platform whose account it is; nothing is changed there. Raises `Rejected` for what the platform does
    not accept, `Transient` and `RateLimited` when it cannot be asked now."""


def connector_for(platform: str) -> Connector[Any]:
    """Return how accounts of ``platform``, one of `CONNECTORS`, are connected."""
    connector: Connector[Any] = load_attribute(platform, "connector", "connector")
    return connector


@cache
def connecting_client(*, private_networks: bool) -> "httpx.Client":
    """Return the client to ask with, always the same one. It gives up before the gateway does."""
    import httpx

    from minutehand.platforms.network import guarded_client

    client = guarded_client(private_networks=private_networks)
    client.timeout = httpx.Timeout(connect=3, write=5, read=8, pool=3)
    return client


def require_identifier(value: object, platform: str) -> str:
    """Return ``value``, an id or a name that ``platform`` stated, when it can be one.

    Raises:
        Transient: it is no text, empty, too long or not printable.
    """
    if isinstance(value, str) and 0 < len(value) <= MAX_IDENTIFIER_CHARACTERS and value.isprintable():
        return value
    raise Transient("unexpected_answer", f"{display_name(platform)} gave an answer that makes no sense.")
