"""The permission that each call of the API requires.

The functions check it before they read the body; see `minutehand.runtime.api_function`.
"""

from collections.abc import Mapping
from typing import NamedTuple

from minutehand.runtime.errors import Forbidden
from minutehand.runtime.identity import Identity
from minutehand.runtime.scopes import APPROVE, OPERATE, READ, WRITE

BASE_PATH = "/api/social/"


class Permission(NamedTuple):
    """The scope that a call requires.

    ``for_people``: whether API tokens are refused, whatever their scopes. ``live_only``: whether test tokens are
    refused.
    """

    scope: str
    for_people: bool = False
    live_only: bool = False

    def require(self, caller: Identity) -> None:
        """Raise `Forbidden` if the call is not permitted to ``caller``."""
        if self.for_people and caller.granted is not None:
            raise Forbidden("API tokens cannot make this call. Sign in to make it yourself.", code="person_required")
        if self.live_only and caller.is_test:
            raise Forbidden("Test mode has its own connections. Use a live token for this call.", code="live_only")
        caller.require_scope(self.scope)


PERMISSIONS: Mapping[str, Permission | None] = {
    "GET posts/list": Permission(READ),
    "GET posts/calendar": Permission(READ),
    "GET posts/export": Permission(READ),
    "GET posts/plan": Permission(READ),
    "GET posts/get": Permission(READ),
    "POST posts/create": Permission(WRITE),
    "POST posts/duplicate": Permission(WRITE),
    "PATCH posts/update": Permission(WRITE),
    "PUT posts/update": Permission(WRITE),
    "DELETE posts/delete": Permission(WRITE),
    "POST posts/validate": Permission(WRITE),
    "POST posts/schedule": Permission(WRITE),
    "POST posts/cancel": Permission(WRITE),
    # The action approve also requires the scope approve.
    "POST posts/bulk": Permission(WRITE),
    "POST posts/confirm": Permission(WRITE),
    "POST posts/retry": Permission(WRITE),
    "POST posts/archive": Permission(WRITE),
    "POST posts/approve": Permission(APPROVE),
    "GET platforms": Permission(READ),
    "GET connections": Permission(READ),
    "POST connections": Permission(WRITE, live_only=True),
    "PATCH connections": Permission(WRITE),
    "DELETE connections": Permission(WRITE),
    "GET connections/options": Permission(READ),
    "GET connections/links": Permission(READ),
    "POST connections/links": Permission(WRITE, live_only=True),
    "DELETE connections/links": Permission(WRITE),
    "GET connections/link": None,
    "POST connections/link": None,
    "POST connections/authorize": Permission(WRITE, live_only=True),
    "GET connections/confirm": None,
    "POST connections/confirm": None,
    "GET connections/callback": None,
    "POST connections/callback": Permission(WRITE, live_only=True),
    "GET media": Permission(READ),
    "POST media": Permission(WRITE),
    "PATCH media": Permission(WRITE),
    "DELETE media": Permission(WRITE),
    "GET events": Permission(READ),
    "GET usage": Permission(READ),
    "GET me": Permission(READ),
    "GET settings": Permission(READ),
    "PATCH settings": Permission(WRITE),
    # A person with any role may create tokens, with the scopes that the roles grant. No token can create another one.
    "GET tokens": Permission(READ, for_people=True),
    "POST tokens": Permission(READ, for_people=True),
    "DELETE tokens": Permission(READ, for_people=True),
    # A feed shows the posts without an identity, so no API token can create one.
    "GET feeds": Permission(READ, for_people=True),
    "POST feeds": Permission(READ, for_people=True),
    "DELETE feeds": Permission(READ, for_people=True),
    "GET feeds/calendar.ics": None,
    "GET queue": Permission(READ),
    "GET queue/jobs": Permission(READ),
    "GET queue/health": Permission(READ),
    "POST queue": Permission(OPERATE),
    "GET scheduler": Permission(OPERATE),
    "POST scheduler": Permission(OPERATE),
}
"""The permission for each method and path. None means that the call does not require authentication."""


def permission_for(method: str, path: str) -> Permission | None:
    """Return the permission that a call requires, or None if the call does not require authentication. ``path``:
    without the stage.

    Raises:
        KeyError: `PERMISSIONS` does not contain the call, so nobody may make it.
    """
    return PERMISSIONS[f"{method} {path.removeprefix(BASE_PATH)}"]
