"""Renders, for the API, the accounts that an authorization has connected."""

from datetime import datetime
from typing import TYPE_CHECKING, TypedDict

from minutehand.connections.rendering import Connection, connection

if TYPE_CHECKING:
    from minutehand.oauth.callback import CompletedAuthorization


class ConnectedAccounts(TypedDict):
    """The connected accounts."""

    connections: list[Connection]


def connected_accounts(done: "CompletedAuthorization", now: datetime) -> ConnectedAccounts:
    """Return the connected accounts, as the API shows them at ``now``."""
    return {"connections": [connection(each, now) for each in done.connections]}
