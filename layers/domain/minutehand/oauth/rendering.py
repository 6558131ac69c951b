"""Renders authorizations for API responses."""

from datetime import datetime
from typing import TypedDict

from minutehand.connections.rendering import Connection, connection
from minutehand.oauth.authorization import BegunAuthorization, CompletedAuthorization
from minutehand.runtime.response_types import Timestamp
from minutehand.runtime.timestamps import format_timestamp


class ConsentPage(TypedDict):
    """The URL to which to send the person's browser, and the time at which the authorization expires."""

    url: str
    expiresAt: Timestamp


class ConnectedAccounts(TypedDict):
    """The connected accounts."""

    connections: list[Connection]


def consent_page(begun: BegunAuthorization) -> ConsentPage:
    """Return the URL to which to send the person's browser, and the time at which the authorization expires."""
    return {"url": begun.url, "expiresAt": format_timestamp(begun.expires_at)}


def connected_accounts(done: CompletedAuthorization, now: datetime) -> ConnectedAccounts:
    """Return the connected accounts, as the API shows them at ``now``."""
    return {"connections": [connection(each, now) for each in done.connections]}
