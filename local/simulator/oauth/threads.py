"""The authorization server of Threads, which shares its code with Instagram's server."""

from local.simulator.oauth.consent import ConsentConfig
from local.simulator.oauth.meta import MetaAuthorizationServer
from local.simulator.oauth.tokens import TokenFormat


class Threads(MetaAuthorizationServer):
    """The authorization server of Threads."""

    exchange_grant, refresh_grant = "th_exchange_token", "th_refresh_token"
    returns_permissions = False
    token_format = TokenFormat("THAA", 150)
    consent = ConsentConfig(
        "threads",
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


server = Threads
