"""The caller, and the limits of the caller's owner."""

from datetime import datetime
from typing import Any

from minutehand.owners.config import CallerConfig
from minutehand.runtime import sql
from minutehand.runtime.db import Database
from minutehand.runtime.identity import Identity
from minutehand.runtime.scopes import SCOPES


def describe(db: Database, caller: Identity, *, config: CallerConfig, now: datetime) -> dict[str, Any]:
    """Return who the caller is, what the caller may do, and the owner's ``limits`` with the present values."""
    limits = {
        "open_posts": config.max_open_posts,
        "connections": config.max_connections,
        "pending_authorizations": config.max_pending_authorizations,
    }
    [present] = db.fetch(_queries["present_values"], owner_id=caller.owner_id, now=now, **limits)

    def of(name: str, limit: int) -> dict[str, int]:
        return {"limit": limit, "present": present[name]}

    return {
        "user": caller.user_id,
        "name": caller.name,
        "owner": caller.owner_id,
        "roles": sorted(caller.roles),
        "scopes": sorted(caller.scopes, key=SCOPES.index),
        "mode": "test" if caller.is_test else "live",
        "limits": {
            "openPosts": of("open_posts", config.max_open_posts),
            "connections": of("connections", config.max_connections),
            "mediaBytes": of("media_bytes", config.max_media_bytes),
            "pendingAuthorizations": of("pending_authorizations", config.max_pending_authorizations),
            "writingCallsPerMinute": of("writing_calls", config.requests_per_minute),
        },
    }


_queries = sql.load(__package__)
