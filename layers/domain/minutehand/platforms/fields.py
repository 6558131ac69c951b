"""The type of a field that contains the name of a platform."""

from typing import Annotated

from pydantic import AfterValidator

from minutehand.platforms.catalog import ALIASES, DISPLAY_NAMES, PlatformKey
from minutehand.runtime.validation import Problem, shortened


def platform(name: str) -> str:
    """Return the key of the platform called ``name``, which may be an alias.

    Raises:
        Problem: the platform is unknown.
    """
    plain = name.strip().lower()
    known = ALIASES.get(plain, plain)
    if known not in DISPLAY_NAMES:
        raise Problem(
            f'Unknown platform "{shortened(name)}". Known platforms: {", ".join(DISPLAY_NAMES)}.',
            allowed=list(DISPLAY_NAMES),
        )
    return known


Platform = Annotated[PlatformKey, AfterValidator(platform)]
