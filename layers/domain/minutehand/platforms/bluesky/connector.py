"""Connects Bluesky accounts with an app password: https://bsky.app/settings/app-passwords."""

import httpx

from minutehand.platforms.bluesky.session import DEFAULT_SERVICE, NO_WAY_IN, error_name, login, opened
from minutehand.platforms.connectors import Connector, Credentials, Now, VerifiedAccount, stated
from minutehand.platforms.credential_fields import AccountName, Password, ServerAddress
from minutehand.platforms.exchange import Exchange, Reply, saying
from minutehand.platforms.port import Rejected, Transient

NAME = "Bluesky"
REFUSALS = NO_WAY_IN | {"InvalidRequest"}
"""What createSession answers to credentials that it does not accept; another server would not say this."""


class BlueskyCredentials(Credentials):
    """``service``: the server that the account lives on (PDS)."""

    identifier: AccountName
    app_password: Password
    service: ServerAddress = DEFAULT_SERVICE


def verify(client: httpx.Client, credentials: BlueskyCredentials, now: Now) -> VerifiedAccount:
    """See `Connector.verify`: opens a session, and lets it go."""
    token = {"identifier": credentials.identifier, "password": credentials.app_password}
    reply = Exchange(client, NAME).prepare(
        login(client, credentials.service, credentials.identifier, credentials.app_password), now
    )
    if not reply.ok:
        raise _refusal(reply, token)
    session = opened(reply, credentials.service, now())
    did = stated(session.did, "bluesky")
    if not did.startswith("did:"):
        raise Transient("unexpected_answer", "Bluesky gave an answer to the login that makes no sense.")
    return VerifiedAccount(did, stated(session.handle, "bluesky"), credentials.service, token)


def _refusal(reply: Reply, token: dict[str, str]) -> Rejected:
    error = error_name(reply)
    if error not in REFUSALS:
        return Rejected("unexpected_server", f"There is no Bluesky server at this address (HTTP {reply.status}).")
    if error == "AuthFactorTokenRequired":
        advice = "this account asks for a code as well. Use an app password, not the password of the account."
        return Rejected("credentials_refused", f"Bluesky does not let us in: {advice}")
    said = saying(reply.fields.get("message"), token)
    return Rejected(
        "credentials_refused",
        f"Bluesky does not let us in{f' ({said})' if said else ''}: check the identifier and the app password.",
    )


connector = Connector(BlueskyCredentials, verify)
