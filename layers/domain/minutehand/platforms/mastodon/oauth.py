"""Connect Mastodon accounts through OAuth 2 with PKCE. Access tokens do not expire, and there are no refresh tokens.

Each server has its own OAuth clients (https://docs.joinmastodon.org/methods/apps/#create). Minutehand registers a
client for each authorization, because servers delete clients without tokens after a day (`Vacuum::ApplicationsVacuum`
in Mastodon). The token of a connection contains its client, with which the token is revoked.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from minutehand.platforms.mastodon import identity
from minutehand.platforms.oauth2.errors import unexpected_response
from minutehand.platforms.oauth2.flow import CodeFlow, ProviderConfig
from minutehand.platforms.oauth2.provider import Grant, GrantedAccount, OAuthClient, client_fields
from minutehand.platforms.oauth2.session import ProviderSession
from minutehand.platforms.port import Rejected
from minutehand.runtime.clock import Now

if TYPE_CHECKING:
    import httpx

APP_NAME = "Minutehand"
SCOPES = ("read", "write")
HOST = "https://mastodon.invalid"
"""A placeholder for the account's server, which replaces this host in every call."""
MAX_CLIENT_CHARACTERS = 1_000
"""The maximum length of a client id and of a client secret. On Mastodon, both have 43 characters."""
SERVER_ERROR = 500


def register(http: "httpx.Client", server: str, *, redirect_uri: str, now: Now) -> OAuthClient:
    """See `minutehand.platforms.oauth2.registration.Register`."""
    session = ProviderSession(http, OAuthClient("", "", server), "mastodon", now)
    body = {"client_name": APP_NAME, "redirect_uris": redirect_uri, "scopes": " ".join(SCOPES)}
    reply = session.post(f"{HOST}/api/v1/apps", body=body)
    if reply.status >= SERVER_ERROR:
        raise unexpected_response("mastodon")
    client_id, secret = reply.fields.get("client_id"), reply.fields.get("client_secret")
    if not reply.ok or not _is_usable(client_id) or not _is_usable(secret):
        raise Rejected(
            "unexpected_server", f"There is no Mastodon server at {server} (HTTP {reply.status}). Check the address."
        )
    return OAuthClient(str(client_id), str(secret), server)


def accounts(session: ProviderSession, answer: Mapping[str, Any], grant: Grant) -> list[GrantedAccount]:
    """Return the account to which the grant gives access, with the limits of its server."""
    from minutehand.platforms.exchange import Exchange
    from minutehand.platforms.mastodon.instance import Instances

    server, token = session.base_url(HOST), grant.token["access_token"]
    reply = session.get(HOST + identity.PATH, token=token)
    account_id, handle = identity.identity(session.account_fields(reply), server)
    limits = Instances(Exchange(session.http, session.name)).limits(server, token, session.now)
    own = replace(grant, token={**grant.token, **client_fields(session.client)})
    return [GrantedAccount(account_id, handle, server, own, limits.published() or None)]


def _is_usable(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= MAX_CLIENT_CHARACTERS and value.isprintable()


provider = CodeFlow(
    ProviderConfig(
        platform="mastodon",
        authorization_endpoint=f"{HOST}/oauth/authorize",
        token_endpoint=f"{HOST}/oauth/token",
        scopes=SCOPES,
        required_scopes=frozenset(SCOPES),
        pkce=True,
        revocation_endpoint=f"{HOST}/oauth/revoke",
        revocation_hint=False,
    ),
    accounts,
)
