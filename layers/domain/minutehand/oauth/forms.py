"""The requests of the calls that begin, confirm and complete an authorization."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, WithJsonSchema

from minutehand.connections.forms import joined_names, platform_key
from minutehand.platforms.catalog import display_name
from minutehand.platforms.connectors import CONNECTORS
from minutehand.platforms.oauth2.provider import PROVIDERS
from minutehand.runtime.form import Form
from minutehand.runtime.validation import Problem, shortened

MAX_CODE_CHARACTERS = 4_096
MAX_STATE_CHARACTERS = 256
MAX_TOKEN_CHARACTERS = 128


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


class AuthorizationRequest(Form):
    """The body of the call that begins an authorization."""

    platform: OAuthPlatform
    make_default: bool = False
    redirect_uri: str | None = None


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
    """The form that the page submits to its own address. ``token`` proves that we gave the form to this browser."""

    token: str = Field(min_length=1, max_length=MAX_TOKEN_CHARACTERS, repr=False)


class BrowserCallback(BaseModel):
    """The query of a redirect to our callback URL, with a code or an error. Other parameters are ignored."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True, hide_input_in_errors=True)

    state: str = Field(min_length=1, max_length=MAX_STATE_CHARACTERS, repr=False)
    code: str | None = Field(default=None, min_length=1, max_length=MAX_CODE_CHARACTERS, repr=False)
    error: str | None = None
    error_code: str | None = None
    """The field that Facebook sends instead of ``error`` in some cases."""
