"""The fields of the access log: the method, the path and the status of each request, and the ids of its API token and
its post, if they are known. The content of requests and posts is not logged.
"""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

MAX_BODY_CHARACTERS = 256 * 1024
"""The maximum length of a body that is searched for a post's id."""


def access_log_fields(event: Mapping[str, Any], response: Mapping[str, Any]) -> dict[str, object]:
    """Return the log fields of a REST proxy event and its response.

    ``post`` is included only if the event or the response contains the id of a post. ``api_token`` is the id of the API
    token that made the request.
    """
    fields = {"method": event.get("httpMethod"), "path": event.get("path"), "status": response["statusCode"]}
    if token_id := ((event.get("requestContext") or {}).get("authorizer") or {}).get("tokenId"):
        fields["api_token"] = token_id
    post_id = (event.get("queryStringParameters") or {}).get("postId") or _field(event.get("body"), "postId")
    if post_id is None and response["statusCode"] == 201:
        post_id = _field(response["body"], "post", "id")
    post = _uuid(post_id)
    return fields | ({"post": post} if post else {})


def _field(text: object, *path: str) -> object:
    if not isinstance(text, str) or len(text) > MAX_BODY_CHARACTERS or f'"{path[0]}"' not in text:
        return None
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _uuid(value: object) -> str | None:
    # Callers may send any text, so only valid ids are logged.
    try:
        return str(UUID(value)) if isinstance(value, str) else None
    except ValueError:
        return None
