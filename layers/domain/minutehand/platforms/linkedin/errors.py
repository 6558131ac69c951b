"""The meanings of LinkedIn's error responses, in one table whose first matching rule applies.

Source: LinkedIn API guide, "Error handling" and "Rate limits". The codes for tokens come from users' reports.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Any, NamedTuple

from minutehand.platforms.exchange import Reply, sanitize
from minutehand.platforms.port import Account, Attempt, InDoubt, PublishError, Rejected, TokenExpired, Transient

MAX_ACTIVATION_TIME = timedelta(seconds=60)
"""LinkedIn may report a new token as revoked for some seconds. After this time, the token is considered revoked."""
_URN = re.compile(r"urn:li:(?:share|ugcPost|activity):\d+")


class Meaning(Enum):
    """The meaning of an error response."""

    TOKEN_EXPIRED = auto()
    TOKEN_REVOKED = auto()
    RECONNECT = auto()
    DUPLICATE = auto()
    FORBIDDEN = auto()
    VERSION_SUNSET = auto()
    TRANSIENT = auto()
    REFUSED = auto()
    UNCLEAR = auto()
    """A response without LinkedIn's codes. It may come from a firewall, so it says nothing about the token."""


class Rule(NamedTuple):
    """Matches a response with this status and one of ``marks`` in its codes or message; no marks match any response."""

    status: int
    marks: frozenset[str]
    meaning: Meaning


TABLE = (
    Rule(401, frozenset(["65602", "EXPIRED_ACCESS_TOKEN"]), Meaning.TOKEN_EXPIRED),
    Rule(401, frozenset(["65601", "REVOKED_ACCESS_TOKEN"]), Meaning.TOKEN_REVOKED),
    Rule(401, frozenset(["65600", "INVALID_ACCESS_TOKEN"]), Meaning.RECONNECT),
    Rule(401, frozenset(), Meaning.UNCLEAR),
    Rule(422, frozenset(["DUPLICATE_POST"]), Meaning.DUPLICATE),
    Rule(403, frozenset(["unable to obtain activity", "resource is forbidden"]), Meaning.TRANSIENT),
    Rule(403, frozenset(), Meaning.FORBIDDEN),
    Rule(426, frozenset(), Meaning.VERSION_SUNSET),
    Rule(400, frozenset(["NONEXISTENT_VERSION"]), Meaning.VERSION_SUNSET),
    Rule(400, frozenset(["inputErrors", "INVALID_INPUT", "65604"]), Meaning.REFUSED),
    Rule(422, frozenset(["inputErrors", "INVALID_INPUT", "65604"]), Meaning.REFUSED),
    Rule(404, frozenset(["NOT_FOUND"]), Meaning.REFUSED),
)


class Duplicate(Rejected):
    """LinkedIn refused the post as a duplicate. ``urn`` is the original that it named, if any."""

    def __init__(self, urn: str | None) -> None:
        link = f" ({permalink(urn)})" if urn else ""
        super().__init__("duplicate", f"LinkedIn already has a post with the same content{link}.")
        self.urn = urn


@dataclass(frozen=True, slots=True)
class Call:
    """A call that LinkedIn refused: ``what`` it was about, for error messages, and whether it was a publish call."""

    what: str
    publishing: bool = False


def meaning_of(reply: Reply) -> Meaning | None:
    """Return the meaning of an error response; None when no rule of the table matches."""
    marks = _marks(reply.fields)
    for rule in TABLE:
        if rule.status == reply.status and (not rule.marks or rule.marks & marks):
            return rule.meaning
    return None


def refusal(reply: Reply, call: Call, account: Account, attempt: Attempt) -> PublishError:
    """Return the error for the response ``reply`` to ``call``, which did not succeed."""
    said = sanitize(reply.fields.get("message"), account.token) or f"HTTP {reply.status}"
    match meaning_of(reply):
        case Meaning.TOKEN_EXPIRED:
            return TokenExpired("token_expired", "The access token for LinkedIn has expired.")
        case Meaning.TOKEN_REVOKED:
            return _revoked(attempt)
        case Meaning.RECONNECT:
            return _reconnect()
        case Meaning.DUPLICATE:
            return Duplicate(_urn_in(reply.fields))
        case Meaning.FORBIDDEN:
            return Rejected("forbidden", f"LinkedIn does not allow {call.what}: {said}")
        case Meaning.VERSION_SUNSET:
            return Rejected("version_sunset", "LinkedIn no longer supports the API version that this app uses.")
        case Meaning.REFUSED:
            return Rejected("refused", f"LinkedIn refused {call.what}: {said}")
        case Meaning.TRANSIENT:
            error = InDoubt if call.publishing else Transient
            return error("server_error", f"LinkedIn returned a server error: {said}")
        case Meaning.UNCLEAR | None if call.publishing:
            return InDoubt("unexpected_answer", f"LinkedIn returned an unexpected response ({said}).")
        case Meaning.UNCLEAR:
            return Transient("unexpected_answer", f"LinkedIn returned an unexpected response ({said}).")
        case None:
            return Rejected("refused", f"LinkedIn refused {call.what}: {said}")


def permalink(urn: str) -> str:
    """Return the address of the page that shows a post or a comment."""
    if (parent := re.match(r"urn:li:comment:\((urn:li:\w+:\d+),", urn)) is not None:
        return f"https://www.linkedin.com/feed/update/{parent[1]}?commentUrn={urn}"
    return f"https://www.linkedin.com/feed/update/{urn}"


def _revoked(attempt: Attempt) -> PublishError:
    first = attempt.checkpoint.get("revoked_at")
    if first is None:
        attempt.save(revoked_at=attempt.now().isoformat())
    elif attempt.now() - datetime.fromisoformat(first) > MAX_ACTIVATION_TIME:
        return _reconnect()
    return Transient("token_not_yet_valid", "LinkedIn does not accept the access token yet.")


def _reconnect() -> Rejected:
    return Rejected(
        "reconnect_required", "Our access to LinkedIn has expired or was revoked. Connect the account again."
    )


def _urn_in(fields: Mapping[str, Any]) -> str | None:
    found = _URN.search(str(fields.get("message", "")))
    return found[0] if found else None


def _marks(fields: Mapping[str, Any]) -> frozenset[str]:
    marks = {str(fields.get("code", "")), str(fields.get("serviceErrorCode", "")), str(fields.get("errorDetailType"))}
    message = str(fields.get("message", ""))
    marks |= {mark for rule in TABLE for mark in rule.marks if not mark.isdigit() and mark in message}
    marks |= {mark for rule in TABLE for mark in rule.marks if mark.islower() and mark in message.lower()}
    details = fields.get("errorDetails")
    errors = details.get("inputErrors") if isinstance(details, Mapping) else None
    if isinstance(errors, list) and errors:
        marks.add("inputErrors")
        marks |= {str(error.get("code", "")) for error in errors if isinstance(error, Mapping)}
    return frozenset(marks)
