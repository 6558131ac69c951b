"""Renders API tokens for responses, without their secrets."""

from collections.abc import Mapping
from typing import Any, TypedDict

from minutehand.runtime.response_types import Timestamp, Uuid
from minutehand.runtime.scopes import SCOPES, Mode, Scope
from minutehand.runtime.timestamps import format_timestamp


class ApiToken(TypedDict):
    """An API token, without its secret."""

    id: Uuid
    name: str
    mode: Mode
    scopes: list[Scope]
    beginning: str
    """The visible part of the token, by which people recognise it."""
    createdBy: str
    createdAt: Timestamp
    expiresAt: Timestamp
    lastUsedAt: Timestamp | None


def api_token(row: Mapping[str, Any]) -> ApiToken:
    """Return a token as the API shows it."""
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
