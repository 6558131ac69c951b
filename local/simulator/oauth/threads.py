"""Threads."""

from local.simulator.oauth.consent import Door
from local.simulator.oauth.meta import TwoStepServer
from local.simulator.oauth.tokens import Shape


class Threads(TwoStepServer):
    """The server."""

    exchange, renewal = "th_exchange_token", "th_refresh_token"
    tells_permissions = False
    shape = Shape("THAA", 150)
    door = Door(
        "threads",
        "Threads",
        "/threads/oauth/authorize",
        frozenset(
            f"threads_{name}"
            for name in (
                *("basic", "content_publish", "manage_replies", "read_replies", "manage_insights"),
                *("delete", "keyword_search", "manage_mentions", "location_tagging", "profile_discovery"),
            )
        ),
        separator=",",
        denied={
            "error": "access_denied",
            "error_reason": "user_denied",
            "error_description": "The user denied your request",
        },
        fragment="#_",
    )
