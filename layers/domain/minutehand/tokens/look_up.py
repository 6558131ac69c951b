"""Finds API tokens in the database for the authorizer, and records their use."""

from datetime import datetime, timedelta

from minutehand.runtime import sql
from minutehand.runtime.db import Database
from minutehand.tokens.authentication import ApiToken

USE_INTERVAL = timedelta(minutes=1)
"""The minimum time between two updates of the time at which a token was last used."""


def find_token(db: Database, secret_hash: bytes, *, now: datetime) -> ApiToken | None:
    """Return the token with this hash, or None. The token may have expired."""
    row = db.one(_queries["use_token"], secret_hash=secret_hash, now=now, unused_since=now - USE_INTERVAL)
    return None if row is None else ApiToken.from_row(row)


_queries = sql.load(__package__)
