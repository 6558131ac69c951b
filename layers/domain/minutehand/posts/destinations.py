"""Which accounts a post goes to."""

from collections.abc import Iterable, Sequence
from typing import Any

from minutehand.connections.store import Connection


def destinations(
    post: dict[str, Any], publications: Iterable[dict[str, Any]], connections: Sequence[Connection]
) -> list[Connection]:
    """Return those of the owner's ``connections`` that ``post`` goes to, and those that its publications went to.

    That is the accounts that it names, and the default on every platform for which it names none, as when its
    publications are made. What is not connected any more is left out.
    """
    wanted = {*post["connection_ids"], *(each["connection_id"] for each in publications)}
    for platform in set(post["platforms"]) - set(post["connection_platforms"]):
        accounts = [each for each in connections if each.platform == platform]
        wanted |= {each.id for each in sorted(accounts, key=_preference)[:1]}
    return [connection for connection in connections if connection.id in wanted]


def _preference(connection: Connection) -> tuple[object, ...]:
    return not connection.is_default, connection.created_at, connection.id
