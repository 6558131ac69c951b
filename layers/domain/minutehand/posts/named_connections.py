"""The connections that a post names (``connectionIds``)."""

from collections.abc import Sequence
from uuid import UUID

from minutehand.runtime import sql
from minutehand.runtime.db import Database
from minutehand.runtime.identity import Identity
from minutehand.runtime.validation import invalid

_queries = sql.load(__package__)


def platforms_of_connections(db: Database, writer: Identity, ids: Sequence[UUID]) -> list[str]:
    """Return the platform of each of these connections.

    Raises:
        InvalidInput: the owner does not have one of the connections.
    """
    if not ids:
        return []
    rows = db.fetch(_queries["named_connections"], ids=list(ids), owner_id=writer.owner_id)
    platforms = {row["id"]: row["platform"] for row in rows}
    for connection_id in ids:
        if connection_id not in platforms:
            sentence = f"connectionIds contains {connection_id}, but you have no connection with this id."
            raise invalid("connectionIds", sentence, given=str(connection_id), code="connection_not_found")
    return [platforms[connection_id] for connection_id in ids]
