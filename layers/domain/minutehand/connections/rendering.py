"""Renders connections for API responses, without their tokens."""

from minutehand.connections.store import Connection
from minutehand.runtime.timestamps import format_timestamp


def connection(connection: Connection) -> dict[str, object]:
    """Return the fields of a connection that the API shows."""
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
