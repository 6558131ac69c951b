"""Errors of Meta's Graph API, keyed by code and subcode. The HTTP status matters only for errors that are not in the
table (see `ErrorTable`). Only the error `FEW_VIEWERS` is recognised by its message.

The envelope is ``{"error": {"message", "type", "code", "error_subcode", "is_transient", "error_user_msg", ...}}``.
Every table contains the errors that all platforms on the Graph API share and the errors of one platform.
Source: Graph API, "Handle errors", and each platform's page of error codes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Self

from minutehand.platforms import error_table
from minutehand.platforms.error_table import (
    INTERNAL_ERROR,
    PERMISSION_MISSING,
    REFUSED,
    TOKEN_EXPIRED,
    ErrorTable,
    Meaning,
    after,
)
from minutehand.platforms.json_values import parse_json
from minutehand.platforms.meta.throttle import retry_time
from minutehand.platforms.port import InDoubt, Rejected, Transient

if TYPE_CHECKING:
    from minutehand.platforms.exchange import Reply

QUOTA_WAIT = after(hours=1)
"""The wait after the quota is exhausted. The quota applies to the last 24 hours, so a part of it may be available again
in an hour.
"""

type Name = tuple[str, int]
"""The key of an error in an error table: a word, such as ``code`` or ``subcode``, and a number."""


class StaleHandle(Transient):
    """The platform no longer accepts an id, such as a container's, from an earlier call. The refused call published
    nothing.
    """

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(code, reason)
        self.details: Mapping[str, Any] = {}
        """The values that the platform would accept instead, if the response names them."""


class Duplicate(InDoubt):
    """The platform refused the post as a duplicate of an existing post."""


@dataclass(frozen=True, slots=True)
class GraphError:
    """An error in a response. A missing code or subcode is represented as 0, which Meta does not use as a code."""

    code: int
    subcode: int
    message: str
    is_transient: bool = False
    details: Mapping[str, Any] = field(default_factory=dict)
    """The error's ``error_data``, which Meta sends as an object or as a JSON string."""

    @classmethod
    def parse(cls, data: Any) -> Self | None:
        """Return the error in a decoded response, or None if there is none."""
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
            value = parse_json(value)
        except ValueError:
            return {}
    return value if isinstance(value, Mapping) else {}


def _number(value: Any) -> int:
    return value if type(value) is int else 0


TRANSIENT: Name = ("is_transient", 1)
FEW_VIEWERS: Name = ("few_viewers", 1)
FEW_VIEWERS_TEXT = "not enough viewers"
"""A phrase in the error message for the insights of a story with fewer than five viewers. The code is the same as for a
missing permission. Source: Instagram Platform, "Media Insights" (2026-06-18).
"""
THROTTLED = replace(error_table.THROTTLED, until=retry_time)


def _reconnect(sentence: str) -> Meaning:
    return Meaning(Rejected, "reconnect_required", sentence)


CODES: Mapping[int, Meaning] = {
    1: INTERNAL_ERROR,
    2: INTERNAL_ERROR,
    3: Meaning(
        Rejected,
        "app_not_allowed",
        "{name} does not allow this app to make this call. The operator must check the app's permissions at {name}.",
    ),
    **dict.fromkeys((4, 17, 32, 341, 613, *range(80_000, 80_007), 80_008, 80_009, 80_014), THROTTLED),
    **dict.fromkeys((10, *range(200, 300)), PERMISSION_MISSING),
    100: REFUSED,
    **dict.fromkeys((102, 190), TOKEN_EXPIRED),
    368: Meaning(
        Rejected,
        "account_blocked",
        "{name} has temporarily blocked the account from posting. Check the account on {name}.",
    ),
}
SUBCODES: Mapping[int, Meaning] = {
    33: Meaning(StaleHandle, "not_found", "{name} could not find an object that the post refers to."),
    **dict.fromkeys((463, 467), TOKEN_EXPIRED),
    458: _reconnect("The owner removed this app from the {name} account. Connect the account again."),
    459: _reconnect("{name} requires the account's owner to log in to {name}. Log in, then connect the account again."),
    460: _reconnect("The password of the {name} account has changed. Connect the account again."),
    464: _reconnect("The {name} account is not confirmed. Confirm it on {name}, then connect it again."),
}


def graph_errors(
    platform: str, by_code: Mapping[int, Meaning] | None = None, by_subcode: Mapping[int, Meaning] | None = None
) -> ErrorTable[Name]:
    """Return the error table of a platform: the shared errors, and the platform's own errors, which take precedence.

    Subcodes come before codes, because a subcode is more precise.
    """
    return ErrorTable(
        platform=platform,
        names=_names,
        message=lambda reply: error.message if (error := GraphError.parse(reply.data)) else "",
        meanings={
            FEW_VIEWERS: Meaning(Rejected, "few_viewers", "{name} provides no metrics for a post with so few viewers."),
            **{("subcode", number): meaning for number, meaning in {**SUBCODES, **(by_subcode or {})}.items()},
            **{("code", number): meaning for number, meaning in {**CODES, **(by_code or {})}.items()},
            TRANSIENT: INTERNAL_ERROR,
        },
    )


def _names(reply: "Reply") -> list[Name]:
    error = GraphError.parse(reply.data)
    if error is None:
        return []
    marks = [TRANSIENT] if error.is_transient else []
    if FEW_VIEWERS_TEXT in error.message.lower():
        marks.append(FEW_VIEWERS)
    return [("subcode", error.subcode), ("code", error.code), *marks]
