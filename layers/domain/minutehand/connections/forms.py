"""The request body of the call that connects an account. Each platform defines its own credential fields."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict

from minutehand.platforms.catalog import CONNECTORS, DISPLAY_NAMES, PROVIDERS, display_name, joined_names, platform_key
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


class PlatformChoice(BaseModel):
    """The field ``platform``, which determines the other fields of the body."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)

    platform: Annotated[str, AfterValidator(_connectable)]
