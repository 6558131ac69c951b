"""Renders API tokens for responses, without their secrets."""

from collections.abc import Mapping
from typing import Any

from minutehand.runtime.scopes import SCOPES
from minutehand.runtime.timestamps import format_timestamp


def api_token(row: Mapping[str, Any]) -> dict[str, object]:
    """Return the fields of a token that the API shows."""
    return {
        "id": str(row["id"]),
        "name": row["name"],
        "mode": row["mode"],
        "scopes": [scope for scope in SCOPES if scope in (row["scopes"] or ())],
        "beginning": row["beginning"],
        "createdBy": row["created_by"],
        "createdAt": format_timestamp(row["created_at"]),
        "expiresAt": format_timestamp(row["expires_at"]),
        "lastUsedAt": format_timestamp(row["last_used_at"]),
    }
