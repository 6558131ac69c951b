from typing import Literal

from minutehand.runtime.config import DatabaseConfig


class PlatformsConfig(DatabaseConfig):
    """The treatment of posts for platforms without a connection: the template's parameter UnconnectedPlatforms."""

    unconnected_platforms: Literal["sandbox", "reject"] = "reject"
