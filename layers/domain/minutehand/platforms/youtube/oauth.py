"""Connects YouTube channels: Google's OAuth 2 with PKCE. The refresh token stays the same when it is used.

Google asks for consent each time, as it gives a refresh token with a consent only.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from minutehand.platforms.connectors import stated
from minutehand.platforms.oauth2.errors import Refusal, refusal_of
from minutehand.platforms.oauth2.flow import CodeFlow, Dialect
from minutehand.platforms.oauth2.provider import Grant, GrantedAccount
from minutehand.platforms.oauth2.session import ProviderSession, called
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
    channels = items(visit.about_the_account(visit.get(url, token=grant.token["access_token"], query=query)))
    if not channels:
        raise Rejected(
            "authorization_refused",
            "The Google account has no channel on YouTube yet: open one there, then start again.",
        )
    granted = []
    for channel in channels:
        channel_id = stated(channel.get("id"), visit.platform)
        title = called(inner(channel, "snippet", "title"), channel_id)
        handle = called(inner(channel, "snippet", "customUrl"), title)
        granted.append(GrantedAccount(channel_id, handle, visit.base_url(API), grant))
    return granted


provider = CodeFlow(
    Dialect(
        platform="youtube",
        authorize="https://accounts.google.com/o/oauth2/v2/auth",
        exchange="https://oauth2.googleapis.com/token",
        scopes=(f"{SCOPE}.upload", f"{SCOPE}.readonly", f"{SCOPE}.force-ssl"),
        needed=frozenset([f"{SCOPE}.upload", f"{SCOPE}.readonly"]),
        pkce=True,
        asking={"access_type": "offline", "prompt": "consent"},
        revocation="https://oauth2.googleapis.com/revoke",
        revoked=("refresh_token",),
        refusal=refusal,
    ),
    accounts,
)
