"""Configuration of functions that describe platforms, or read metrics from them."""

from typing import Annotated, Literal

from pydantic import Field

from minutehand.runtime.config import Config, DatabaseConfig

ServiceAddress = Annotated[str, Field(pattern=r"^https?://[^\s/?#@]+(/[^\s?#]*)?$")]


class AppViewConfig(Config):
    """The address of the server that counts likes and reposts on Bluesky: the template's parameter BlueskyAppView."""

    bluesky_app_view: ServiceAddress = "https://public.api.bsky.app"


class PlatformsConfig(DatabaseConfig):
    """``unconnected_platforms``: what becomes of posts for platforms without a connection: the template's parameter
    UnconnectedPlatforms.
    """

    unconnected_platforms: Literal["sandbox", "reject"] = "reject"
