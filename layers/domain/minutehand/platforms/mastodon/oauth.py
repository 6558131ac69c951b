"""Connect Mastodon accounts through OAuth 2 with PKCE. Each server has its own OAuth clients.

Access tokens of Mastodon do not expire. If the token of a compatible server expires, the account must be connected
again. The token of a connection contains the client with which it is revoked.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from minutehand.platforms.mastodon import identity
from minutehand.platforms.oauth2.flow import CodeFlow, ProviderConfig
from minutehand.platforms.oauth2.provider import Grant, GrantedAccount, OAuthClient, client_text
from minutehand.platforms.oauth2.registration import Registration
from minutehand.platforms.oauth2.requests import authenticated, token_form
from minutehand.platforms.oauth2.session import ProviderSession
from minutehand.platforms.port import Rejected
from minutehand.runtime.clock import Now

if TYPE_CHECKING:
    import httpx

APP_NAME = "Minutehand"
SCOPES = ("read", "write")
HOST = "https://mastodon.invalid"
"""A placeholder for the account's server, which replaces this host in every call."""
TOKEN_ENDPOINT = f"{HOST}/oauth/token"
MAX_CLIENT_CHARACTERS = 1_000
"""The maximum length of a client id and of a client secret. On Mastodon, both have 43 characters."""
UNAUTHORIZED, FORBIDDEN, UNPROCESSABLE = 401, 403, 422


def register(http: "httpx.Client", server: str, *, redirect_uri: str, now: Now) -> OAuthClient:
    """See `Register`. Source: https://docs.joinmastodon.org/methods/apps/#create."""
    session = ProviderSession(http, OAuthClient("", "", server), "mastodon", now)
    body = {"client_name": APP_NAME, "redirect_uris": redirect_uri, "scopes": " ".join(SCOPES)}
    reply = session.post(f"{HOST}/api/v1/apps", body=body)
    # A few servers return the id as a number.
    client_id, secret = (_text(reply.fields.get(name)) for name in ("client_id", "client_secret"))
    if reply.ok and client_id and secret:
        return OAuthClient(client_id, secret, server)
    if reply.status in (UNAUTHORIZED, FORBIDDEN, UNPROCESSABLE):
        raise Rejected(
            "registration_refused",
            f"{server} does not let Minutehand ask for access (HTTP {reply.status}). Check the address, or connect the "
            "account with an access token.",
        )
    raise Rejected(
        "unexpected_server", f"There is no Mastodon server at {server} (HTTP {reply.status}). Check the address."
    )


def is_known(http: "httpx.Client", client: OAuthClient, *, now: Now) -> bool:
    """See `IsKnown`. Ask for a token of the client itself, which a server issues to every client that it knows."""
    headers, form = authenticated(client, token_form("client_credentials", scope="read"), "client_secret_post")
    reply = ProviderSession(http, client, "mastodon", now).post(TOKEN_ENDPOINT, form=form, headers=headers)
    return reply.ok or (reply.status != UNAUTHORIZED and reply.fields.get("error") != "invalid_client")


def accounts(session: ProviderSession, answer: Mapping[str, Any], grant: Grant) -> list[GrantedAccount]:
    """Return the account to which the grant gives access, with the limits of its server."""
    from minutehand.platforms.exchange import Exchange
    from minutehand.platforms.mastodon.instance import Instances

    server, access_token = session.base_url(HOST), grant.token["access_token"]
    reply = session.get(HOST + identity.PATH, token=access_token)
    account_id, handle = identity.identity(session.account_fields(reply), server)
    limits = Instances(Exchange(session.http, session.name)).limits(server, access_token, session.now)
    token = {"access_token": access_token, "client": client_text(session.client)}
    return [GrantedAccount(account_id, handle, server, replace(grant, token=token), limits.published() or None)]


def _text(value: object) -> str | None:
    text = str(value) if type(value) in (str, int) else ""
    return text if 0 < len(text) <= MAX_CLIENT_CHARACTERS and text.isprintable() else None


registration = Registration(register, is_known)
provider = CodeFlow(
    ProviderConfig(
        platform="mastodon",
        authorization_endpoint=f"{HOST}/oauth/authorize",
        token_endpoint=TOKEN_ENDPOINT,
        scopes=SCOPES,
        required_scopes=frozenset(SCOPES),
        pkce=True,
        revocation_endpoint=f"{HOST}/oauth/revoke",
        revocation_hint=False,
    ),
    accounts,
)
