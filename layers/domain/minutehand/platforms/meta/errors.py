"""Errors of Meta's Graph API, classified by code and subcode, never by HTTP status or message text.

The envelope is ``{"error": {"message", "type", "code", "error_subcode", "is_transient", "error_user_msg", ...}}``.
`GRAPH_ERRORS` holds the codes that all platforms on the Graph API share; each platform adds a table of its own codes.
Source: Graph API, "Handle errors", and each platform's page of error codes.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum, auto
from typing import Any, Self

QUOTA_WAIT = timedelta(hours=1)
"""The wait after a day's quota is used up. Meta counts the last 24 hours, so each hour may free some of it."""


class ErrorKind(Enum):
    """How an adapter has to react to an error."""

    SERVER = auto()
    """Meta had an internal error: a publish call may have been carried out nevertheless."""
    NOT_READY = auto()
    """The call was certainly not carried out, and is likely to succeed soon."""
    STALE_HANDLE = auto()
    """The container, session or photo in the call is no longer usable: create a new one."""
    THROTTLED = auto()
    """Too many calls: wait as long as the headers say."""
    QUOTA = auto()
    """Too many posts in the last 24 hours."""
    TOKEN_EXPIRED = auto()
    RECONNECT = auto()
    """The owner has to grant access again."""
    DUPLICATE = auto()
    """The same content was posted before."""
    REJECTED = auto()


@dataclass(frozen=True, slots=True)
class Classification:
    """The meaning of one code: how to react, our error code, and a sentence for people.

    ``sentence`` contains ``{name}`` for the platform. If it is empty, the reason quotes the platform's own message.
    """

    kind: ErrorKind
    code: str = "refused"
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class ErrorTable:
    """Classifications by code and by subcode. A subcode is more precise, so it takes precedence."""

    by_code: Mapping[int, Classification] = field(default_factory=dict)
    by_subcode: Mapping[int, Classification] = field(default_factory=dict)

    def __or__(self, other: Self) -> "ErrorTable":
        """Return this table extended by ``other``, whose entries take precedence."""
        return ErrorTable({**self.by_code, **other.by_code}, {**self.by_subcode, **other.by_subcode})

    def classify(self, error: "GraphError") -> Classification | None:
        """Return the meaning of ``error``; None when the table does not contain it."""
        known = self.by_subcode.get(error.subcode) or self.by_code.get(error.code)
        if known is None and error.is_transient:
            return SERVER_ERROR
        return known


@dataclass(frozen=True, slots=True)
class GraphError:
    """One error as the platform sent it. A missing code or subcode is 0, which Meta does not use."""

    code: int
    subcode: int
    message: str
    is_transient: bool = False
    details: Mapping[str, Any] = field(default_factory=dict)
    """``error_data``, which Meta sends as an object or as a string of JSON."""

    @classmethod
    def parse(cls, data: Any) -> Self | None:
        """Return the error in a decoded response; None when there is none."""
        error = data.get("error") if isinstance(data, Mapping) else None
        if not isinstance(error, Mapping):
            return None
        message = error.get("error_user_msg") or error.get("message")
        return cls(
            _number(error.get("code")),
            _number(error.get("error_subcode")),
            message if isinstance(message, str) else "",
            error.get("is_transient") is True,
            _details(error.get("error_data")),
        )


def _details(value: Any) -> Mapping[str, Any]:
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return {}
    return value if isinstance(value, Mapping) else {}


def _number(value: Any) -> int:
    return value if type(value) is int else 0


SERVER_ERROR = Classification(ErrorKind.SERVER, "server_error", "{name} reported an internal error.")
THROTTLED = Classification(ErrorKind.THROTTLED, "rate_limited", "{name} temporarily limits our requests.")
TOKEN_EXPIRED = Classification(ErrorKind.TOKEN_EXPIRED, "token_expired", "The access token for {name} has expired.")
PERMISSION_MISSING = Classification(
    ErrorKind.RECONNECT,
    "reconnect_required",
    "{name} reports a missing permission. Connect the account again and grant every requested permission.",
)
REFUSED = Classification(ErrorKind.REJECTED)
"""A refusal that the platform's own message explains best."""

GRAPH_ERRORS = ErrorTable(
    by_code={
        1: SERVER_ERROR,
        2: SERVER_ERROR,
        3: Classification(ErrorKind.REJECTED, "app_not_allowed", "{name} does not allow this app to make this call."),
        **dict.fromkeys((4, 17, 32, 341, 613, *range(80_000, 80_007), 80_008, 80_009, 80_014), THROTTLED),
        **dict.fromkeys((10, *range(200, 300)), PERMISSION_MISSING),
        100: REFUSED,
        **dict.fromkeys((102, 190), TOKEN_EXPIRED),
        368: Classification(
            ErrorKind.REJECTED,
            "account_blocked",
            "{name} has temporarily blocked the account from posting. Check the account on {name}.",
        ),
    },
    by_subcode={
        33: Classification(
            ErrorKind.STALE_HANDLE, "not_found", "{name} could not find an object that the post refers to."
        ),
        **dict.fromkeys((463, 467), TOKEN_EXPIRED),
        458: Classification(
            ErrorKind.RECONNECT,
            "reconnect_required",
            "The owner removed this app from the {name} account. Connect the account again.",
        ),
        459: Classification(
            ErrorKind.RECONNECT,
            "reconnect_required",
            "{name} requires the account's owner to log in to {name}. Log in, then connect the account again.",
        ),
        460: Classification(
            ErrorKind.RECONNECT,
            "reconnect_required",
            "The password of the {name} account has changed. Connect the account again.",
        ),
        464: Classification(
            ErrorKind.RECONNECT,
            "reconnect_required",
            "The {name} account is not confirmed. Confirm it on {name}, then connect it again.",
        ),
    },
)
"""The errors that Instagram, Facebook and Threads share."""
