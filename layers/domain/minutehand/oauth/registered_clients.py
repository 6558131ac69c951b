"""The OAuth clients that Minutehand has registered with the servers that people name.

Each owner has one client for each server and redirect URI. The vault seals a client for its server and its owner.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from minutehand.connections.vault import TokenUnreadable
from minutehand.platforms.oauth2.provider import OAuthClient, client_text, parse_client
from minutehand.runtime import sql
from minutehand.runtime.clock import Clock
from minutehand.runtime.db import Database
from minutehand.runtime.pruning import prune

if TYPE_CHECKING:
    from minutehand.connections.vault import Vault

KEPT_FOR = timedelta(days=90)
"""The time for which an unused client is kept. Connected accounts do not need it, because their tokens contain it."""

_queries = sql.load(__package__)


class RegisteredClients:
    """The registered clients of all owners. Each call concerns the clients of one owner."""

    def __init__(self, db: Database, vault: "Callable[[], Vault]") -> None:
        """Store the clients in ``db``. ``vault`` returns the vault that seals and opens them."""
        self._db = db
        self._vault = vault

    def find(self, owner_id: str, server: str, redirect_uri: str, *, now: datetime) -> OAuthClient | None:
        """Return the client and note its use. Return None if there is no client, or if it can no longer be opened.

        Raises:
            VaultUnavailable: the client cannot be opened now.
        """
        row = self._db.one(_queries["use_client"], owner_id=owner_id, server=server, redirect_uri=redirect_uri, now=now)
        if row is None:
            return None
        try:
            fields = self._vault().open(row["ciphertext"], _context(server), owner_id)
        except TokenUnreadable:
            return None
        return parse_client(fields["client"], server)

    def save(self, owner_id: str, client: OAuthClient, redirect_uri: str, *, now: datetime) -> None:
        """Store a client with its ``server``, in place of an earlier one.

        Raises:
            VaultUnavailable: the client cannot be sealed now.
        """
        server = client.server or ""
        self._db.fetch(
            _queries["save_client"],
            owner_id=owner_id,
            server=server,
            redirect_uri=redirect_uri,
            ciphertext=self._vault().seal({"client": client_text(client)}, _context(server), owner_id),
            now=now,
        )


def delete_unused_clients(db: Database, clock: Clock, *, deadline: datetime) -> int:
    """Delete clients without a use in the last `KEPT_FOR`, in batches until ``deadline``. Return their number."""
    query, before = _queries["delete_unused_clients"], clock.now() - KEPT_FOR
    return prune(db, query, clock, deadline=deadline, before=before)


def _context(server: str) -> str:
    """Return the value to which the vault binds a client, in place of the id of a connection. The functions that begin
    authorizations may decrypt only data that is bound to such a value (see template.yaml).
    """
    return f"client:{server}"
