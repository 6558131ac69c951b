"""The connections on which a post is or will be published."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from uuid import UUID

from minutehand.connections.store import Connections
from minutehand.runtime import sql
from minutehand.runtime.db import Database

if TYPE_CHECKING:
    from minutehand.connections.store import Connection


def destinations(
    db: Database, owner_id: str, post_id: UUID, publications: Iterable[dict[str, Any]]
) -> "list[Connection]":
    """Return the owner's connections to which a post goes, and those of its ``publications``.

    Removed connections are omitted.
    """
    wanted = {row["connection_id"] for row in db.fetch(_queries["destinations"], post_id=post_id, owner_id=owner_id)}
    wanted |= {each["connection_id"] for each in publications}
    return [connection for connection in Connections(db).list_all(owner_id) if connection.id in wanted]


_queries = sql.load(__package__)
