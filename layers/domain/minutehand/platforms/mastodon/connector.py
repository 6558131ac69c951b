"""Connects Mastodon accounts with an access token, which their server gives out under Preferences, Development."""

from collections.abc import Mapping
from dataclasses import asdict

import httpx

from minutehand.platforms.connectors import Connector, Credentials, Now, VerifiedAccount, stated
from minutehand.platforms.credential_fields import AccessToken, ServerAddress
from minutehand.platforms.exchange import Exchange, Reply, bearer, saying
from minutehand.platforms.mastodon.instance import Instances
from minutehand.platforms.port import PublishError, Rejected

NAME = "Mastodon"
UNAUTHORIZED, FORBIDDEN, UNPROCESSABLE = 401, 403, 422


class MastodonCredentials(Credentials):
    """``instance``: the server that the account lives on."""

    instance: ServerAddress
    access_token: AccessToken


def verify(client: httpx.Client, credentials: MastodonCredentials, now: Now) -> VerifiedAccount:
    """See `Connector.verify`: asks whose token it is."""
    token = {"access_token": credentials.access_token}
    request = client.build_request(
        "GET",
        f"{credentials.instance}/api/v1/accounts/verify_credentials",
        headers=bearer(credentials.access_token, NAME),
    )
    reply = Exchange(client, NAME).prepare(request, now)
    if not reply.ok:
        raise _refusal(reply, token)
    server = httpx.URL(credentials.instance).netloc.decode()
    account_id, username = (stated(reply.fields.get(name), "mastodon") for name in ("id", "username"))
    # Servers number their accounts by themselves: only with the server's name is an id that of one account.
    handle = f"@{username}@{server}"
    return VerifiedAccount(
        f"{account_id}@{server}", handle, credentials.instance, token, _limits(client, credentials.instance, now)
    )


def _limits(client: httpx.Client, instance: str, now: Now) -> Mapping[str, int] | None:
    try:
        return asdict(Instances(Exchange(client, NAME)).limits(instance, now))
    except PublishError:  # the account is connected all the same, and checked by the limits that most servers have
        return None


def _refusal(reply: Reply, token: dict[str, str]) -> Rejected:
    said = saying(reply.fields.get("error"), token)
    if reply.status not in (UNAUTHORIZED, FORBIDDEN, UNPROCESSABLE) or not said:
        return Rejected("unexpected_server", f"There is no Mastodon server at this address (HTTP {reply.status}).")
    return Rejected(
        "credentials_refused",
        f"Mastodon does not accept the access token ({said}). It needs the scopes read and write.",
    )


connector = Connector(MastodonCredentials, verify)
