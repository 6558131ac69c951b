"""Connect Mastodon accounts with access tokens, which users create under Preferences > Development on the server."""

import httpx

from minutehand.platforms.connectors import Connector, Credentials, VerifiedAccount, require_identifier
from minutehand.platforms.credential_fields import AccessToken, ServerAddress
from minutehand.platforms.exchange import Exchange, Reply, bearer, sanitize
from minutehand.platforms.mastodon.instance import Instances
from minutehand.platforms.port import Rejected
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
    request = client.build_request(
        "GET",
        f"{credentials.instance}/api/v1/accounts/verify_credentials",
        headers=bearer(credentials.access_token, NAME),
    )
    reply = Exchange(client, NAME).prepare(request, now)
    if not reply.ok:
        raise _refusal(reply, credentials.instance, token)
    server = httpx.URL(credentials.instance).netloc.decode()
    account_id, username = (require_identifier(reply.fields.get(name), "mastodon") for name in ("id", "username"))
    # Each server numbers its own accounts, so an id is unique only together with the server's name.
    handle = f"@{username}@{server}"
    limits = Instances(Exchange(client, NAME)).limits(credentials.instance, credentials.access_token, now)
    return VerifiedAccount(f"{account_id}@{server}", handle, credentials.instance, token, limits.published() or None)


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
