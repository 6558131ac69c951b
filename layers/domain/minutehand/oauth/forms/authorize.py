"""The request of the call that begins an authorization."""

from typing import Annotated

from pydantic import AfterValidator, Field, WithJsonSchema

from minutehand.oauth.forms.instance import Instance
from minutehand.platforms.catalog import AUTHORIZABLE, CONNECTORS, display_name, joined_names, platform_key
from minutehand.runtime.form import Form
from minutehand.runtime.validation import Problem, shortened


def _authorizable(name: str) -> str:
    platform = platform_key(name)
    if platform in AUTHORIZABLE:
        return platform
    able = joined_names(AUTHORIZABLE)
    if platform in CONNECTORS:
        what = display_name(platform)
        sentence = f"Connect a {what} account with POST connections. Platforms with OAuth: {able}."
    else:
        sentence = f'Unknown platform "{shortened(name)}". Platforms with OAuth: {able}.'
    raise Problem(sentence, allowed=list(AUTHORIZABLE))


OAuthPlatform = Annotated[
    str,
    AfterValidator(_authorizable),
    WithJsonSchema({"title": "OAuthPlatform", "type": "string", "enum": list(AUTHORIZABLE)}),
]


class AuthorizationRequest(Form):
    """The body of the call that begins an authorization. ``instance``: the address of a Mastodon account's server."""

    platform: OAuthPlatform
    make_default: bool = False
    redirect_uri: str | None = None
    instance: Instance = Field(default=None, validate_default=True)
