"""Connect Mastodon accounts with access tokens, which users create under Preferences > Development on the server."""

import httpx

from minutehand.platforms.connectors import Connector, Credentials, VerifiedAccount
from minutehand.platforms.credential_fields import AccessToken
from minutehand.platforms.exchange import Exchange, Reply, bearer, sanitize
from minutehand.platforms.mastodon import identity
from minutehand.platforms.mastodon.instance import Instances
from minutehand.platforms.port import Rejected
from minutehand.platforms.server_address import ServerAddress
from minutehand.runtime.clock import Now

NAME = "Mastodon"
UNAUTHORIZED, FORBIDDEN, UNPROCESSABLE = 401, 403, 422


class MastodonCredentials(Credentials):
    """The access token of an account. ``instance`` is the server that hosts the account."""

    instance: ServerAddress
    access_token: AccessToken


def verify(client: httpx.Client, credentials: MastodonCredentials, now: Now) -> VerifiedAccount:
    """See `Connector.verify`. Ask the server which account the token belongs to."""
    token = {"access_token": credentials.access_token}
    url = credentials.instance + identity.PATH
    request = client.build_request("GET", url, headers=bearer(credentials.access_token, NAME))
    reply = Exchange(client, NAME).prepare(request, now)
    if not reply.ok:
        raise _refusal(reply, credentials.instance, token)
    account_id, handle = identity.identity(reply.fields, credentials.instance)
    limits = Instances(Exchange(client, NAME)).limits(credentials.instance, credentials.access_token, now)
    return VerifiedAccount(account_id, handle, credentials.instance, token, limits.published() or None)


def _refusal(reply: Reply, server: str, token: dict[str, str]) -> Rejected:
    said = sanitize(reply.fields.get("error"), token)
    if reply.status not in (UNAUTHORIZED, FORBIDDEN, UNPROCESSABLE) or not said:
        return Rejected(
            "unexpected_server", f"There is no Mastodon server at {server} (HTTP {reply.status}). Check the address."
        )
    return Rejected(
        "credentials_refused",
        f"Mastodon refused the access token ({said}). Check the token, which needs the scopes read and write.",
    )


connector = Connector(MastodonCredentials, verify, server="instance")
