"""Instagram's authorization server for accounts that log in with Instagram."""

from local.simulator.oauth.consent import ConsentConfig
from local.simulator.oauth.meta import MetaAuthorizationServer
from local.simulator.oauth.tokens import TokenFormat


class Instagram(MetaAuthorizationServer):
    """The authorization server of Instagram."""

    exchange_grant, refresh_grant = "ig_exchange_token", "ig_refresh_token"
    returns_permissions = True
    token_format = TokenFormat("IGAA", 150)
    consent = ConsentConfig(
        "instagram",
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


server = Instagram
