"""The requests of the calls for authorizations and connect links."""

from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, WithJsonSchema, field_validator

from minutehand.connections.forms import joined_names, platform_key
from minutehand.platforms.catalog import DISPLAY_NAMES, display_name
from minutehand.platforms.connectors import CONNECTORS
from minutehand.platforms.oauth2.provider import PROVIDERS
from minutehand.runtime.errors import NotFound
from minutehand.runtime.form import Form, Id, parse_id
from minutehand.runtime.validation import Problem, shortened

MAX_CODE_CHARACTERS = 4_096
MAX_STATE_CHARACTERS = 256
MAX_TOKEN_CHARACTERS = 128
MAX_CREDENTIAL_CHARACTERS = 2_048
MIN_LINK_SECONDS, DEFAULT_LINK_SECONDS, MAX_LINK_SECONDS = 300, 86_400, 604_800
"""The lifetimes of connect links in seconds: at least 5 minutes, by default a day, and at most 7 days."""


def _authorizable(name: str) -> str:
    platform = platform_key(name)
    if platform in PROVIDERS:
        return platform
    able = joined_names(PROVIDERS)
    if platform in CONNECTORS:
        what = display_name(platform)
        sentence = f"Connect a {what} account with POST connections. Platforms with OAuth: {able}."
    else:
        sentence = f'Unknown platform "{shortened(name)}". Platforms with OAuth: {able}.'
    raise Problem(sentence, allowed=list(PROVIDERS))


OAuthPlatform = Annotated[
    str,
    AfterValidator(_authorizable),
    WithJsonSchema({"title": "OAuthPlatform", "type": "string", "enum": list(PROVIDERS)}),
]


def _known(name: str) -> str:
    platform = platform_key(name)
    if platform in DISPLAY_NAMES:
        return platform
    sentence = f'Unknown platform "{shortened(name)}". Supported: {joined_names(DISPLAY_NAMES)}.'
    raise Problem(sentence, allowed=list(DISPLAY_NAMES))


LinkPlatform = Annotated[
    str,
    AfterValidator(_known),
    WithJsonSchema({"title": "Platform", "type": "string", "enum": list(DISPLAY_NAMES)}),
]


class AuthorizationRequest(Form):
    """The body of the call that begins an authorization."""

    platform: OAuthPlatform
    make_default: bool = False
    redirect_uri: str | None = None


class NewLink(Form):
    """The body of the call that creates a connect link. ``expires_in``: the lifetime in seconds."""

    platforms: Annotated[list[LinkPlatform], Field(min_length=1, max_length=len(DISPLAY_NAMES))]
    expires_in: int = Field(default=DEFAULT_LINK_SECONDS, ge=MIN_LINK_SECONDS, le=MAX_LINK_SECONDS)
    redirect_uri: str | None = None

    @field_validator("platforms")
    @classmethod
    def _once_each(cls, platforms: list[str]) -> list[str]:
        return list(dict.fromkeys(platforms))


class LinkReference(Form):
    """A request body that contains only the id of a connect link."""

    link_id: Id

    def id(self) -> UUID:
        """Return the link's id. Raises `NotFound` if the id is not a UUID, so no link has this id."""
        return parse_id(self.link_id, link_not_found)


def link_not_found() -> NotFound:
    """Return the error to raise if the owner has no connect link with the given id."""
    return NotFound("You have no connect link with this id.", code="link_not_found")


Secret = Annotated[str | None, Field(min_length=1, max_length=MAX_CREDENTIAL_CHARACTERS, repr=False)]


class LinkForm(Form):
    """A form on the page of a connect link. A form without ``token`` requests the page that describes the link.

    ``token`` proves that we sent the form to this browser. The other fields contain the chosen platform, and the
    credentials for a platform without a consent page.
    """

    model_config = ConfigDict(hide_input_in_errors=True)

    link: str = Field(min_length=1, max_length=MAX_STATE_CHARACTERS, repr=False)
    token: str | None = Field(default=None, min_length=1, max_length=MAX_TOKEN_CHARACTERS, repr=False)
    platform: LinkPlatform | None = None
    identifier: Secret = None
    app_password: Secret = None
    service: Secret = None
    instance: Secret = None
    access_token: Secret = None

    def credentials(self) -> dict[str, str]:
        """Return the credentials, keyed by the names of the fields of `Connector.form`."""
        given = self.model_dump(by_alias=True, exclude={"link", "token", "platform"})
        return {name: value for name, value in given.items() if value is not None}


class PageCallback(Form):
    """A callback that a page received and forwards on behalf of its user."""

    model_config = ConfigDict(hide_input_in_errors=True)

    code: str = Field(min_length=1, max_length=MAX_CODE_CHARACTERS, repr=False)
    state: str = Field(min_length=1, max_length=MAX_STATE_CHARACTERS, repr=False)


class Confirmation(BaseModel):
    """The query of the page on which a person confirms an authorization."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, hide_input_in_errors=True)

    state: str = Field(min_length=1, max_length=MAX_STATE_CHARACTERS, repr=False)


class ConfirmationForm(Confirmation):
    """The form that the page submits to its own address. ``token`` proves that we sent the form to this browser."""

    token: str = Field(min_length=1, max_length=MAX_TOKEN_CHARACTERS, repr=False)


class BrowserCallback(BaseModel):
    """The query of a redirect to our callback URL, with a code or an error. Other parameters are ignored."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True, hide_input_in_errors=True)

    state: str = Field(min_length=1, max_length=MAX_STATE_CHARACTERS, repr=False)
    code: str | None = Field(default=None, min_length=1, max_length=MAX_CODE_CHARACTERS, repr=False)
    error: str | None = None
    error_code: str | None = None
    """The field that Facebook sends instead of ``error`` in some cases."""
