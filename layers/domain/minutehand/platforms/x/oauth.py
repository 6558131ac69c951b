"""Connect X accounts through OAuth 2 with PKCE. Every refresh issues a new refresh token and revokes the old one."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from minutehand.platforms.connectors import require_identifier
from minutehand.platforms.oauth2.errors import Refusal, refusal_of
from minutehand.platforms.oauth2.flow import CodeFlow, ProviderConfig
from minutehand.platforms.oauth2.provider import Grant, GrantedAccount
from minutehand.platforms.oauth2.session import ProviderSession

if TYPE_CHECKING:
    from minutehand.platforms.exchange import Reply

API = "https://api.x.com"
INVALID_GRANT_MESSAGES = ("passed for the token was invalid", "passed for the authorization code was invalid")
"""Phrases in the description of X's error for an invalid code or token. The error code is only ``invalid_request``."""


def refusal(reply: "Reply") -> Refusal | None:
    """Return the meaning of an error response."""
    said = str(reply.fields.get("error_description")).lower()
    if reply.fields.get("error") == "invalid_request" and any(message in said for message in INVALID_GRANT_MESSAGES):
        return Refusal.GRANT
    return refusal_of(reply)


def accounts(session: ProviderSession, answer: Mapping[str, Any], grant: Grant) -> list[GrantedAccount]:
    """Return the account to which the grant gives access. X grants access to exactly one account."""
    reply = session.get(f"{API}/2/users/me", token=grant.token["access_token"])
    data = session.account_fields(reply).get("data")
    user = data if isinstance(data, Mapping) else {}
    account_id, username = (require_identifier(user.get(name), session.platform) for name in ("id", "username"))
    return [GrantedAccount(account_id, f"@{username}", session.base_url(API), grant)]


provider = CodeFlow(
    ProviderConfig(
        platform="x",
        authorization_endpoint="https://x.com/i/oauth2/authorize",
        token_endpoint=f"{API}/2/oauth2/token",
        scopes=("tweet.read", "tweet.write", "users.read", "media.write", "offline.access"),
        required_scopes=frozenset(["tweet.read", "tweet.write", "users.read"]),
        pkce=True,
        client_auth="client_secret_basic",
        revocation_endpoint=f"{API}/2/oauth2/revoke",
        revoked_tokens=("refresh_token", "access_token"),
        refusal=refusal,
    ),
    accounts,
)
