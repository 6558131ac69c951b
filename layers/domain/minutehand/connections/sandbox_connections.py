"""The connections of test mode: one for each platform, created when an owner of test data first needs them.

Such a connection has neither an account on its platform nor a token. Its publications go to the sandbox; see the
statement claim_due.
"""

from datetime import datetime, timedelta

from minutehand.connections.ids import connection_id
from minutehand.platforms.catalog import DISPLAY_NAMES
from minutehand.runtime import sql
from minutehand.runtime.db import Database
from minutehand.runtime.recent import Recent

HANDLE = "test"
SERVER = "https://sandbox.invalid"
"""The server of the connections, in a domain that never exists (RFC 2606, section 2)."""
LIFETIME = timedelta(hours=1)
"""The time for which a function remembers that an owner has connections."""
MAX_OWNERS = 10_000


class SandboxConnections:
    """Creates the connections of owners of test data, and remembers these owners, so that few requests run the
    statement.
    """

    def __init__(self, db: Database) -> None:
        """Store the connections in ``db``."""
        self._db = db
        self._made: Recent[bool] = Recent(LIFETIME, MAX_OWNERS)

    def ensure(self, owner_id: str, *, now: datetime) -> None:
        """Create the connections of an owner of test data, unless the owner has connections."""
        key = owner_id.encode()
        if self._made.get(key, now) is None:
            self._db.fetch(
                _queries["make_sandbox_connections"],
                owner_id=owner_id,
                ids=[connection_id(owner_id, platform, HANDLE) for platform in DISPLAY_NAMES],
                platforms=list(DISPLAY_NAMES),
                account_id=HANDLE,
                base_url=SERVER,
                now=now,
            )
            self._made.add(key, True, now)


_queries = sql.load(__package__)
