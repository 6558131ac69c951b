"""Mastodon's errors, keyed by HTTP status. Every error from Mastodon has the form ``{"error": "<message>"}``."""

from minutehand.platforms.error_table import ErrorTable, Meaning, unclear
from minutehand.platforms.exchange import Reply, sanitize
from minutehand.platforms.port import Rejected

_NO_MESSAGE = 0
"""The key for an error response without Mastodon's message. Such a response may come from a firewall."""


def _name(reply: Reply) -> int:
    return reply.status if sanitize(reply.fields.get("error"), {}) else _NO_MESSAGE


ERRORS = ErrorTable(
    platform="Mastodon",
    names=lambda reply: [_name(reply)],
    message=lambda reply: reply.fields.get("error"),
    meanings={
        _NO_MESSAGE: unclear("unexpected_answer", "{name} returned an unexpected response ({said})."),
        401: Meaning(
            Rejected, "reconnect_required", "{name} refused the access token ({said}). Connect the account again."
        ),
    },
)
