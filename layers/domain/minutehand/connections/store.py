"""The connections in Postgres. Tokens go in sealed and are never read back here."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, Self
from uuid import UUID

from minutehand.runtime import sql
from minutehand.runtime.db import Database

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
class Connected:
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
        expires_at: datetime | None = None,
        make_default: bool = False,
    ) -> Connected:
        """Connect an account, or connect it again, with its sealed ``token``.

        An owner's first account on a platform is its default; a later one becomes it with ``make_default``. All in
        one transaction: when the token cannot be sealed, nothing has changed.

        Raises:
            VaultUnavailable, TokenTooLarge: from ``seal``.
        """
        account: dict[str, Any] = {"owner_id": new.owner_id, "platform": new.platform, "now": now}
        with self._db.transaction():
            self._db.fetch(queries["lock_platform"], owner_id=new.owner_id, platform=new.platform)
            known = self._db.one(
                queries["find_account"], owner_id=new.owner_id, platform=new.platform, account_id=new.account_id
            )
            [row] = self._db.fetch(
                queries["connect"], **account, account_id=new.account_id, handle=new.handle, base_url=new.base_url
            )
            connection_id: UUID = row["id"]
            ciphertext = seal(token, str(connection_id), new.owner_id)
            self._db.fetch(
                queries["save_token"],
                connection_id=connection_id,
                ciphertext=ciphertext,
                expires_at=expires_at,
                now=now,
            )
            if make_default:
                self._db.fetch(queries["clear_default"], **account, connection_id=connection_id)
                self._db.fetch(queries["set_default"], owner_id=new.owner_id, connection_id=connection_id, now=now)
        return Connected(connection_id, added=known is None)

    def disconnect(self, connection_id: UUID, owner_id: str, *, now: datetime) -> Connection | None:
        """Remove a connection of this owner with its token, and return it; None when there is none.

        When it was the default, the account of that platform that has been connected for longest becomes it.
        """
        with self._db.transaction():
            known = self.find(connection_id, owner_id)
            if known is None:
                return None
            # Before any row is locked: whoever connects takes the same turn first, so that nobody waits in a circle.
            self._db.fetch(queries["lock_platform"], owner_id=owner_id, platform=known.platform)
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

    def require_reconnect(self, connection_id: UUID, owner_id: str, reason: str, *, now: datetime) -> bool:
        """Note that the platform does not accept the token any more; False when that was known, or it is not there."""
        row = self._db.one(
            queries["require_reconnect"], connection_id=connection_id, owner_id=owner_id, reason=reason, now=now
        )
        return row is not None
