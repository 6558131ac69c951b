"""Connects accounts with credentials, which are stored only after the platform has accepted them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from minutehand.connections.forms import PlatformChoice
from minutehand.connections.server_calls import calls_to
from minutehand.connections.store import Connections, ConnectResult, NewConnection, Seal
from minutehand.platforms.connectors import Connector, Credentials, VerifiedAccount, connector_for
from minutehand.runtime.clock import Now
from minutehand.runtime.identity import Identity
from minutehand.runtime.validation import parse

if TYPE_CHECKING:
    import httpx


@dataclass(frozen=True, slots=True)
class Verified:
    """An account whose credentials the platform has accepted, before it is stored."""

    platform: str
    account: VerifiedAccount
    make_default: bool


def connect(
    connections: Connections,
    writer: Identity,
    body: Mapping[str, object],
    *,
    client: "httpx.Client",
    seal: Seal,
    now: Now,
) -> ConnectResult:
    """Connect or reconnect the account to which the credentials in ``body`` belong.

    Raises:
        InvalidInput: the body is not valid, the address of the server is not public or does not belong to a server of
            the platform, or the server refuses the credentials.
        Conflict: the platform is currently unable to verify the credentials; also see `Connections.connect`.
        TooManyRequests: the platform limits our requests.
        VaultUnavailable: the token could not be sealed, and nothing has changed.
    """
    return store(connections, writer, verify(body, client=client, now=now), seal=seal, now=now)


def verify(body: Mapping[str, object], *, client: "httpx.Client", now: Now) -> Verified:
    """Return the account to which the credentials in ``body`` belong, without storing it.

    Raises:
        InvalidInput, Conflict, TooManyRequests: see `connect`.
    """
    platform = parse(PlatformChoice, body).platform
    connector = connector_for(platform)
    credentials: Credentials = parse(connector.form, body, confidential=True)
    return Verified(platform, _verify(platform, connector, credentials, client, now), credentials.make_default)


def store(connections: Connections, writer: Identity, verified: Verified, *, seal: Seal, now: Now) -> ConnectResult:
    """Connect or reconnect a verified account. The errors are those of `Connections.connect`."""
    platform, account = verified.platform, verified.account
    return connections.connect(
        NewConnection(writer.owner_id, platform, account.account_id, account.handle, account.base_url, account.limits),
        account.token,
        seal,
        now=now(),
        actor=writer.actor,
        make_default=verified.make_default,
    )


def _verify(
    platform: str, connector: Connector[Any], credentials: Credentials, client: "httpx.Client", now: Now
) -> VerifiedAccount:
    with calls_to(platform, getattr(credentials, connector.server)):
        return connector.verify(client, credentials, now)
