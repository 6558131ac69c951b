"""The meanings of X's error responses, in one table whose first matching rule applies.

X has three formats for errors: a problem (``title``, ``detail``, ``type``, ``status``), ``code`` with ``message``, or a
list of either as ``errors``. Source: API v2, "Response codes and errors"; codes of version 1.1 still occur.
"""

from collections.abc import Mapping
from enum import Enum, auto
from typing import Any, NamedTuple

from minutehand.platforms.exchange import Reply, sanitize
from minutehand.platforms.port import Account, InDoubt, PublishError, Rejected, TokenExpired

PROBLEMS = "https://api.x.com/2/problems/"


class Meaning(Enum):
    """The meaning of an error response."""

    TOKEN_EXPIRED = auto()
    DUPLICATE = auto()
    DAILY_CAP = auto()
    USAGE_CAPPED = auto()
    FORBIDDEN = auto()
    REFUSED = auto()


class Rule(NamedTuple):
    """Matches a response with this status, a type or code in ``kinds``, and ``text`` within its message."""

    status: int
    kinds: frozenset[str]
    meaning: Meaning
    text: str = ""


TABLE = (
    Rule(401, frozenset(["about:blank", "32", "89", "unsupported-authentication"]), Meaning.TOKEN_EXPIRED),
    Rule(403, frozenset(["187"]), Meaning.DUPLICATE),
    # X has no specific type for a duplicate.
    Rule(403, frozenset(["about:blank"]), Meaning.DUPLICATE, "duplicate content"),
    Rule(403, frozenset(["185"]), Meaning.DAILY_CAP),
    Rule(403, frozenset(["usage-capped"]), Meaning.USAGE_CAPPED),
    Rule(402, frozenset(["usage-capped", "credits", "about:blank"]), Meaning.USAGE_CAPPED),
    Rule(
        403,
        frozenset(["about:blank", "client-forbidden", "not-authorized-for-resource", "unsupported-authentication"]),
        Meaning.FORBIDDEN,
    ),
    Rule(400, frozenset(["invalid-request", "about:blank", "186", "324"]), Meaning.REFUSED),
    Rule(404, frozenset(["resource-not-found", "about:blank"]), Meaning.REFUSED),
)


def meaning_of(reply: Reply) -> Meaning | None:
    """Return the meaning of an error response; None when no rule of the table matches."""
    kinds, text = _kinds(reply.fields), _text(reply.fields).lower()
    for rule in TABLE:
        if rule.status == reply.status and rule.kinds & kinds and rule.text in text:
            return rule.meaning
    return None


def refusal(reply: Reply, what: str, account: Account, *, publishing: bool = False) -> PublishError:
    """Return the error for the response ``reply`` to a call about ``what``, which did not succeed."""
    said = sanitize(_text(reply.fields), account.token) or f"HTTP {reply.status}"
    match meaning_of(reply):
        case Meaning.TOKEN_EXPIRED:
            return TokenExpired("token_expired", "The access token for X has expired.")
        case Meaning.DUPLICATE:
            return Rejected("duplicate", "X refused the post because the account recently posted the same text.")
        case Meaning.DAILY_CAP:
            return Rejected("daily_limit", "The account has reached the number of posts that X allows in a day.")
        case Meaning.USAGE_CAPPED:
            return Rejected("usage_capped", "The app's API credits at X are used up. Buy more credits at X.")
        case Meaning.FORBIDDEN:
            return Rejected("forbidden", f"X does not allow {what}: {said}")
        case None if publishing:
            return InDoubt("unexpected_answer", f"X returned an unexpected response ({said}).")
        case _:
            return Rejected("refused", f"X refused {what}: {said}")


def _kinds(fields: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(
        str(each[name]).removeprefix(PROBLEMS) for each in _each(fields) for name in ("type", "code") if name in each
    )


def _text(fields: Mapping[str, Any]) -> str:
    for each in _each(fields):
        for name in ("detail", "message", "title"):
            if isinstance(each.get(name), str):
                return str(each[name])
    return ""


def _each(fields: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    errors = fields.get("errors")
    listed = [error for error in errors if isinstance(error, Mapping)] if isinstance(errors, list) else []
    return [fields, *listed]
