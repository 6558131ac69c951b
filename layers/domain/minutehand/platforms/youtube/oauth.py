"""Connect YouTube channels through Google's OAuth 2 with PKCE. A refresh does not change the refresh token.

Google issues a refresh token only with consent, so the authorization request always asks for consent.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from minutehand.platforms.connectors import require_identifier
from minutehand.platforms.identifiers import printable_name
from minutehand.platforms.oauth2.errors import Refusal, refusal_of
from minutehand.platforms.oauth2.flow import CodeFlow, ProviderConfig
from minutehand.platforms.oauth2.provider import Grant, GrantedAccount
from minutehand.platforms.oauth2.session import ProviderSession, readable
from minutehand.platforms.port import Rejected

if TYPE_CHECKING:
    from minutehand.platforms.exchange import Reply

API = "https://www.googleapis.com"
SCOPE = "https://www.googleapis.com/auth/youtube"
CLIENT_ERRORS = frozenset(["deleted_client", "disabled_client", "org_internal"])
"""Google's own errors about this app's registration, in addition to the standard errors."""


def refusal(reply: "Reply") -> Refusal | None:
    """Return the meaning of an error response."""
    return Refusal.CLIENT if reply.fields.get("error") in CLIENT_ERRORS else refusal_of(reply)


def accounts(session: ProviderSession, answer: Mapping[str, Any], grant: Grant) -> list[GrantedAccount]:
    """Return the channels to which the grant gives access. Google lets the user choose one channel.

    Raises:
        Rejected: the Google account has no channel, or the grant lacks the permission to read the channel.
        Transient, RateLimited: the channel cannot be read now.
    """
    from minutehand.platforms.youtube.api import items, value_at

    url, query = f"{API}/youtube/v3/channels", {"part": "snippet", "mine": "true"}
    channels = items(session.account_fields(session.get(url, token=grant.token["access_token"], query=query)))
    if not channels:
        raise Rejected(
            "authorization_refused",
            "The Google account has no YouTube channel. Create a channel, then connect the account again.",
        )

    def account_of(channel: Mapping[str, Any]) -> GrantedAccount:
        channel_id = require_identifier(channel.get("id"), session.platform)
        title = printable_name(value_at(channel, "snippet", "title"), channel_id)
        handle = printable_name(value_at(channel, "snippet", "customUrl"), title)
        return GrantedAccount(channel_id, handle, session.base_url(API), grant)

    return readable(channels, account_of)


provider = CodeFlow(
    ProviderConfig(
        platform="youtube",
        authorization_endpoint="https://accounts.google.com/o/oauth2/v2/auth",
        token_endpoint="https://oauth2.googleapis.com/token",  # noqa: S106 (a URL)
        scopes=(f"{SCOPE}.upload", f"{SCOPE}.readonly", f"{SCOPE}.force-ssl"),
        required_scopes=frozenset([f"{SCOPE}.upload", f"{SCOPE}.readonly"]),
        pkce=True,
        authorization_params={"access_type": "offline", "prompt": "consent"},
        revocation_endpoint="https://oauth2.googleapis.com/revoke",
        revoked_tokens=("refresh_token",),
        refusal=refusal,
    ),
    accounts,
)
