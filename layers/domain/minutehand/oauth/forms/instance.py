"""The type of the address of the account's server in the forms that begin authorizations."""

from typing import Annotated

from pydantic import AfterValidator, ValidationInfo

from minutehand.platforms.catalog import DISPLAY_NAMES, REGISTERING
from minutehand.platforms.server_address import ServerAddress
from minutehand.runtime.validation import Problem


def _fits(instance: str | None, info: ValidationInfo) -> str | None:
    name = DISPLAY_NAMES.get(platform := info.data.get("platform") or "")
    if name is not None and platform in REGISTERING and instance is None:
        raise Problem(f"instance is required for {name}. It is the address of the account's server.")
    if name is not None and platform not in REGISTERING and instance is not None:
        raise Problem(f"{name} has no instances. Omit instance.")
    return instance


Instance = Annotated[ServerAddress | None, AfterValidator(_fits)]
"""The address of a Mastodon account's server, and None on other platforms. The form must declare ``platform`` before
this field, and validate the default.
"""
