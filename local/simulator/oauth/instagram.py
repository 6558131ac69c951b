"""Instagram, for accounts that log in to Instagram itself."""

from local.simulator.oauth.consent import Door
from local.simulator.oauth.meta import TwoStepServer
from local.simulator.oauth.tokens import Shape


class Instagram(TwoStepServer):
    """The server."""

    exchange, renewal = "ig_exchange_token", "ig_refresh_token"
    tells_permissions = True
    shape = Shape("IGAA", 150)
    door = Door(
        "instagram",
        "Instagram",
        "/instagram/oauth/authorize",
        frozenset(
            f"instagram_business_{name}"
            for name in ("basic", "content_publish", "manage_comments", "manage_insights", "manage_messages")
        ),
        separator=",",
        denied={
            "error": "access_denied",
            "error_reason": "user_denied",
            "error_description": "The user denied your request",
        },
        fragment="#_",
    )
