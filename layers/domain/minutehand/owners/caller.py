"""The caller's identity and permissions, and the limits and the present usage of the caller's owner."""

from datetime import datetime
from typing import TYPE_CHECKING, TypedDict, cast

from minutehand.runtime import sql
from minutehand.runtime.db import Database
from minutehand.runtime.identity import Identity
from minutehand.runtime.scopes import SCOPES, Mode, Role, Scope

if TYPE_CHECKING:
    from minutehand.owners.config import CallerConfig


class Limit(TypedDict):
    """A limit of an owner, and the owner's present usage. Posts, connections and pending authorizations are counted up
    to the limit.
    """

    limit: int
    present: int


class Limits(TypedDict):
    """The limits of an owner, each with the present usage."""

    openPosts: Limit
    connections: Limit
    mediaBytes: Limit
    pendingAuthorizations: Limit
    writingCallsPerMinute: Limit


class CallerDetails(TypedDict):
    """The identity, the permissions and the limits of the caller. ``publishWithinSeconds``: the length of the window of
    posts without their own window, or None if these posts have no window.
    """

    user: str
    name: str | None
    owner: str
    roles: list[Role]
    scopes: list[Scope]
    mode: Mode
    limits: Limits
    publishWithinSeconds: int | None


def describe(db: Database, caller: Identity, *, config: "CallerConfig", now: datetime) -> CallerDetails:
    """Return the identity and the permissions of the caller, the owner's ``limits`` with the present usage, and the
    default window.
    """
    limits = {
        "open_posts": config.max_open_posts,
        "connections": config.max_connections,
        "pending_authorizations": config.max_pending_authorizations,
    }
    [present] = db.fetch(_queries["present_values"], owner_id=caller.owner_id, now=now, **limits)

    def of(name: str, limit: int) -> Limit:
        return {"limit": limit, "present": present[name]}

    return {
        "user": caller.user_id,
        "name": caller.name,
        "owner": caller.owner_id,
        "roles": cast("list[Role]", sorted(caller.roles)),
        "scopes": cast("list[Scope]", sorted(caller.scopes, key=SCOPES.index)),
        "mode": "test" if caller.is_test else "live",
        "limits": {
            "openPosts": of("open_posts", config.max_open_posts),
            "connections": of("connections", config.max_connections),
            "mediaBytes": of("media_bytes", config.max_media_bytes),
            "pendingAuthorizations": of("pending_authorizations", config.max_pending_authorizations),
            "writingCallsPerMinute": of("writing_calls", config.requests_per_minute),
        },
        "publishWithinSeconds": config.publish_within_seconds or None,
    }


_queries = sql.load(__package__)
