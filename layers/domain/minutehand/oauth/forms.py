"""The bodies of the OAuth calls: the start of an authorization, and what a platform sends back."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from minutehand.connections.forms import listed, platform_key
from minutehand.platforms.catalog import display_name
from minutehand.platforms.connectors import CONNECTORS
from minutehand.platforms.oauth2.provider import PROVIDERS
from minutehand.runtime.validation import Problem, shortened

MAX_CODE_CHARACTERS = 4_096
MAX_STATE_CHARACTERS = 256


def _authorizable(name: str) -> str:
    platform = platform_key(name)
    if platform in PROVIDERS:
        return platform
    able = listed(PROVIDERS)
    if platform in CONNECTORS:
        what = display_name(platform)
        sentence = f"{what} accounts are connected with POST connections. People are sent to these: {able}."
    else:
        sentence = f'"{shortened(name)}" is not a platform to which people are sent. These are: {able}.'
    raise Problem(sentence, allowed=list(PROVIDERS))


class AuthorizationRequest(BaseModel):
    """The body of the call that begins to connect an account by sending its owner to the platform."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, alias_generator=to_camel)

    platform: Annotated[str, AfterValidator(_authorizable)]
    make_default: bool = False
    redirect_uri: str | None = None


class PageCallback(BaseModel):
    """What came back from a platform to a page, which passes it on in its user's name."""

    model_config = ConfigDict(
        strict=True, extra="forbid", frozen=True, alias_generator=to_camel, hide_input_in_errors=True
    )

    code: str = Field(min_length=1, max_length=MAX_CODE_CHARACTERS, repr=False)
    state: str = Field(min_length=1, max_length=MAX_STATE_CHARACTERS, repr=False)


class BrowserCallback(BaseModel):
    """What came back from a platform to our own address: a code, or what went wrong; and whatever else it says."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True, hide_input_in_errors=True)

    state: str = Field(min_length=1, max_length=MAX_STATE_CHARACTERS, repr=False)
    code: str | None = Field(default=None, min_length=1, max_length=MAX_CODE_CHARACTERS, repr=False)
    error: str | None = None
    error_code: str | None = None
    """What Facebook sends in the place of ``error`` in some cases."""
