"""Describes the platforms: the limits on texts and media, and the options of each platform."""

from minutehand.platforms.configs.platforms import PlatformsConfig
from minutehand.platforms.description import PlatformList, described
from minutehand.runtime.api_function import ApiFunction
from minutehand.runtime.permissions import READ
from minutehand.runtime.request import Request
from minutehand.runtime.response import Response, success

MAX_AGE_SECONDS = 300
"""The time for which a client may cache the response, which changes only with a deployment."""

handler = function = ApiFunction("/api/social/platforms", PlatformsConfig)


@function.on("GET", READ)
def list_platforms(request: Request) -> Response[PlatformList]:
    """Return the rules of each platform."""
    found = success(PlatformList(platforms=described(function.config.unconnected_platforms)))
    return found._replace(headers={"cache-control": f"private, max-age={MAX_AGE_SECONDS}"})
