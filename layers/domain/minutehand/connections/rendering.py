"""Connections as the API shows them, without their tokens."""

from minutehand.connections.store import Connection
from minutehand.runtime.timestamps import format_timestamp


def connection(connection: Connection) -> dict[str, object]:
    """Return a connection as the API shows it."""
    return {
        "id": str(connection.id),
        "platform": connection.platform,
        "accountId": connection.account_id,
        "handle": connection.handle,
        "baseUrl": connection.base_url,
        "status": connection.status,
        "statusReason": connection.status_reason,
        "isDefault": connection.is_default,
        "createdAt": format_timestamp(connection.created_at),
    }
