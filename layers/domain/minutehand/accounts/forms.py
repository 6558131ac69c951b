"""What the calls about connections take, apart from what each platform wants to know."""

from collections.abc import Iterable
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from minutehand.platforms.authorizing import PROVIDERS
from minutehand.platforms.catalog import ALIASES, DISPLAY_NAMES, display_name
from minutehand.platforms.connecting import CONNECTORS
from minutehand.runtime.errors import NotFound
from minutehand.runtime.validation import Problem, shortened

MAX_CODE_CHARACTERS = 4_096
MAX_STATE_CHARACTERS = 256


def _connectable(name: str) -> str:
    platform = _platform(name)
    if platform in CONNECTORS:
        return platform
    able = _listed(CONNECTORS)
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


def _authorizable(name: str) -> str:
    platform = _platform(name)
    if platform in PROVIDERS:
        return platform
    able = _listed(PROVIDERS)
    if platform in CONNECTORS:
        what = display_name(platform)
        sentence = f"{what} accounts are connected with POST connections. People are sent to these: {able}."
    else:
        sentence = f'"{shortened(name)}" is not a platform to which people are sent. These are: {able}.'
    raise Problem(sentence, allowed=list(PROVIDERS))


def _platform(name: str) -> str:
    plain = name.strip().lower()
    return ALIASES.get(plain, plain)


def _listed(platforms: Iterable[str]) -> str:
    *names, last = map(display_name, platforms)
    return f"{', '.join(names)} and {last}"


class PlatformChoice(BaseModel):
    """The one field that says which others there are."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)

    platform: Annotated[str, AfterValidator(_connectable)]


class AuthorizationRequest(BaseModel):
    """The body of the call that begins to connect an account by sending its owner to the platform."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, alias_generator=to_camel)

    platform: Annotated[str, AfterValidator(_authorizable)]
    make_default: bool = False
    redirect_uri: str | None = None


class PersonalAnswer(BaseModel):
    """What came back from a platform to a page, which passes it on in its user's name."""

    model_config = ConfigDict(
        strict=True, extra="forbid", frozen=True, alias_generator=to_camel, hide_input_in_errors=True
    )

    code: str = Field(min_length=1, max_length=MAX_CODE_CHARACTERS, repr=False)
    state: str = Field(min_length=1, max_length=MAX_STATE_CHARACTERS, repr=False)


class BrowserAnswer(BaseModel):
    """What came back from a platform to our own address: a code, or what went wrong; and whatever else it says."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True, hide_input_in_errors=True)

    state: str = Field(min_length=1, max_length=MAX_STATE_CHARACTERS, repr=False)
    code: str | None = Field(default=None, min_length=1, max_length=MAX_CODE_CHARACTERS, repr=False)
    error: str | None = None
    error_code: str | None = None
    """What Facebook sends in the place of ``error`` in some cases."""


class NewDefault(BaseModel):
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
