"""What LinkedIn's refusals mean. One table: the first line that fits counts.

Source: LinkedIn API guide, "Error handling" and "Rate limits"; the codes of tokens as reported by their users.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Any, NamedTuple

from minutehand.platforms.exchange import Reply, sanitize
from minutehand.platforms.port import Account, Attempt, InDoubt, PublishError, Rejected, TokenExpired, Transient

REVOKED_FOR = timedelta(seconds=60)
"""A token that was just given may be called revoked for some seconds; one that still is after this is."""
_URN = re.compile(r"urn:li:(?:share|ugcPost|activity):\d+")


class Meaning(Enum):
    """What is to be done."""

    TOKEN_EXPIRED = auto()
    TOKEN_REVOKED = auto()
    RECONNECT = auto()
    DUPLICATE = auto()
    FORBIDDEN = auto()
    VERSION_SUNSET = auto()
    PASSING = auto()
    REFUSED = auto()
    UNCLEAR = auto()
    """Nothing: without LinkedIn's own codes, it may come from a firewall, and says nothing about a token."""


class Line(NamedTuple):
    """Fits an answer with this status, and with one of ``marks`` among its codes and sayings (none: any answer)."""

    status: int
    marks: frozenset[str]
    meaning: Meaning


TABLE = (
    Line(401, frozenset(["65602", "EXPIRED_ACCESS_TOKEN"]), Meaning.TOKEN_EXPIRED),
    Line(401, frozenset(["65601", "REVOKED_ACCESS_TOKEN"]), Meaning.TOKEN_REVOKED),
    Line(401, frozenset(["65600", "INVALID_ACCESS_TOKEN"]), Meaning.RECONNECT),
    Line(401, frozenset(), Meaning.UNCLEAR),
    Line(422, frozenset(["DUPLICATE_POST"]), Meaning.DUPLICATE),
    Line(403, frozenset(["unable to obtain activity", "resource is forbidden"]), Meaning.PASSING),
    Line(403, frozenset(), Meaning.FORBIDDEN),
    Line(426, frozenset(), Meaning.VERSION_SUNSET),
    Line(400, frozenset(["NONEXISTENT_VERSION"]), Meaning.VERSION_SUNSET),
    Line(400, frozenset(["inputErrors", "INVALID_INPUT", "65604"]), Meaning.REFUSED),
    Line(422, frozenset(["inputErrors", "INVALID_INPUT", "65604"]), Meaning.REFUSED),
    Line(404, frozenset(["NOT_FOUND"]), Meaning.REFUSED),
)


class Duplicate(Rejected):
    """LinkedIn has the same post already; ``urn`` is the one that it names."""

    def __init__(self, urn: str | None) -> None:
        link = f" ({permalink(urn)})" if urn else ""
        super().__init__("duplicate", f"LinkedIn has a post with the same content already{link}.")
        self.urn = urn


@dataclass(frozen=True, slots=True)
class Call:
    """The call that was refused: ``what`` it was to bring, and whether it was to make the post visible."""

    what: str
    publishing: bool = False


def meaning_of(reply: Reply) -> Meaning | None:
    """Return what a refusal means; None when no line of the table fits."""
    marks = _marks(reply.fields)
    for line in TABLE:
        if line.status == reply.status and (not line.marks or line.marks & marks):
            return line.meaning
    return None


def refusal(reply: Reply, call: Call, account: Account, attempt: Attempt) -> PublishError:
    """Return the error to raise for ``reply``, which is not a success."""
    said = sanitize(reply.fields.get("message"), account.token) or f"HTTP {reply.status}"
    match meaning_of(reply):
        case Meaning.TOKEN_EXPIRED:
            return TokenExpired("token_expired", "LinkedIn's access has run out.")
        case Meaning.TOKEN_REVOKED:
            return _revoked(attempt)
        case Meaning.RECONNECT:
            return _reconnect()
        case Meaning.DUPLICATE:
            return Duplicate(_urn_in(reply.fields))
        case Meaning.FORBIDDEN:
            return Rejected("forbidden", f"LinkedIn does not let this account publish {call.what}: {said}")
        case Meaning.VERSION_SUNSET:
            return Rejected("version_sunset", "LinkedIn does not serve the version any more in which it was asked.")
        case Meaning.REFUSED:
            return Rejected("refused", f"LinkedIn refused {call.what}: {said}")
        case Meaning.PASSING:
            error = InDoubt if call.publishing else Transient
            return error("server_error", f"LinkedIn has a problem of its own: {said}")
        case Meaning.UNCLEAR | None if call.publishing:
            return InDoubt("unexpected_answer", f"LinkedIn gave an answer that is not known ({said}).")
        case Meaning.UNCLEAR:
            return Transient("unexpected_answer", f"LinkedIn gave an answer that is not known ({said}).")
        case None:
            return Rejected("refused", f"LinkedIn refused {call.what}: {said}")


def permalink(urn: str) -> str:
    """Return the page of a post, or of a comment."""
    if (parent := re.match(r"urn:li:comment:\((urn:li:\w+:\d+),", urn)) is not None:
        return f"https://www.linkedin.com/feed/update/{parent[1]}?commentUrn={urn}"
    return f"https://www.linkedin.com/feed/update/{urn}"


def _revoked(attempt: Attempt) -> PublishError:
    first = attempt.checkpoint.get("revoked_at")
    if first is None:
        attempt.save(revoked_at=attempt.now().isoformat())
    elif attempt.now() - datetime.fromisoformat(first) > REVOKED_FOR:
        return _reconnect()
    return Transient("token_not_yet_valid", "LinkedIn does not know the access yet, or not any more.")


def _reconnect() -> Rejected:
    return Rejected("reconnect_required", "LinkedIn does not let us in any more: connect the account again.")


def _urn_in(fields: Mapping[str, Any]) -> str | None:
    found = _URN.search(str(fields.get("message", "")))
    return found[0] if found else None


def _marks(fields: Mapping[str, Any]) -> frozenset[str]:
    marks = {str(fields.get("code", "")), str(fields.get("serviceErrorCode", "")), str(fields.get("errorDetailType"))}
    message = str(fields.get("message", ""))
    marks |= {mark for line in TABLE for mark in line.marks if not mark.isdigit() and mark in message}
    marks |= {mark for line in TABLE for mark in line.marks if mark.islower() and mark in message.lower()}
    details = fields.get("errorDetails")
    errors = details.get("inputErrors") if isinstance(details, Mapping) else None
    if isinstance(errors, list) and errors:
        marks.add("inputErrors")
        marks |= {str(error.get("code", "")) for error in errors if isinstance(error, Mapping)}
    return frozenset(marks)
