"""The line that the log holds of each request: which post it was about and how it ended, nothing of its content."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

MAX_BODY_CHARACTERS = 256 * 1024
"""A longer text was refused unread."""


def access_log_fields(event: Mapping[str, Any], answer: Mapping[str, Any]) -> dict[str, object]:
    """Return what is logged of a REST proxy event and its answer. ``post`` is there when either names one post."""
    line = {"method": event.get("httpMethod"), "path": event.get("path"), "status": answer["statusCode"]}
    named = (event.get("queryStringParameters") or {}).get("postId") or _field(event.get("body"), "postId")
    if named is None and answer["statusCode"] == 201:
        named = _field(answer["body"], "post", "id")
    post = _uuid(named)
    return line | ({"post": post} if post else {})


def _field(text: object, *path: str) -> object:
    if not isinstance(text, str) or len(text) > MAX_BODY_CHARACTERS or f'"{path[0]}"' not in text:
        return None
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    return found


def _uuid(named: object) -> str | None:
    # What is no id is not repeated: callers send anything.
    try:
        return str(UUID(named)) if isinstance(named, str) else None
    except ValueError:
        return None
