"""Renders connections for API responses, without their tokens."""

from datetime import datetime

from minutehand.connections.health import health
from minutehand.connections.store import Connection
from minutehand.runtime.timestamps import format_timestamp


def connection(connection: Connection, now: datetime) -> dict[str, object]:
    """Return the fields of a connection that the API shows at ``now``."""
    state, reason = health(connection, now)
    return {
        "id": str(connection.id),
        "platform": connection.platform,
        "accountId": connection.account_id,
        "handle": connection.handle,
        "baseUrl": connection.base_url,
        "status": connection.status,
        "statusReason": connection.status_reason,
        "expiresAt": format_timestamp(connection.access_ends_at),
        "renewable": connection.renewable,
        "health": state,
        "healthReason": reason,
        "isDefault": connection.is_default,
        "createdAt": format_timestamp(connection.created_at),
    }
