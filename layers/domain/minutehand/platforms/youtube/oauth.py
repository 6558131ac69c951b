"""Connects YouTube channels: Google's OAuth 2 with PKCE. The refresh token stays the same when it is used.

Google asks for consent each time, as it gives a refresh token with a consent only.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from minutehand.platforms.connectors import require_identifier
from minutehand.platforms.oauth2.errors import Refusal, refusal_of
from minutehand.platforms.oauth2.flow import CodeFlow, ProviderConfig
from minutehand.platforms.oauth2.provider import Grant, GrantedAccount
from minutehand.platforms.oauth2.session import ProviderSession, account_name
from minutehand.platforms.port import Rejected

if TYPE_CHECKING:
    from minutehand.platforms.exchange import Reply

API = "https://www.googleapis.com"
SCOPE = "https://www.googleapis.com/auth/youtube"
OWN_ERRORS = frozenset(["deleted_client", "disabled_client", "org_internal"])
"""What Google says of our registration, beside what everybody says."""


def refusal(reply: "Reply") -> Refusal | None:
    """Return what a refusal of Google means."""
    return Refusal.CLIENT if reply.fields.get("error") in OWN_ERRORS else refusal_of(reply)


def accounts(visit: ProviderSession, answer: Mapping[str, Any], grant: Grant) -> list[GrantedAccount]:
    """Return the channel that was chosen."""
    from minutehand.platforms.youtube.api import inner, items

    url, query = f"{API}/youtube/v3/channels", {"part": "snippet", "mine": "true"}
    channels = items(visit.account_fields(visit.get(url, token=grant.token["access_token"], query=query)))
    if not channels:
        raise Rejected(
            "authorization_refused",
            "The Google account has no channel on YouTube yet: open one there, then start again.",
        )
    granted = []
    for channel in channels:
        channel_id = require_identifier(channel.get("id"), visit.platform)
        title = account_name(inner(channel, "snippet", "title"), channel_id)
        handle = account_name(inner(channel, "snippet", "customUrl"), title)
        granted.append(GrantedAccount(channel_id, handle, visit.base_url(API), grant))
    return granted


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
