"""The request bodies of calls that manage connections. Each platform defines its own credential fields."""

from collections.abc import Iterable
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict

from minutehand.platforms.catalog import ALIASES, DISPLAY_NAMES, display_name
from minutehand.platforms.connectors import CONNECTORS
from minutehand.platforms.oauth2.provider import PROVIDERS
from minutehand.runtime.errors import NotFound
from minutehand.runtime.form import Form, Id, parse_id
from minutehand.runtime.validation import Problem, shortened


def _connectable(name: str) -> str:
    platform = platform_key(name)
    if platform in CONNECTORS:
        return platform
    able = joined_names(CONNECTORS)
    if platform in PROVIDERS:
        sentence = (
            f"{display_name(platform)} accounts cannot be connected with a password or a token. Use "
            "POST connections/authorize instead."
        )
    elif platform in DISPLAY_NAMES:
        sentence = (
            f"{display_name(platform)} accounts cannot be connected with a password or a token. Supported: {able}."
        )
    else:
        sentence = f'Unknown platform "{shortened(name)}". Platforms with a password or a token: {able}.'
    raise Problem(sentence, allowed=list(CONNECTORS))


def platform_key(name: str) -> str:
    """Return the key of the platform called ``name``, or ``name`` in lower case if there is no such platform."""
    plain = name.strip().lower()
    return ALIASES.get(plain, plain)


def joined_names(platforms: Iterable[str]) -> str:
    """Return the display names of ``platforms``, joined with commas and "and"."""
    *names, last = map(display_name, platforms)
    return f"{', '.join(names)} and {last}"


class PlatformChoice(BaseModel):
    """The field ``platform``, which determines the other fields of the body."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)

    platform: Annotated[str, AfterValidator(_connectable)]


class ConnectionReference(Form):
    """A request body that contains only the id of a connection."""

    connection_id: Id

    def id(self) -> UUID:
        """Return the connection's id.

        Raises:
            NotFound: the id is not a UUID, so no connection has this id.
        """
        return parse_id(self.connection_id, not_found)


class DefaultChange(ConnectionReference):
    """The request body for making a connection the default of its platform."""

    make_default: Literal[True]


def not_found() -> NotFound:
    """Return the error to raise if the owner has no connection with the given id."""
    return NotFound("You have no connection with this id.", code="connection_not_found")
