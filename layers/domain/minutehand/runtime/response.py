"""The HTTP responses of the API, with their status, text and headers."""

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple, Self

JSON = "application/json; charset=utf-8"
NO_HEADERS: Mapping[str, str] = MappingProxyType({})


class Response[Body = None](NamedTuple):
    """An HTTP response. The text is JSON unless ``content_type`` names another type.

    ``Body``: the type of the fields of the JSON object, without ``success``. A handler that never returns JSON declares
    ``Response`` without ``Body``.

    ``replayed``: True if this is the stored response to an earlier request. ``stored_body``: the text that a repeated
    request with the same Idempotency-Key receives, if it differs from ``body``.
    """

    status: int
    body: str
    replayed: bool = False
    content_type: str = JSON
    headers: Mapping[str, str] = NO_HEADERS
    stored_body: str | None = None

    def stored_as(self, other: Self) -> Self:
        """Return this response, but store ``other`` for repeated requests, because this response contains a secret."""
        return self._replace(stored_body=other.body)


def success[Body: Mapping[str, object]](fields: Body, status: int = 200) -> Response[Body]:
    """Return a successful response with these fields as JSON."""
    return Response(status, to_json({"success": True} | dict(fields)))


def to_json(value: object) -> str:
    """Return ``value`` as JSON. Raises `ValueError` for a number that JSON cannot represent."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def redirect(url: str, headers: Mapping[str, str] | None = None) -> Response[Any]:
    """Return a response that redirects a browser to ``url`` with the method GET."""
    return Response(303, "", content_type="text/plain; charset=utf-8", headers={"location": url} | dict(headers or {}))
