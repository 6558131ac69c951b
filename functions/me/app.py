"""Shows callers their identity, their permissions, and the limits of their owner."""

from minutehand.owners.caller import CallerDetails, describe
from minutehand.owners.config import CallerConfig
from minutehand.runtime.api_function import ApiFunction
from minutehand.runtime.permissions import READ
from minutehand.runtime.request import Request

handler = function = ApiFunction("/api/social/me", CallerConfig)


@function.on("GET", READ)
def get_me(request: Request) -> CallerDetails:
    """Return the caller, and the limits of the caller's owner with the present usage."""
    return describe(function.db, request.reader(), config=function.config, now=function.now())
