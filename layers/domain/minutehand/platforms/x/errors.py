"""X's errors, keyed by HTTP status and type or code.

X has three formats for errors: a problem (``title``, ``detail``, ``type``, ``status``), ``code`` with ``message``, or a
list of either as ``errors``. Source: API v2, "Response codes and errors". Some responses still contain codes of version
1.1.
"""

import re
from collections.abc import Mapping
from typing import Any

from minutehand.platforms.error_table import PARENT_NOT_FOUND, TOKEN_EXPIRED, ErrorTable, Meaning, entries
from minutehand.platforms.exchange import Reply
from minutehand.platforms.port import Rejected

PROBLEM = re.compile(r"https://api\.(?:x|twitter)\.com/2/problems/(.+)")
"""The URL of a problem type. X uses both hosts, api.x.com and api.twitter.com."""
DUPLICATE_TEXT = "duplicate content"
"""A phrase in the error message for a duplicate. X has no specific error type for duplicates."""

PARENT_TEXT = "attempted to reply to"
"""A phrase in the error message for a reply to a post that X cannot find. Version 1.1 of the API also returned the code
385.
"""

DUPLICATE = Meaning(
    Rejected, "duplicate", "{name} refused the post because the account recently posted the same text. Change the text."
)
DAILY_LIMIT = Meaning(
    Rejected, "daily_limit", "The account has reached {name}'s daily limit for posts. Retry the post later."
)
USAGE_CAPPED = Meaning(
    Rejected,
    "usage_capped",
    "The app's API credits at {name} are used up, or its spending limit is reached. The operator must buy credits or "
    "raise the limit at {name}.",
)
_CREDITS = ("usage-capped", "credits", "credits-depleted")
"""The problem types for an app that has no credits left or has reached its spending limit."""
_ANY = ""
"""The name for any error that has a message, in addition to its own names."""
FORBIDDEN = Meaning(Rejected, "forbidden", "{name} does not allow {what}: {said}")


def _names(reply: Reply) -> set[tuple[int, str]]:
    kinds = {
        PROBLEM.sub(r"\1", str(error[name])) for error in _errors(reply) for name in ("type", "code") if name in error
    }
    message = _message(reply)
    if message:
        kinds.add(_ANY)
    kinds |= {phrase for phrase in (DUPLICATE_TEXT, PARENT_TEXT) if phrase in message.lower()}
    return {(reply.status, kind) for kind in kinds}


def _message(reply: Reply) -> str:
    messages = (error.get(name) for error in _errors(reply) for name in ("detail", "message", "title", "type"))
    return next((message for message in messages if isinstance(message, str) and message), "")


def _errors(reply: Reply) -> list[Mapping[str, Any]]:
    errors = reply.fields.get("errors")
    listed = [error for error in errors if isinstance(error, Mapping)] if isinstance(errors, list) else []
    return [reply.fields, *listed]


ERRORS = ErrorTable(
    platform="X",
    names=_names,
    message=_message,
    meanings={
        **entries(DUPLICATE, 403, "187", DUPLICATE_TEXT),
        **entries(PARENT_NOT_FOUND, 403, "385", PARENT_TEXT),
        **entries(DAILY_LIMIT, 403, "185"),
        **entries(USAGE_CAPPED, 402, _ANY),
        **entries(USAGE_CAPPED, 403, *_CREDITS),
        **entries(USAGE_CAPPED, 429, *_CREDITS),
        **entries(TOKEN_EXPIRED, 401, _ANY),
        **entries(FORBIDDEN, 403, _ANY),
    },
)
