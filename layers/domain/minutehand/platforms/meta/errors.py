"""What an error of Meta's Graph API means, told by its code and subcode, never by the HTTP status or the prose.

The envelope is ``{"error": {"message", "type", "code", "error_subcode", "is_transient", "error_user_msg", ...}}``.
What all platforms on the Graph API share stands here; each platform adds its own codes in a table of the same kind.
Source: Graph API, "Handle errors", and each platform's page of error codes.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum, auto
from typing import Any, Self

QUOTA_WAIT = timedelta(hours=1)
"""The wait when a day's quota is used up: it is counted over the last 24 hours, so every hour may free some."""


class Kind(Enum):
    """What is to be done about an error."""

    SERVER = auto()
    """A problem of Meta's own: a call that publishes may have been carried out all the same."""
    NOT_READY = auto()
    """Certainly not carried out, and likely to work soon."""
    STALE_HANDLE = auto()
    """The container, session or photo that the call named is no use any more: a new one has to be made."""
    THROTTLED = auto()
    """Too many calls: wait as long as the headers say."""
    QUOTA = auto()
    """Too many posts in the last 24 hours."""
    TOKEN_EXPIRED = auto()
    RECONNECT = auto()
    """The person has to grant access again."""
    DUPLICATE = auto()
    """The same was posted already."""
    REJECTED = auto()


@dataclass(frozen=True, slots=True)
class Verdict:
    """The meaning of one code. ``sentence``: for people, ``{name}`` being the platform; empty: its own words."""

    kind: Kind
    code: str = "refused"
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Verdicts by subcode, which says more, and by code."""

    by_code: Mapping[int, Verdict] = field(default_factory=dict)
    by_subcode: Mapping[int, Verdict] = field(default_factory=dict)

    def __or__(self, other: Self) -> "Table":
        """Return this table with the entries of ``other`` on top."""
        return Table({**self.by_code, **other.by_code}, {**self.by_subcode, **other.by_subcode})

    def verdict(self, error: "GraphError") -> Verdict | None:
        """Return what ``error`` means; None when nobody has written that down."""
        known = self.by_subcode.get(error.subcode) or self.by_code.get(error.code)
        if known is None and error.is_transient:
            return SERVER_PROBLEM
        return known


@dataclass(frozen=True, slots=True)
class GraphError:
    """One error as the platform sent it. A code that is missing is 0, which is nobody's."""

    code: int
    subcode: int
    message: str
    is_transient: bool = False
    details: Mapping[str, Any] = field(default_factory=dict)
    """``error_data``, which comes as an object or as JSON in a text."""

    @classmethod
    def of(cls, data: Any) -> Self | None:
        """Read it from an answer; None when the answer holds no error."""
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


SERVER_PROBLEM = Verdict(Kind.SERVER, "server_error", "{name} has a problem of its own.")
THROTTLED = Verdict(Kind.THROTTLED, "rate_limited", "{name} asks us to wait before posting more.")
TOKEN_EXPIRED = Verdict(Kind.TOKEN_EXPIRED, "token_expired", "The access to {name} has run out.")
RECONNECT = Verdict(
    Kind.RECONNECT, "reconnect_required", "{name} does not let us in any more: connect the account again."
)
PERMISSION = Verdict(
    Kind.RECONNECT,
    "reconnect_required",
    "{name} says that a permission is missing: connect the account again, and allow all that is asked for.",
)
IN_THEIR_WORDS = Verdict(Kind.REJECTED)

GRAPH = Table(
    by_code={
        1: SERVER_PROBLEM,
        2: SERVER_PROBLEM,
        3: Verdict(Kind.REJECTED, "app_not_allowed", "{name} does not allow this app to do that."),
        **dict.fromkeys((4, 17, 32, 341, 613, *range(80_000, 80_007), 80_008, 80_009, 80_014), THROTTLED),
        **dict.fromkeys((10, *range(200, 300)), PERMISSION),
        100: IN_THEIR_WORDS,
        **dict.fromkeys((102, 190), TOKEN_EXPIRED),
        368: Verdict(
            Kind.REJECTED,
            "account_blocked",
            "{name} has blocked the account from posting for the time being. See there.",
        ),
    },
    by_subcode={
        33: Verdict(Kind.STALE_HANDLE, "not_found", "{name} does not know something that the post refers to."),
        **dict.fromkeys((463, 467), TOKEN_EXPIRED),
        458: Verdict(
            Kind.RECONNECT,
            "reconnect_required",
            "This app was removed from the {name} account: connect the account again.",
        ),
        459: Verdict(
            Kind.RECONNECT,
            "reconnect_required",
            "{name} wants the account's owner to log in there first; then connect the account again.",
        ),
        460: Verdict(
            Kind.RECONNECT,
            "reconnect_required",
            "The password of the {name} account was changed: connect the account again.",
        ),
        464: Verdict(
            Kind.RECONNECT,
            "reconnect_required",
            "The {name} account is not confirmed yet: confirm it there, then connect it again.",
        ),
    },
)
"""What holds for Instagram, Facebook and Threads alike."""
