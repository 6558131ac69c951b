"""X's errors by HTTP status and type or code.

X has three formats for errors: a problem (``title``, ``detail``, ``type``, ``status``), ``code`` with ``message``, or a
list of either as ``errors``. Source: API v2, "Response codes and errors". Codes of version 1.1 still occur.
"""

from collections.abc import Mapping
from typing import Any

from minutehand.platforms.error_table import REFUSED, TOKEN_EXPIRED, ErrorTable, Meaning, entries, refused_or
from minutehand.platforms.exchange import Reply
from minutehand.platforms.port import Rejected

PROBLEMS = "https://api.x.com/2/problems/"
DUPLICATE_TEXT = "duplicate content"
"""A phrase in the error message for a duplicate. X has no specific error type for duplicates."""

DUPLICATE = Meaning(Rejected, "duplicate", "{name} refused the post because the account recently posted the same text.")
DAILY_LIMIT = Meaning(
    Rejected, "daily_limit", "The account has reached the number of posts that {name} allows in a day."
)
USAGE_CAPPED = Meaning(
    Rejected, "usage_capped", "The app's API credits at {name} are used up. Buy more credits at {name}."
)
FORBIDDEN = Meaning(Rejected, "forbidden", "{name} does not allow {what}: {said}")


def _names(reply: Reply) -> set[tuple[int, str]]:
    kinds = {
        str(error[name]).removeprefix(PROBLEMS)
        for error in _errors(reply)
        for name in ("type", "code")
        if name in error
    }
    if "about:blank" in kinds and DUPLICATE_TEXT in _message(reply).lower():
        kinds.add(DUPLICATE_TEXT)
    return {(reply.status, kind) for kind in kinds}


def _message(reply: Reply) -> str:
    messages = (error.get(name) for error in _errors(reply) for name in ("detail", "message", "title"))
    return next((message for message in messages if isinstance(message, str)), "")


def _errors(reply: Reply) -> list[Mapping[str, Any]]:
    errors = reply.fields.get("errors")
    listed = [error for error in errors if isinstance(error, Mapping)] if isinstance(errors, list) else []
    return [reply.fields, *listed]


ERRORS = ErrorTable(
    platform="X",
    names=_names,
    message=_message,
    meanings={
        **entries(TOKEN_EXPIRED, 401, "about:blank", "32", "89", "unsupported-authentication"),
        **entries(DUPLICATE, 403, "187", DUPLICATE_TEXT),
        **entries(DAILY_LIMIT, 403, "185"),
        **entries(USAGE_CAPPED, 403, "usage-capped"),
        **entries(USAGE_CAPPED, 402, "usage-capped", "credits", "about:blank"),
        **entries(FORBIDDEN, 403, "about:blank", "client-forbidden"),
        **entries(FORBIDDEN, 403, "not-authorized-for-resource", "unsupported-authentication"),
        **entries(REFUSED, 400, "invalid-request", "about:blank", "186", "324"),
        **entries(REFUSED, 404, "resource-not-found", "about:blank"),
    },
    unknown=refused_or("{name} returned an unexpected response ({said})."),
)
