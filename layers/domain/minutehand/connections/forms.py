"""The bodies of the calls about connections, without the fields that differ from platform to platform."""

from collections.abc import Iterable
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from minutehand.platforms.catalog import ALIASES, DISPLAY_NAMES, display_name
from minutehand.platforms.connectors import CONNECTORS
from minutehand.platforms.oauth2.provider import PROVIDERS
from minutehand.runtime.errors import NotFound
from minutehand.runtime.validation import Problem, shortened


def _connectable(name: str) -> str:
    platform = platform_key(name)
    if platform in CONNECTORS:
        return platform
    able = listed(CONNECTORS)
    if platform in PROVIDERS:
        sentence = (
            f"{display_name(platform)} accounts cannot be connected with a password or a token; {able} can. "
            f"Send people to {display_name(platform)} instead, with POST connections/authorize."
        )
    elif platform in DISPLAY_NAMES:
        sentence = f"{display_name(platform)} accounts cannot be connected with a password or a token; {able} can."
    else:
        sentence = f'"{shortened(name)}" is not a platform that can be connected. These can: {able}.'
    raise Problem(sentence, allowed=list(CONNECTORS))


def platform_key(name: str) -> str:
    """Return the key of the platform that people call ``name``; ``name`` in lower case when none is known."""
    plain = name.strip().lower()
    return ALIASES.get(plain, plain)


def listed(platforms: Iterable[str]) -> str:
    """Return the display names of ``platforms`` as an enumeration in a sentence."""
    *names, last = map(display_name, platforms)
    return f"{', '.join(names)} and {last}"


class PlatformChoice(BaseModel):
    """The one field that says which others there are."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)

    platform: Annotated[str, AfterValidator(_connectable)]


class DefaultChange(BaseModel):
    """The body of the call that makes a connection the default."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, alias_generator=to_camel)

    connection_id: str
    make_default: Literal[True]


class ConnectionReference(BaseModel):
    """The body of a call that takes nothing but a connection."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, alias_generator=to_camel)

    connection_id: str

    def id(self) -> UUID:
        """Return the connection's id.

        Raises:
            NotFound: it is no UUID, so that no connection can have it.
        """
        return connection_id(self.connection_id)


def connection_id(text: str) -> UUID:
    """Return ``text`` as the id of a connection.

    Raises:
        NotFound: it is no UUID, so that no connection can have it.
    """
    try:
        return UUID(text)
    except ValueError:
        raise not_found() from None


def not_found() -> NotFound:
    """Return the error for a connection that is not there, or is another's."""
    return NotFound("There is no connection with this id among yours.", code="connection_not_found")
