"""Bluesky's errors, keyed by HTTP status and name.

An error has the form ``{"error": "<name>", "message": "<message>"}``.
"""

from minutehand.platforms.error_table import RECONNECT, ErrorTable, entries
from minutehand.platforms.exchange import Reply

_STALE_TOKEN = ("ExpiredToken", "InvalidToken", "AuthMissing", "AuthenticationRequired")


def error_name(reply: Reply) -> str:
    """Return Bluesky's name for the error, or an empty string if the response has none."""
    name = reply.fields.get("error")
    return name if isinstance(name, str) else ""


ERRORS = ErrorTable(
    platform="Bluesky",
    names=lambda reply: [(reply.status, error_name(reply))],
    message=lambda reply: reply.fields.get("message") or error_name(reply),
    meanings={**entries(RECONNECT, 400, *_STALE_TOKEN), **entries(RECONNECT, 401, *_STALE_TOKEN)},
)


def is_stale(reply: Reply) -> bool:
    """Return whether Bluesky refused the access token. Bluesky returns 400 for an expired token."""
    return ERRORS.meaning(reply) is RECONNECT
