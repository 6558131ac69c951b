"""The OAuth provider for Pinterest. Each refresh returns a new refresh token, which extends the access."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from minutehand.platforms.connectors import require_identifier
from minutehand.platforms.oauth2.errors import Refusal, refusal_of
from minutehand.platforms.oauth2.flow import CodeFlow, ProviderConfig
from minutehand.platforms.oauth2.provider import Grant, GrantedAccount
from minutehand.platforms.oauth2.session import ProviderSession

if TYPE_CHECKING:
    from minutehand.platforms.exchange import Reply

API = "https://api.pinterest.com"
REFUSALS = {283: Refusal.GRANT, 2: Refusal.CLIENT}
"""The refusals, keyed by ``code``. In a response to a token request, code 2 means that Pinterest did not authenticate
the app.

For a refused refresh token, Pinterest returns code 283. Code 1 stands for any invalid parameter. Code 1 is not treated
as a refusal of the token, because an error in this app would then end every connection. After the stated lifetime of a
refresh token, an unknown refusal also ends the access (see `minutehand.oauth.refresh_call`).
"""


def refusal(reply: "Reply") -> Refusal | None:
    """Return the refusal for Pinterest's own error code or for the standard ``error``, or None if both are unknown."""
    code = reply.fields.get("code")
    return (REFUSALS.get(code) if type(code) is int else None) or refusal_of(reply)


def accounts(session: ProviderSession, answer: Mapping[str, Any], grant: Grant) -> list[GrantedAccount]:
    """Return the granted account."""
    reply = session.get(f"{API}/v5/user_account", token=grant.token["access_token"])
    user = session.account_fields(reply)
    username = require_identifier(user.get("username"), session.platform)
    account_id = require_identifier(user.get("id") or username, session.platform)
    return [GrantedAccount(account_id, username, session.base_url(API), grant)]


provider = CodeFlow(
    ProviderConfig(
        platform="pinterest",
        authorization_endpoint="https://www.pinterest.com/oauth/",
        token_endpoint=f"{API}/v5/oauth/token",
        scopes=("boards:read", "boards:write", "pins:read", "pins:write", "user_accounts:read"),
        required_scopes=frozenset(["boards:read", "pins:read", "pins:write", "user_accounts:read"]),
        scope_separator=",",
        client_auth="client_secret_basic",
        token_params={"continuous_refresh": "true"},
        revocation_endpoint=f"{API}/v5/oauth/token/revoke",
        revoked_tokens=("refresh_token", "access_token"),
        refusal=refusal,
    ),
    accounts,
)
