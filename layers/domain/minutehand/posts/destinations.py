"""The connections to which a post goes."""

from collections.abc import Iterable, Sequence
from typing import Any

from minutehand.connections.store import Connection


def destinations(
    post: dict[str, Any], publications: Iterable[dict[str, Any]], connections: Sequence[Connection]
) -> list[Connection]:
    """Return the owner's ``connections`` to which ``post`` goes, or to which its ``publications`` were sent.

    A post goes to the connections that it names. On each platform for which it names no connection, it goes to the
    default connection. The queue chooses the same connections when it creates publications. Accounts that are no longer
    connected are omitted.
    """
    wanted = {*post["connection_ids"], *(each["connection_id"] for each in publications)}
    for platform in set(post["platforms"]) - set(post["connection_platforms"]):
        candidates = [each for each in connections if each.platform == platform]
        wanted |= {each.id for each in sorted(candidates, key=_preference)[:1]}
    return [connection for connection in connections if connection.id in wanted]


def _preference(connection: Connection) -> tuple[object, ...]:
    return not connection.is_default, connection.created_at, connection.id
