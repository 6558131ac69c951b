"""The platforms we know, and what has to be known of each before it is imported.

All else of a platform stands in its package, ``minutehand.platforms.<key>``, where it is found by name: ``adapter`` in
its module ``adapter``, ``rulebook`` in ``rules``, and ``provider`` in ``oauth`` or ``connector`` in ``connector``.
"""

from dataclasses import dataclass
from importlib import import_module
from typing import Any


@dataclass(frozen=True, slots=True)
class Platform:
    """A platform, by what people call it."""

    name: str
    oauth: bool = True
    """Whether people allow us on a page of its own (module ``oauth``), or give us credentials (``connector``)."""
    self_renewing: bool = False
    """Whether an access token is renewed with itself, without a refresh token."""
    revocable: bool = False
    """Whether it can be told that a token is not wanted any more."""
    alias: str | None = None
    """What else people call it in calls of the API."""


PLATFORMS = {
    "instagram": Platform("Instagram", self_renewing=True),
    "facebook": Platform("Facebook"),
    "linkedin": Platform("LinkedIn"),
    "x": Platform("X", revocable=True, alias="twitter"),
    "tiktok": Platform("TikTok", revocable=True),
    "youtube": Platform("YouTube", revocable=True),
    "threads": Platform("Threads", self_renewing=True),
    "bluesky": Platform("Bluesky", oauth=False),
    "mastodon": Platform("Mastodon", oauth=False),
    "pinterest": Platform("Pinterest", revocable=True),
}
"""By the key that the API uses, which is also the name of the package."""
DISPLAY_NAMES = {key: platform.name for key, platform in PLATFORMS.items()}
ALIASES = {platform.alias: key for key, platform in PLATFORMS.items() if platform.alias}


def display_name(platform: str) -> str:
    """Return what people call ``platform``."""
    return DISPLAY_NAMES.get(platform, platform)


def load_attribute(platform: str, module: str, name: str) -> Any:
    """Return ``name`` from a module of the package of ``platform``, one of `PLATFORMS`, which is imported only now."""
    return getattr(import_module(f"minutehand.platforms.{platform}.{module}"), name)
