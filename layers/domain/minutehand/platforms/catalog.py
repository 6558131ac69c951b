"""The supported platforms, with the facts that are needed before a platform's package is imported.

The package ``minutehand.platforms.<key>`` provides everything else under fixed names: ``adapter`` in the module
``adapter``, ``rulebook`` in ``rules``, and either ``provider`` in ``oauth`` or ``connector`` in ``connector``.
"""

from dataclasses import dataclass
from importlib import import_module
from typing import Annotated, Any, Literal

from minutehand.runtime.response_types import JsonSchema


@dataclass(frozen=True, slots=True)
class Platform:
    """The facts about one platform."""

    name: str
    """The display name."""
    oauth: bool = True
    """Whether accounts are connected with OAuth (module ``oauth``) rather than with credentials (``connector``)."""
    self_renewing: bool = False
    """Whether an access token is exchanged for a new one without a refresh token."""
    revocation: Literal["none", "token", "consent"] = "none"
    """The access that the platform's endpoint revokes: the grant to which the token belongs (``token``), or all access
    of the app to the account, including grants to other owners (``consent``). ``none``: the platform has no such
    endpoint.
    """
    user_servers: bool = False
    """Whether users name the servers of their accounts, which may be slow or hostile."""
    alias: str | None = None
    """Another name that the API accepts for the platform."""


PLATFORMS = {
    "instagram": Platform("Instagram", self_renewing=True),
    "facebook": Platform("Facebook"),
    "linkedin": Platform("LinkedIn"),
    "x": Platform("X", revocation="token", alias="twitter"),
    "tiktok": Platform("TikTok", revocation="consent"),
    "youtube": Platform("YouTube", revocation="consent"),
    "threads": Platform("Threads", self_renewing=True),
    "bluesky": Platform("Bluesky", oauth=False, user_servers=True),
    "mastodon": Platform("Mastodon", oauth=False, user_servers=True),
    "pinterest": Platform("Pinterest", revocation="consent"),
}
"""The platforms, each under its key. The API uses the key as the platform's name, and the package has the same name."""
DISPLAY_NAMES = {key: platform.name for key, platform in PLATFORMS.items()}
PlatformKey = Annotated[str, JsonSchema({"title": "Platform", "type": "string", "enum": list(DISPLAY_NAMES)})]
"""The key of a platform in a response."""
ALIASES = {platform.alias: key for key, platform in PLATFORMS.items() if platform.alias}


def display_name(platform: str) -> str:
    """Return the display name of ``platform``, or ``platform`` itself if the key is unknown."""
    return DISPLAY_NAMES.get(platform, platform)


def load_attribute(platform: str, module: str, name: str) -> Any:
    """Return the attribute ``name`` of a module in the package of ``platform``, which must be a key of `PLATFORMS`."""
    return getattr(import_module(f"minutehand.platforms.{platform}.{module}"), name)
