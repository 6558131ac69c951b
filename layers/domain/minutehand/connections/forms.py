"""The request body of the call that connects an account. Each platform defines its own credential fields."""

from collections.abc import Iterable
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict

from minutehand.platforms.catalog import ALIASES, DISPLAY_NAMES, display_name
from minutehand.platforms.connectors import CONNECTORS
from minutehand.platforms.oauth2.provider import PROVIDERS
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
