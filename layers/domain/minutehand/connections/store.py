"""The connections in Postgres. This module writes sealed tokens and never reads them."""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any, NamedTuple, Self
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

from minutehand.connections.ids import connection_id as id_of_account
from minutehand.connections.statuses import ConnectionStatus
from minutehand.events.log import write_event
from minutehand.runtime import sql
from minutehand.runtime.actor import Actor
from minutehand.runtime.db import Database
from minutehand.runtime.default_limits import MAX_CONNECTIONS
from minutehand.runtime.errors import Conflict
from minutehand.runtime.limits import LOCK, limit_reached

queries = sql.load(__package__)
MAX_DISCONNECTED = 100
"""The maximum number of disconnected accounts in a list."""


type Seal = Callable[[Mapping[str, str], str, str], bytes]
"""A function that seals a token for a connection and its owner and returns the ciphertext (see `vault.Vault.seal`)."""


class NewConnection(NamedTuple):
    """An account to connect. ``account_id`` is the account's id on the platform. ``base_url`` is the URL of the
    account's server.
    """

    owner_id: str
    platform: str
    account_id: str
    handle: str
    base_url: str
    limits: Mapping[str, int] | None = None
    """The server's own limits, or None if the server does not report its limits."""


class Lifetime(NamedTuple):
    """The lifetime of a token, as aware datetimes in UTC. A time is None if the token has no such time, or if it is
    unknown.
    """

    expires_at: datetime | None = None
    refresh_at: datetime | None = None
    """The time before expiry at which to refresh the token. None means that the token is not refreshed."""
    refresh_expires_at: datetime | None = None
    """The time at which the refresh token expires."""


UNLIMITED = Lifetime()


class Connection(NamedTuple):
    """A connected account.

    ``status`` is ``active`` or ``reconnect_required``. ``status_reason`` explains why the owner must reconnect the
    account. `Lifetime` explains the times. ``refresh_failures``: the number of refreshes that have failed since the
    token was stored.
    """

    id: UUID
    owner_id: str
    platform: str
    account_id: str
    handle: str
    base_url: str
    status: ConnectionStatus
    status_reason: str | None
    is_default: bool
    created_at: datetime
    expires_at: datetime | None
    refresh_at: datetime | None
    refresh_expires_at: datetime | None
    refresh_failures: int

    @property
    def renewable(self) -> bool:
        """True if the token is renewed automatically before it expires."""
        return self.status == "active" and self.refresh_at is not None

    @property
    def access_ends_at(self) -> datetime | None:
        """The time at which the access to the account ends, or None if it has no known end."""
        return self.refresh_expires_at if self.renewable else self.expires_at

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Self:
        """Return the connection that ``row`` describes."""
        return cls(**row)


class DisconnectedAccount(NamedTuple):
    """An account that was disconnected. ``id``: the id that its connection had, and will have again."""

    id: UUID
    platform: str
    handle: str
    disconnected_at: datetime


class ConnectResult(NamedTuple):
    """The result of `Connections.connect`. ``added``: True for a new connection, False for a reconnected account."""

    id: UUID
    added: bool


class SharedAccess(NamedTuple):
    """The access to an account that a connection and other connections give.

    ``by_other_owner``: another owner has connected the account. ``by_same_grant``: another connection belongs to the
    same grant. For example, one grant can cover several Facebook Pages of a person. ``granted``: a person granted the
    access with OAuth, instead of giving us a credential.
    """

    by_other_owner: bool
    by_same_grant: bool
    granted: bool


