"""The API's calls to list, connect, change and disconnect an owner's connections."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, NotRequired, TypedDict

from aws_lambda_powertools.logging import Logger

from minutehand.connections import rendering
from minutehand.connections.reference import ConnectionReference, DefaultChange, not_found
from minutehand.connections.remaining_access import warnings
from minutehand.connections.store import Connections, Seal
from minutehand.platforms.api_warning import ApiWarning
from minutehand.platforms.catalog import CONNECTORS, REVOCABLE
from minutehand.runtime.clock import Now
from minutehand.runtime.db import Database
from minutehand.runtime.identity import Identity
from minutehand.runtime.response_types import Confirmation

if TYPE_CHECKING:
    import httpx

logger = Logger(child=True)


class ConnectionList(TypedDict):
    """The connections of the owner, and the accounts that are no longer connected."""

    connections: list[rendering.Connection]
    disconnected: list[rendering.DisconnectedAccount]
    """The accounts that were disconnected and not connected again, the most recent first."""


class OneConnection(TypedDict):
    """One connection, as the API shows it."""

    connection: rendering.Connection


class Disconnected(Confirmation):
    """A confirmation, with warnings if some access to the account remains."""

    warnings: NotRequired[list[ApiWarning]]


def list_connections(db: Database, reader: Identity, *, now: datetime) -> ConnectionList:
    """Return the owner's ``connections``, and the accounts that were ``disconnected``."""
    connections = Connections(db)
    connected = connections.list_all(reader.owner_id)
    ids = {each.id for each in connected}
    # Another call may disconnect an account between the two statements.
    gone = (each for each in connections.list_disconnected(reader.owner_id) if each.id not in ids)
    return {
        "connections": [rendering.connection(each, now) for each in connected],
        "disconnected": [rendering.disconnected(each) for each in gone],
    }


def connect_account(
    connections: Connections,
    writer: Identity,
    body: Mapping[str, object],
    *,
    client: "httpx.Client",
    seal: Seal,
    now: Now,
) -> tuple[OneConnection, bool]:
    """Connect an account with the credentials in ``body``. Return the ``connection`` and whether it is new.

    Raises:
        NotFound: another call has disconnected the account in the meantime.
        InvalidInput, Conflict, TooManyRequests, VaultUnavailable: see `minutehand.connections.connect.connect`.
    """
    from minutehand.connections.connect import connect  # imported late, because only this call connects an account

    made = connect(connections, writer, body, client=client, seal=seal, now=now)
    connection = connections.find(made.id, writer.owner_id)
    if connection is None:
        raise not_found()
    logger.info(
        "account connected", extra={"connection": made.id, "platform": connection.platform, "added": made.added}
    )
    return {"connection": rendering.connection(connection, now())}, made.added


def make_default(db: Database, writer: Identity, change: DefaultChange, *, now: datetime) -> OneConnection:
    """Make a connection the default of its platform and return the ``connection``.

    Raises:
        NotFound: the owner has no such connection.
        Conflict: see `Connections.make_default`.
    """
    connection = Connections(db).make_default(change.id(), writer.owner_id, now=now)
    if connection is None:
        raise not_found()
    return {"connection": rendering.connection(connection, now)}


def disconnect(db: Database, writer: Identity, reference: ConnectionReference, *, now: datetime) -> Disconnected:
    """Disconnect an account and return a ``message``, and ``warnings`` if some access to the account remains.

    If the platform supports revocation, the token is revoked later, unless its grant is still in use.

    Raises:
        NotFound: the owner has no such connection.
        Conflict: see `Connections.disconnect`.
    """
    connections, connection_id = Connections(db), reference.id()
    shared = connections.shared_access(connection_id, writer.owner_id)
    # A credential that a person gave us is not ours to revoke.
    revocable = REVOCABLE if shared.granted else REVOCABLE.difference(CONNECTORS)
    removed = connections.disconnect(connection_id, writer.owner_id, actor=writer.actor, now=now, revocable=revocable)
    if removed is None:
        raise not_found()
    logger.info("account disconnected", extra={"connection": removed.id, "platform": removed.platform})
    remaining = warnings(removed.platform, shared)
    done: Disconnected = {"message": "Account disconnected successfully"}
    return {**done, "warnings": remaining} if remaining else done
