"""Connect Bluesky accounts with an app password: https://bsky.app/settings/app-passwords."""

import httpx

from minutehand.platforms.bluesky.errors import error_name
from minutehand.platforms.bluesky.server import published_limits
from minutehand.platforms.bluesky.session import DEFAULT_SERVICE, LOGIN_REFUSED, login_request, session_in
from minutehand.platforms.connectors import Connector, Credentials, VerifiedAccount, require_identifier
from minutehand.platforms.credential_fields import AccountName, Password
from minutehand.platforms.exchange import Exchange, Reply, sanitize
from minutehand.platforms.port import Rejected, Transient
from minutehand.platforms.server_address import ServerAddress
from minutehand.runtime.clock import Now

NAME = "Bluesky"
CREDENTIALS_REFUSED = LOGIN_REFUSED | {"InvalidRequest"}
"""The errors that createSession returns for refused credentials. Any other error is reported as a wrong server
address.
"""


class BlueskyCredentials(Credentials):
    """The credentials of an account. ``service`` is the server that hosts the account (its PDS)."""

    identifier: AccountName
    app_password: Password
    service: ServerAddress = DEFAULT_SERVICE


def verify(client: httpx.Client, credentials: BlueskyCredentials, now: Now) -> VerifiedAccount:
    """See `Connector.verify`. Open a session to learn the account's DID, and discard the session."""
    token = {"identifier": credentials.identifier, "password": credentials.app_password}
    exchange = Exchange(client, NAME)
    reply = exchange.prepare(
        login_request(client, credentials.service, credentials.identifier, credentials.app_password), now
    )
    if not reply.ok:
        raise _refusal(reply, credentials.service, token)
    session = session_in(reply, credentials.service, now())
    did = require_identifier(session.did, "bluesky")
    if not did.startswith("did:"):
        raise Transient("unexpected_answer", "Bluesky returned an unexpected response to the login.")
    handle = require_identifier(session.handle, "bluesky")
    limits = published_limits(exchange, session.service, now)
    return VerifiedAccount(did, handle, credentials.service, token, limits or None)


def _refusal(reply: Reply, server: str, token: dict[str, str]) -> Rejected:
    error = error_name(reply)
    if error not in CREDENTIALS_REFUSED:
        return Rejected(
            "unexpected_server", f"There is no Bluesky server at {server} (HTTP {reply.status}). Check the address."
        )
    if error == "AuthFactorTokenRequired":
        return Rejected(
            "credentials_refused",
            "Bluesky requires a sign-in code with the password of this account. Use an app password instead.",
        )
    said = sanitize(reply.fields.get("message"), token)
    return Rejected(
        "credentials_refused",
        f"Bluesky refused the login{f' ({said})' if said else ''}. Check the identifier and the app password.",
    )


connector = Connector(BlueskyCredentials, verify, server="service")
