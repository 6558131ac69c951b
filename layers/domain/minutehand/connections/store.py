"""The connections in Postgres. Tokens go in sealed and are never read back here."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, Self
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

from minutehand.runtime import sql
from minutehand.runtime.db import Database
from minutehand.runtime.errors import Conflict

queries = sql.load(__package__)


class Seal(Protocol):
    """What seals a token for a connection and an owner (see `vault.Vault.seal`)."""

    def __call__(self, token: Mapping[str, str], connection_id: str, owner_id: str) -> bytes:
        """Return the ciphertext."""
        ...


@dataclass(frozen=True, slots=True)
class NewConnection:
    """An account to connect. ``account_id`` is the platform's own id, ``base_url`` the server that it lives on."""

    owner_id: str
    platform: str
    account_id: str
    handle: str
    base_url: str
    limits: Mapping[str, int] | None = None
    """What that server allows, on a platform whose servers differ and when it told us."""


@dataclass(frozen=True, slots=True)
class Lifetime:
    """What is known of how long a token lives; moments are aware UTC, and None where nothing ends or nobody knows."""

    expires_at: datetime | None = None
    refresh_at: datetime | None = None
    """When to refresh it ahead of its end; None when it cannot be refreshed."""
    refresh_expires_at: datetime | None = None
    """When it cannot be refreshed any more."""


ENDLESS = Lifetime()


@dataclass(frozen=True, slots=True)
class Connection:
    """A connected account. ``status`` is ``active`` or ``reconnect_required``, for ``status_reason``."""

    id: UUID
    owner_id: str
    platform: str
    account_id: str
    handle: str
    base_url: str
    status: str
    status_reason: str | None
    is_default: bool
    created_at: datetime

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Self:
        """Take it from a row."""
        return cls(**row)


@dataclass(frozen=True, slots=True)
class ConnectResult:
    """What connecting an account came to. ``added``: it was not connected before."""

    id: UUID
    added: bool


class Connections:
    """The connections of all owners; every call names the owner it is for."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def connect(
        self,
        new: NewConnection,
        token: Mapping[str, str],
        seal: Seal,
        *,
        now: datetime,
        lifetime: Lifetime = ENDLESS,
        grant_id: UUID | None = None,
        make_default: bool = False,
    ) -> ConnectResult:
        """Connect an account, or connect it again, with its sealed ``token``.

        An owner's first account on a platform is its default; a later one becomes it with ``make_default``. All in
        one transaction: when the token cannot be sealed, nothing has changed. ``grant_id``: the same for all accounts
        of one consent.

        Raises:
            VaultUnavailable, TokenTooLarge: from ``seal``.
            Conflict: its present token is being refreshed, and that takes long.
        """
        account: dict[str, Any] = {"owner_id": new.owner_id, "platform": new.platform, "now": now}
        with self._changing():
            self._db.fetch(queries["lock_platform"], owner_id=new.owner_id, platform=new.platform)
            known = self._db.one(
                queries["find_account"], owner_id=new.owner_id, platform=new.platform, account_id=new.account_id
            )
            if known is not None:
                self._db.fetch(queries["hold_token"], connection_id=known["id"])
            [row] = self._db.fetch(
                queries["connect"],
                **account,
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
                ciphertext=ciphertext,
                expires_at=lifetime.expires_at,
                refresh_at=lifetime.refresh_at,
                refresh_expires_at=lifetime.refresh_expires_at,
                grant_id=grant_id,
                now=now,
            )
            if make_default:
                self._default_to(connection_id, **account)
        return ConnectResult(connection_id, added=known is None)

    def make_default(self, connection_id: UUID, owner_id: str, *, now: datetime) -> Connection | None:
        """Let posts of this owner go to this account where they name its platform only; None when there is none."""
        with self._changing():
            known = self.find(connection_id, owner_id)
            if known is None:
                return None
            self._db.fetch(queries["lock_platform"], owner_id=owner_id, platform=known.platform)
            if self.find(connection_id, owner_id) is None:  # disconnected while we waited for our turn
                return None
            self._default_to(connection_id, owner_id=owner_id, platform=known.platform, now=now)
            return self.find(connection_id, owner_id)

    def disconnect(
        self, connection_id: UUID, owner_id: str, *, now: datetime, revocable: Collection[str] = ()
    ) -> Connection | None:
        """Remove a connection of this owner with its token, and return it; None when there is none.

        When it was the default, the account of that platform that has been connected for longest becomes it. On the
        platforms ``revocable`` the sealed token is kept aside, until the platform has been told.

        Raises:
            Conflict: its token is being refreshed, and that takes long.
        """
        with self._changing():
            known = self.find(connection_id, owner_id)
            if known is None:
                return None
            # Before any row is locked: whoever connects takes the same turn first, so that nobody waits in a circle.
            self._db.fetch(queries["lock_platform"], owner_id=owner_id, platform=known.platform)
            self._db.fetch(queries["hold_token"], connection_id=connection_id)
            if known.platform in revocable:
                self._db.fetch(queries["keep_for_revocation"], connection_id=connection_id, owner_id=owner_id, now=now)
            row = self._db.one(queries["remove"], connection_id=connection_id, owner_id=owner_id)
            if row is None:
                return None
            if row["is_default"]:
                self._db.fetch(queries["default_to_oldest"], owner_id=owner_id, platform=known.platform, now=now)
        return Connection.from_row(row)

    def listed(self, owner_id: str) -> list[Connection]:
        """Return the owner's connections, by platform and the time at which they were first made."""
        return [Connection.from_row(row) for row in self._db.fetch(queries["listed"], owner_id=owner_id)]

    def find(self, connection_id: UUID, owner_id: str) -> Connection | None:
        """Return a connection of this owner, or None."""
        row = self._db.one(queries["find"], connection_id=connection_id, owner_id=owner_id)
        return None if row is None else Connection.from_row(row)

    def default_connections(self, owner_id: str, platforms: Collection[str]) -> dict[str, Connection]:
        """Return, for each of ``platforms`` on which the owner has an account, the one that posts go to."""
        rows = self._db.fetch(queries["default_connections"], owner_id=owner_id, platforms=list(platforms))
        return {row["platform"]: Connection.from_row(row) for row in rows}

    def require_reconnect(
        self, connection_id: UUID, owner_id: str, reason: str, *, now: datetime, seen: bytes | None = None
    ) -> bool:
        """Note that the platform does not accept the token any more.

        ``seen``: the sealed token that it did not accept; when another has taken its place since, nothing is noted.
        False when nothing was noted: it was known, or the connection is not there.
        """
        row = self._db.one(
            queries["require_reconnect"],
            connection_id=connection_id,
            owner_id=owner_id,
            reason=reason,
            seen=seen,
            now=now,
        )
        return row is not None

    def _default_to(self, connection_id: UUID, *, owner_id: str, platform: str, now: datetime) -> None:
        self._db.fetch(
            queries["clear_default"], connection_id=connection_id, owner_id=owner_id, platform=platform, now=now
        )
        self._db.fetch(queries["set_default"], connection_id=connection_id, owner_id=owner_id, now=now)

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """Open a transaction that does not wait long for a token that is being refreshed."""
        try:
            with self._db.transaction():
                self._db.fetch(queries["wait_briefly"])
                yield
        except psycopg.errors.LockNotAvailable:
            raise Conflict(
                "The access to this account is being renewed at this moment. Try again in a few seconds.",
                code="connection_busy",
            ) from None