class Connections:
    """The connections of all owners. Each call concerns the connections of one owner."""

    def __init__(self, db: Database, max_connections: int = MAX_CONNECTIONS) -> None:
        """Store connections in ``db``, at most ``max_connections`` for one owner."""
        self._db = db
        self._max_connections = max_connections

    def connect(
        self,
        new: NewConnection,
        token: Mapping[str, str],
        seal: Seal,
        *,
        now: datetime,
        lifetime: Lifetime = UNLIMITED,
        actor: Actor,
        grant_id: UUID | None = None,
        make_default: bool = False,
    ) -> ConnectResult:
        """Connect or reconnect an account, and store its sealed ``token``.

        An owner's first connection on a platform becomes the default. With ``make_default``, a later connection also
        becomes the default. All changes are made in one transaction, so nothing changes if the token cannot be sealed.
        ``grant_id`` is the same for all accounts of one authorization.

        Raises:
            VaultUnavailable, TokenTooLarge: the token could not be sealed (see `vault.Vault.seal`).
            Conflict: the owner has too many connections; or a refresh of the account's current token, or another change
                of the owner's connections on the platform, takes too long.
        """
        account: dict[str, Any] = {"owner_id": new.owner_id, "platform": new.platform, "now": now}
        with self._transaction():
            self._db.fetch(queries["lock_platform"], owner_id=new.owner_id, platform=new.platform)
            known = self._db.one(
                queries["find_account"], owner_id=new.owner_id, platform=new.platform, account_id=new.account_id
            )
            if known is not None:
                self._db.fetch(queries["lock_token"], connection_id=known["id"], owner_id=new.owner_id)
            else:
                self._require_room(new.owner_id)
            [row] = self._db.fetch(
                queries["connect"],
                **account,
                connection_id=id_of_account(new.owner_id, new.platform, new.account_id),
                account_id=new.account_id,
                handle=new.handle,
                base_url=new.base_url,
                limits=None if new.limits is None else Jsonb(dict(new.limits)),
            )
            connection_id: UUID = row["id"]
            ciphertext = seal(token, str(connection_id), new.owner_id)
            self._db.fetch(
                queries["save_token"],
                connection_id=connection_id,
                owner_id=new.owner_id,
                ciphertext=ciphertext,
                expires_at=lifetime.expires_at,
                refresh_at=lifetime.refresh_at,
                refresh_expires_at=lifetime.refresh_expires_at,
                grant_id=grant_id,
                now=now,
            )
            if make_default:
                self._set_default(connection_id, **account)
            data = {"platform": new.platform, "handle": new.handle, "added": known is None}
            self._write_event("connection.connected", connection_id, new.owner_id, data, actor, now)
        return ConnectResult(connection_id, added=known is None)

    def make_default(self, connection_id: UUID, owner_id: str, *, now: datetime) -> Connection | None:
        """Make a connection the default of its platform. Return the connection, or None if the owner has no such
        connection.

        Raises:
            Conflict: another change of the owner's connections on the platform takes too long.
        """
        with self._transaction():
            known = self.find(connection_id, owner_id)
            if known is None:
                return None
            self._db.fetch(queries["lock_platform"], owner_id=owner_id, platform=known.platform)
            # Another call may have disconnected the account while this call waited for the lock.
            if self.find(connection_id, owner_id) is None:
                return None
            self._set_default(connection_id, owner_id=owner_id, platform=known.platform, now=now)
            return self.find(connection_id, owner_id)

    def disconnect(
        self, connection_id: UUID, owner_id: str, *, actor: Actor, now: datetime, revocable: Collection[str] = ()
    ) -> Connection | None:
        """Delete this owner's connection and its token. Return the connection, or None if it does not exist.

        If the connection was the default, the oldest remaining connection on the platform becomes the default. If the
        platform is in ``revocable``, the sealed token is kept for its revocation.

        Raises:
            Conflict: a refresh of the connection's token, or another change of the owner's connections on the platform,
                takes too long.
        """
        with self._transaction():
            known = self.find(connection_id, owner_id)
            if known is None:
                return None
            # As in `connect`, this lock is taken before any row is locked, which prevents deadlocks.
            self._db.fetch(queries["lock_platform"], owner_id=owner_id, platform=known.platform)
            self._db.fetch(queries["lock_token"], connection_id=connection_id, owner_id=owner_id)
            if known.platform in revocable:
                self._db.fetch(queries["keep_for_revocation"], connection_id=connection_id, owner_id=owner_id, now=now)
            row = self._db.one(queries["remove"], connection_id=connection_id, owner_id=owner_id)
            if row is None:
                return None
            if row["is_default"]:
                self._db.fetch(queries["default_to_oldest"], owner_id=owner_id, platform=known.platform, now=now)
            data = {"platform": known.platform, "handle": known.handle}
            self._write_event("connection.disconnected", connection_id, owner_id, data, actor, now)
        return known

    def shared_access(self, connection_id: UUID, owner_id: str) -> SharedAccess:
        """Return the access to the account of this owner's connection."""
        row = self._db.one(queries["shared_access"], connection_id=connection_id, owner_id=owner_id)
        none = {"by_other_owner": False, "by_same_grant": False, "granted": False}
        return SharedAccess(**(row or none))

    def list_all(self, owner_id: str) -> list[Connection]:
        """Return the owner's connections, ordered by platform and then by time of creation."""
        return [Connection.from_row(row) for row in self._db.fetch(queries["list_all"], owner_id=owner_id)]

    def list_disconnected(self, owner_id: str) -> list[DisconnectedAccount]:
        """Return the accounts that the owner has disconnected and not connected again, the most recent first.

        Only accounts whose events are still stored are returned, at most `MAX_DISCONNECTED`.
        """
        rows = self._db.fetch(queries["list_disconnected"], owner_id=owner_id, limit=MAX_DISCONNECTED)
        return [DisconnectedAccount(**row) for row in rows]

    def find(self, connection_id: UUID, owner_id: str) -> Connection | None:
        """Return this owner's connection, or None if the owner has no such connection."""
        row = self._db.one(queries["find"], connection_id=connection_id, owner_id=owner_id)
        return None if row is None else Connection.from_row(row)

    def require_reconnect(
        self,
        connection_id: UUID,
        owner_id: str,
        reason: str,
        *,
        actor: Actor,
        now: datetime,
        refused: bytes | None = None,
    ) -> bool:
        """Record that the platform no longer accepts the token of a connection. Return whether the status changed.

        ``refused`` is the sealed token that the platform refused, or None for the current token. The status does not
        change if another token has replaced ``refused`` since, if the status is already ``reconnect_required``, or if
        there is no such connection.
        """
        row = self._db.one(
            queries["require_reconnect"],
            connection_id=connection_id,
            owner_id=owner_id,
            reason=reason,
            actor=actor.id,
            refused=refused,
            now=now,
        )
        return row is not None

    def _set_default(self, connection_id: UUID, *, owner_id: str, platform: str, now: datetime) -> None:
        self._db.fetch(
            queries["clear_default"], connection_id=connection_id, owner_id=owner_id, platform=platform, now=now
        )
        self._db.fetch(queries["set_default"], connection_id=connection_id, owner_id=owner_id, now=now)

    def _write_event(
        self, type_: str, connection_id: UUID, owner_id: str, data: Mapping[str, Any], actor: Actor, now: datetime
    ) -> None:
        write_event(self._db, type_, owner_id=owner_id, actor=actor, now=now, connection_id=connection_id, data=data)

    def _require_room(self, owner_id: str) -> None:
        limit = self._max_connections
        query = queries["count_connections"]
        row = self._db.one_locked(LOCK, query, owner_id=owner_id, limited="connections", limit=limit)
        if row is not None and row["count"] >= limit:
            advice = "Disconnect an account first."
            raise limit_reached("connections", limit=limit, present=row["count"], advice=advice)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """Open a transaction that waits only briefly for the lock on a token that is being refreshed."""
        try:
            with self._db.transaction():
                self._db.fetch(queries["set_lock_timeout"])
                yield
        except psycopg.errors.LockNotAvailable:
            raise Conflict(
                "The token of this account is being refreshed. Try again in a few seconds.",
                code="connection_busy",
            ) from None
