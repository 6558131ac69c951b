"""The type of a platform in the forms of connect links."""

from typing import Annotated

from pydantic import AfterValidator, WithJsonSchema

from minutehand.platforms.catalog import DISPLAY_NAMES, joined_names, platform_key
from minutehand.runtime.validation import Problem, shortened


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
