"""What X's refusals mean. One table: the first line that fits counts.

X words its errors in three ways: a problem (``title``, ``detail``, ``type``, ``status``), ``code`` and ``message``, or
a list of either as ``errors``. Source: API v2, "Response codes and errors"; codes of version 1.1 still occur.
"""

from collections.abc import Mapping
from enum import Enum, auto
from typing import Any, NamedTuple

from minutehand.platforms.exchange import Reply, sanitize
from minutehand.platforms.port import Account, InDoubt, PublishError, Rejected, TokenExpired

PROBLEMS = "https://api.x.com/2/problems/"


class Meaning(Enum):
    """What is to be done."""

    TOKEN_EXPIRED = auto()
    DUPLICATE = auto()
    DAILY_CAP = auto()
    USAGE_CAPPED = auto()
    FORBIDDEN = auto()
    REFUSED = auto()


class Line(NamedTuple):
    """Fits an answer with this status whose type or code is among ``kinds``, and whose text holds ``text``."""

    status: int
    kinds: frozenset[str]
    meaning: Meaning
    text: str = ""


TABLE = (
    Line(401, frozenset(["about:blank", "32", "89", "unsupported-authentication"]), Meaning.TOKEN_EXPIRED),
    Line(403, frozenset(["187"]), Meaning.DUPLICATE),
    # X gives a duplicate no type of its own.
    Line(403, frozenset(["about:blank"]), Meaning.DUPLICATE, "duplicate content"),
    Line(403, frozenset(["185"]), Meaning.DAILY_CAP),
    Line(403, frozenset(["usage-capped"]), Meaning.USAGE_CAPPED),
    Line(402, frozenset(["usage-capped", "credits", "about:blank"]), Meaning.USAGE_CAPPED),
    Line(
        403,
        frozenset(["about:blank", "client-forbidden", "not-authorized-for-resource", "unsupported-authentication"]),
        Meaning.FORBIDDEN,
    ),
    Line(400, frozenset(["invalid-request", "about:blank", "186", "324"]), Meaning.REFUSED),
    Line(404, frozenset(["resource-not-found", "about:blank"]), Meaning.REFUSED),
)


def meaning_of(reply: Reply) -> Meaning | None:
    """Return what a refusal means; None when no line of the table fits."""
    kinds, text = _kinds(reply.fields), _text(reply.fields).lower()
    for line in TABLE:
        if line.status == reply.status and line.kinds & kinds and line.text in text:
            return line.meaning
    return None


def refusal(reply: Reply, what: str, account: Account, *, publishing: bool = False) -> PublishError:
    """Return the error to raise for ``reply``, which is not a success."""
    said = sanitize(_text(reply.fields), account.token) or f"HTTP {reply.status}"
    match meaning_of(reply):
        case Meaning.TOKEN_EXPIRED:
            return TokenExpired("token_expired", "X's access has run out.")
        case Meaning.DUPLICATE:
            return Rejected("duplicate", "X refuses a text that this account has posted shortly before.")
        case Meaning.DAILY_CAP:
            return Rejected("daily_limit", "This account has posted as much on X as X allows in a day.")
        case Meaning.USAGE_CAPPED:
            return Rejected("usage_capped", "What was paid for at X is used up: more has to be bought there.")
        case Meaning.FORBIDDEN:
            return Rejected("forbidden", f"X does not let this account publish {what}: {said}")
        case None if publishing:
            return InDoubt("unexpected_answer", f"X gave an answer that is not known ({said}).")
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
