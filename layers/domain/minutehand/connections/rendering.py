"""Renders connections for API responses, without their tokens."""

from datetime import datetime
from typing import TYPE_CHECKING, TypedDict

from minutehand.connections.health import Health, health
from minutehand.connections.statuses import ConnectionStatus
from minutehand.platforms.catalog import PLATFORMS, PlatformKey
from minutehand.runtime.response_types import Timestamp, Uuid
from minutehand.runtime.timestamps import format_timestamp

if TYPE_CHECKING:
    from minutehand.connections import store


class Connection(TypedDict):
    """A connection, with its status and the time at which the access to the account ends."""

    id: Uuid
    platform: PlatformKey
    accountId: str
    """The id of the account on the platform."""
    handle: str
    """The name of the account, for people."""
    baseUrl: str
    """The address of the account's server."""
    profileUrl: str | None
    """The address of the account's public page, or null if it is not known."""
    status: ConnectionStatus
    statusReason: str | None
    """The reason why the account must be connected again, or null if the status is `active`."""
    expiresAt: Timestamp | None
    """The time at which the access ends, or null if the access has no known end."""
    renewable: bool
    """Whether the token is renewed automatically before it expires."""
    health: Health
    healthReason: str | None
    isDefault: bool
    """Whether the connection is the default of its platform."""
    createdAt: Timestamp


class DisconnectedAccount(TypedDict):
    """An account that was disconnected. A post can still name it."""

    id: Uuid
    """The id of its connection. If the account is connected again, the connection has the same id."""
    platform: PlatformKey
    handle: str
    disconnectedAt: Timestamp


def connection(connection: "store.Connection", now: datetime) -> Connection:
    """Return the fields of a connection that the API shows at ``now``."""
    state, reason = health(connection, now)
    return {
        "id": str(connection.id),
        "platform": connection.platform,
        "accountId": connection.account_id,
        "handle": connection.handle,
        "baseUrl": connection.base_url,
        "profileUrl": _profile_url(connection),
        "status": connection.status,
        "statusReason": connection.status_reason,
        "expiresAt": format_timestamp(connection.access_ends_at),
        "renewable": connection.renewable,
        "health": state,
        "healthReason": reason,
        "isDefault": connection.is_default,
        "createdAt": format_timestamp(connection.created_at),
    }


def disconnected(account: "store.DisconnectedAccount") -> DisconnectedAccount:
    """Return the fields of a disconnected account that the API shows."""
    return {
        "id": str(account.id),
        "platform": account.platform,
        "handle": account.handle,
        "disconnectedAt": format_timestamp(account.disconnected_at),
    }


def _profile_url(connection: "store.Connection") -> str | None:
    platform = PLATFORMS.get(connection.platform)
    if platform is None:
        return None
    return platform.website.profile_url(connection.account_id, connection.handle, connection.base_url)
